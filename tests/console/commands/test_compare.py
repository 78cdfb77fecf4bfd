"""`compare`: after a restore it names where lives and ledger differ, and by the procedure of docs/operating.md nothing goes out twice."""

import asyncio
import json
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client

from activities.ledger.database.database import open_database
from activities.ledger.published.playbook_store import PlaybookStore
from activities.registry import Activities
from activities.settings import Settings
from runtime.publishing import publish_all
from runtime.serving import serving
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import ran, row, run, write_playbook
from tests.console.commands.enrolled import begins, enrolled
from workflows.names import id_of
from workflows.showing.search_attributes import ALL


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (
            "yesterday",
            "'yesterday' is no moment: write --stopped as '2026-03-01 14:30', in UTC, or with an offset such as +02:00.\n",
        ),
        (
            "2999-01-01",
            "--stopped 2999-01-01 lies ahead: give the moment until which the installation ran that was lost.\n",
        ),
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused_before_anybody_is_asked(moment: str, sentence: str) -> None:
    refused = run("compare", "--stopped", moment, "--mend")
    assert (refused.status, refused.out, refused.err) == (2, "", sentence)


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_a_customer_that_was_never_restored_agrees(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("agrees", **begins()))
    assert (await ran("run-now", "agrees", "call")).status == 0
    await outcome("agrees", "sent")
    compared = await ran("compare", "agrees", "--stopped", now())
    assert (compared.status, compared.out, compared.err) == (0, "Lives and ledger agree: 1 customer compared.\n", "")
    nobody = await ran("compare", "nobody")
    assert (nobody.status, nobody.err) == (1, "nobody: There is no customer 'nobody': 'starter.py list' shows who is enrolled.\n")


class Installation:
    """A server, and a worker that is stopped and started, on a ledger that is taken out of a backup."""

    def __init__(self, client: Client, home: Path) -> None:
        self.client = client
        self.home = home
        self.playbooks = home / "playbooks"
        self.playbooks.mkdir(parents=True)
        write_playbook(self.playbooks)

    def works(self) -> AbstractAsyncContextManager[Activities]:
        return serving(self.client, Settings(home=self.home), playbooks=self.playbooks, grace=timedelta(seconds=1))

    def back_up(self) -> Path:
        copy = self.home / "backup.sqlite"
        with closing(sqlite3.connect(self.home / "ledger.sqlite")) as ledger, closing(sqlite3.connect(copy)) as backup:
            ledger.backup(backup)
        return copy

    def restore(self, backup: Path) -> None:
        for beside in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
            (self.home / beside).unlink(missing_ok=True)
        (self.home / "ledger.sqlite").write_bytes(backup.read_bytes())

    async def put_back(self, customer: str) -> None:
        """Take the customer's workflow back to the task before it was told to do something, as an older Temporal has it."""
        described = await self.client.get_workflow_handle(id_of(customer)).describe()
        completed: list[int] = []
        async for event in self.client.get_workflow_handle(id_of(customer), run_id=described.run_id).fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                completed.append(event.event_id)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                break
        await self.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=id_of(customer), run_id=described.run_id),
                reason="restored to an older moment",
                workflow_task_finish_event_id=completed[-2],
                request_id=str(uuid4()),
                # As a restored server has it: what came later was never heard of.
                reset_reapply_exclude_types=[ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE],
            )
        )

    def do(self, statement: str) -> None:
        """Change the ledger behind everybody's back."""
        with closing(sqlite3.connect(self.home / "ledger.sqlite", timeout=30)) as ledger, ledger:
            ledger.execute(statement)

    def publish(self) -> None:
        """Publish the playbook, as a worker does that starts."""
        engine = open_database(f"sqlite:///{self.home / 'ledger.sqlite'}")
        publish_all(PlaybookStore(engine), self.playbooks)
        engine.dispose()

    def tasks(self, customer: str) -> list[str]:
        """The keys of the tasks that went out for the customer: a file of the outbox each."""
        files = (self.home / "outbox").rglob("*.json")
        keys = [json.loads(file.read_text())["key"] for file in files]
        return sorted(key for key in keys if key.startswith(f"{customer}/"))


def now() -> str:
    return datetime.now(UTC).isoformat()


async def outcome(customer: str, wanted: str) -> None:
    """Wait for a line of the call's touch with that outcome."""
    until = datetime.now(UTC) + timedelta(seconds=30)
    while datetime.now(UTC) < until:
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        if any(line["key"].endswith("/call/1/ring") and line["outcome"] == wanted for line in lines):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the call of {customer} is not {wanted}")


ENROLLED_SINCE = (
    "INSERT INTO touches (key, customer, play, kind, name, state, reason, reference, at, token, lease_until, attempts, acted) "
    "VALUES ('since/1/hello/1/email-hello', 'since', 'hello', 'email', 'hello', 'confirmed', '', '', CURRENT_TIMESTAMP, '', 0, 1, 1)"
)
"""A touch of a customer whom Temporal, being older, has never had."""

ACME, NORDWIND = "acme/1/call/1/ring", "nordwind/1/call/1/ring"


@pytest.mark.server
@pytest.mark.slow
async def test_after_a_restore_to_before_a_send_it_is_named_and_nothing_goes_out_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "lost"
    async with await DevServer.start(None, search_attributes=ALL) as server:
        monkeypatch.setenv("EVERGREEN_HOME", str(home))
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        installation = Installation(await Client.connect(server.address, data_converter=data_converter), home)
        async with installation.works():
            await enrolled(tmp_path, row("acme", **begins()), row("nordwind", **begins()))
            for customer in ("acme", "nordwind"):
                assert (await ran("status", customer)).status == 0
            backup = installation.back_up()
            for customer in ("acme", "nordwind"):
                assert (await ran("run-now", customer, "call")).status == 0
                await outcome(customer, "sent")
        assert [installation.tasks(customer) for customer in ("acme", "nordwind")] == [[ACME], [NORDWIND]]

        # Ledger and, for nordwind, Temporal are as they were before the calls.
        installation.restore(backup)
        await installation.put_back("nordwind")
        assert (await ran("hold", "--all", "--why", "restored from a backup", "--by", "Kim Lee")).status == 0
        async with installation.works():
            assert (await ran("run-now", "nordwind", "call")).status == 0
            await outcome("nordwind", "delayed")
            installation.do("DELETE FROM lives WHERE customer = 'acme'")
            installation.do("DELETE FROM playbooks")
            installation.do(ENROLLED_SINCE)
            compared = await ran("compare", "--stopped", now(), "--json")
            assert compared.status == 1
            [(ref, customers)] = compared.json["playbooks"].items()
            assert (ref.partition("@")[0], customers) == ("brief", ["acme", "nordwind"])
            assert {name: compared.json[name] for name in ("compared", "lives", "lost", "failed")} == {
                "compared": 2, "lives": ["acme"], "lost": ["since"], "failed": {},
            }  # fmt: skip
            assert [(each["difference"], each["key"], each["life"], each["ledger"]) for each in compared.json["touches"]] == [
                ("forgotten", ACME, "sent", "nothing"),
                ("may have gone", NORDWIND, "pending", "delayed"),
            ]
            told = await ran("compare", "--stopped", now())
            assert (told.status, told.err) == (1, "")
            assert f"  {ACME}  task ring: the life says sent, the ledger nothing\n" in told.out
            assert f"  {NORDWIND}  task ring: the life says pending, the ledger delayed\n" in told.out
            assert f"Playbook {ref}, on which acme, nordwind live, is not published: publish it again" in told.out
            assert (
                "The ledger does not know the lives of acme, or not all of them: 'starter.py compare --mend' writes them down.\n"
                in told.out
            )
            assert "Temporal has no life of since, and the ledger has touches of them: " in told.out
            assert (await ran("touches", "acme", "--json")).json == []
            installation.publish()
            installation.do("DELETE FROM touches WHERE customer = 'since'")
            mended = await ran("compare", "--stopped", now(), "--mend")
            assert (mended.status, mended.out) == (0, "Written into the ledger: 2 touches, so that none of them goes out again.\n")
            assert (await ran("compare", "--stopped", now())).out == "Lives and ledger agree: 2 customers compared.\n"
            released = await ran("release", "--all", "--by", "Kim Lee")
            assert released.out == "Hold 1 is released: 1 touch of 1 customer asked for again, inside its window.\n"
            await outcome("nordwind", "unknown")
            assert (await ran("resolve", NORDWIND, "--sent", "--by", "Kim Lee")).status == 0
            # Whatever is put back now, the ledger answers.
            await installation.put_back("acme")
            told = await ran("compare", "acme")
            assert (told.status, told.err) == (0, "")
            assert told.out.startswith(
                "1 touch is settled in the ledger, and the life has yet to hear of it: Temporal is older. Nothing goes out again"
            )
            assert told.out.endswith(f"  {ACME}  task ring: the life says not sent, the ledger sent\n")
            assert (await ran("run-now", "acme", "call")).status == 0
            await outcome("acme", "sent")
            assert installation.tasks("acme") == [ACME]
            assert [key for key in installation.tasks("nordwind") if not key.endswith(".unknown")] == [NORDWIND]
