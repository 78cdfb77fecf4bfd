"""An edit of the sources file is taken up while the gateway runs, and a faulty one leaves the callers before it."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from gateway.http.documents import UnreadableFile
from gateway.senders.sources import Source
from gateway.sources_file import load_sources
from gateway.sources_watch import SourcesWatch
from tests.gateway.gateway_harness import STRUCTURED, a_gateway_harness, cloud_event
from tests.workflows.harness.customer_workflow import until

ONE, OTHER = "one-token-that-nobody-could-guess-at", "other-token-that-nobody-could-guess-at"
SHOP = """adapter: shop
about: The shop.
events: [{type: login, id: body.id, customer: body.customer}]
"""
BOTH = """sources:
  product: {tokens: ["file:product.token"], types: all}
  shop: {adapter: shop.yaml, tokens: ["file:shop.token"]}
"""


class Watched:
    """The files in a folder, a watch over them, and what it had used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("product.token", ONE)
        self.write("shop.token", OTHER)
        self.write("shop.yaml", SHOP)
        self.write("sources.yaml", BOTH)
        self.used: list[list[str]] = []
        self.watch = SourcesWatch(folder / "sources.yaml", self._use)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def _use(self, sources: Sequence[Source]) -> None:
        self.used.append([source.name for source in sources])

    async def looks(self, times: int = 2) -> list[bool]:
        return [await self.watch.look() for _ in range(times)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("sources.yaml", BOTH.replace("types: all", "types: [login]"), id="the sources file"),
        pytest.param("product.token", OTHER[::-1], id="a secret"),
        pytest.param("shop.yaml", SHOP.replace("The shop", "Our shop"), id="an adapter of one's own"),
    ],
)
async def test_an_edit_is_taken_up_once_two_looks_have_found_the_same(watched: Watched, name: str, text: str) -> None:
    assert await watched.looks() == [False, False]
    watched.write(name, text)
    assert await watched.looks(4) == [False, True, False, False]
    assert watched.used == [["product", "shop"]]


async def test_what_is_written_in_several_goes_is_taken_up_when_it_is_whole(watched: Watched) -> None:
    for part in (BOTH[:40], BOTH[:75], BOTH.replace("shop:", "till:")):
        watched.write("sources.yaml", part)
        assert await watched.looks(1) == [False]
    assert await watched.looks(1) == [True]
    assert watched.used == [["product", "till"]]


async def test_a_file_that_is_touched_and_says_the_same_changes_nothing(watched: Watched) -> None:
    watched.write("sources.yaml", BOTH)
    assert await watched.looks(3) == [False] * 3


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        pytest.param("sources.yaml", BOTH.replace("types: all", "types: [logn]"), "did you mean login?", id="an unknown type"),
        pytest.param("sources.yaml", "sources: [", "", id="no YAML"),
        pytest.param("sources.yaml", "", "", id="an empty file"),
        pytest.param("product.token", "short", "a token has at least 32 characters", id="a weak secret"),
        pytest.param("product.token", OTHER, "have a secret in common", id="a shared secret"),
        pytest.param("shop.yaml", SHOP.replace("body.id", "bdy.id"), "bdy", id="an adapter with a fault"),
    ],
)
async def test_a_faulty_edit_is_said_once_and_its_mend_is_taken_up(
    watched: Watched, capsys: pytest.CaptureFixture[str], name: str, text: str, fault: str
) -> None:
    good = (watched.folder / name).read_text()
    watched.write(name, text)
    with pytest.raises(UnreadableFile):
        load_sources(watched.folder / "sources.yaml")
    assert await watched.looks(4) == [False] * 4
    said = capsys.readouterr().out
    assert said.count("an edit of the sources is not taken up, and the callers before it stay") == 1
    assert fault in said and ONE not in said and OTHER not in said
    watched.write(name, good + "\n")
    assert await watched.looks() == [False, True]
    assert watched.used == [["product", "shop"]]


async def test_a_file_that_is_gone_leaves_the_callers_and_is_taken_up_when_it_is_back(watched: Watched) -> None:
    (watched.folder / "sources.yaml").unlink()
    assert await watched.looks(3) == [False] * 3
    watched.write("sources.yaml", BOTH.replace("shop:", "till:"))
    assert await watched.looks() == [False, True]
    assert watched.used == [["product", "till"]]


@pytest.mark.server
async def test_a_caller_that_is_added_is_known_and_one_that_is_taken_out_is_not_any_more(client: Client, tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.write("sources.yaml", BOTH.partition("  shop")[0])
    file = tmp_path / "sources.yaml"
    async with a_gateway_harness(client, tmp_path, load_sources(file), sources_file=file) as harness:
        customer = await harness.enrol()

        async def tells(token: str) -> int:
            answer: httpx.Response = await harness.http.post(
                "/events",
                json=cloud_event(customer, source="product"),
                headers={"Authorization": f"Bearer {token}", "Content-Type": STRUCTURED},
            )
            return answer.status_code

        async def hooks() -> int:
            body = {"id": "1", "customer": customer}
            return (await harness.http.post("/hooks/shop", json=body, headers={"Authorization": f"Bearer {OTHER}"})).status_code

        assert (await tells(ONE), await hooks()) == (202, 401)
        watched.write("product.token", ONE[::-1])
        watched.write("sources.yaml", BOTH)

        async def taken_up() -> bool:
            return await hooks() == 200

        await until(taken_up)
        assert (await tells(ONE), await tells(ONE[::-1])) == (401, 202)
