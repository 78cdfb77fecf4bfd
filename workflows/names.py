"""What callers and workers call things on a Temporal server."""

TASK_QUEUE = "evergreen"
WORKFLOW = "CustomerLifecycle"


def id_of(customer: str) -> str:
    """The workflow id of a customer."""
    return f"customer/{customer}"
