"""How a command fails: one sentence on standard error, status 2 for what its caller can mend, 1 for what failed."""


class Mistake(Exception):
    """The caller's: a file that does not read, a customer that is not there, an event that is refused. Status 2."""

    status = 2


class Failure(Exception):
    """Not the caller's: a server that does not answer, a database that cannot be opened. Status 1."""

    status = 1
