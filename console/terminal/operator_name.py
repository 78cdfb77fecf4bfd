"""Who gives a command at this terminal, as timelines name them."""

import getpass


def operator_name(by: str | None = None) -> str:
    """The name that was given with `--by`, or else the login name; empty where the system knows none, as in some containers."""
    if by is not None:
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in the password database, by Python's version
        return ""
