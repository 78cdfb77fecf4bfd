"""`enroll FILE --dry-run` where nothing runs and nothing is kept."""

from pathlib import Path

from tests.console.command_line import row, run, write_customers, write_playbook
from tests.console.commands.enrolled import begins


def test_a_rehearsal_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    done = run("enroll", write_customers(tmp_path, row("first", **begins())), "--playbook", write_playbook(tmp_path), "--dry-run")
    assert (done.status, (tmp_path / "home").exists()) == (0, False), done
