"""`deploy status`: the builds, what the server does with each, and the lives and workers that each has."""

from typing import Any

from rich.table import Table

from console.terminal.output import out, plain, print_json, say
from runtime.builds.build_id import own_build_id
from runtime.environment import connected, settings_from_env
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import BuildStatus

NO_BUILD = "(none)"


async def show_builds(*, as_json: bool) -> None:
    """One line a build, newest first. Raises Unreachable."""
    deployment = Deployment(await connected())
    rows, own = await _rows(deployment), own_build_id(settings_from_env())
    if as_json:
        print_json({"deployment": deployment.name, "this_build": own, "builds": rows})
        return
    if not rows:
        say("There is no build yet: the first worker that starts ('make dev', 'python worker.py') makes its build current.")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("build", "state", "lives", "workers", "state formats"):
        table.add_column(head, justify="right" if head in ("lives", "workers") else "left")
    for row in rows:
        table.add_row(plain(row["build"] or NO_BUILD), _state(row), f"{row['lives']:,}", str(row["workers"]), _formats(row))
    out.print(table)
    known = any(row["build"] == own for row in rows)
    say(f"The code here is build {own}{'' if known else ', of which no worker has run yet'}.")


async def _rows(deployment: Deployment) -> list[dict[str, Any]]:
    now = await deployment.routing()
    workers = await deployment.workers()
    rows: list[dict[str, Any]] = []
    for build, status in (now.statuses or {}).items():
        formats = await deployment.formats_of(build)
        rows.append(
            {
                "build": build,
                "state": status.value,
                "percentage": now.percentage if status is BuildStatus.RAMPING else None,
                "lives": await deployment.lives_on(build),
                "workers": len({each.identity for each in workers if each.build == build}),
                "writes": formats.writes if formats else None,
                "reads": list(formats.reads) if formats else None,
            }
        )
    without = {
        "build": None,
        "state": "without a build",
        "percentage": None,
        "lives": await deployment.lives_on(None),
        "workers": len({each.identity for each in workers if each.build is None}),
        "writes": None,
        "reads": None,
    }
    return rows + ([without] if without["lives"] or without["workers"] else [])


def _state(row: dict[str, Any]) -> str:
    state: str = row["state"]
    if row["percentage"] is not None:
        return f"{state} {row['percentage']:g}%"
    if state == BuildStatus.DRAINING and not row["lives"]:
        return BuildStatus.DRAINED.value  # the server looks every few minutes only
    return state


def _formats(row: dict[str, Any]) -> str:
    return "" if row["writes"] is None else f"writes {row['writes']}, reads {', '.join(str(each) for each in row['reads'])}"
