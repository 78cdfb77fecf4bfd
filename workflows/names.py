"""What callers and workers call things on a Temporal server."""

TASK_QUEUE = "evergreen"
WORKFLOW = "CustomerLifecycle"
PROBE = "WorkerProbe"
DEPLOYMENT = "evergreen"
MOVE_TO_CURRENT_BUILD = "move_to_current_build"
LET_GO = "let_go"
NOT_MOVED_BECAUSE = "not_moved_because"


def id_of(customer: str) -> str:
    """The workflow id of a customer."""
    return f"customer/{customer}"
