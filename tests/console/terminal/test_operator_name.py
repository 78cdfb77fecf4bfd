"""Who gives a command: the name that is given, else the login name, else nobody."""

import getpass

import pytest

from console.terminal.operator_name import operator_name


def test_a_name_that_is_given_stands() -> None:
    assert operator_name(" Kim Lee ") == "Kim Lee"


def test_without_one_it_is_the_login_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "klee")

    assert operator_name() == "klee"


@pytest.mark.parametrize("fault", [OSError("no user"), KeyError("uid 10001"), ImportError("pwd")], ids=lambda fault: type(fault).__name__)
def test_where_the_system_knows_no_name_there_is_none(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def getuser() -> str:
        raise fault

    monkeypatch.setattr(getpass, "getuser", getuser)

    assert operator_name() == ""
