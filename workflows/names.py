"""What callers and workers call things on a Temporal server."""

from lifecycle.domain.touch import LIST

TASK_QUEUE = "evergreen"
WORKFLOW = "CustomerLifecycle"
PROBE = "WorkerProbe"
OWNER_LIST = "OwnerList"
PORTFOLIO_REPORT = "PortfolioReport"
DEPLOYMENT = "evergreen"
MOVE_TO_CURRENT_BUILD = "move_to_current_build"
LET_GO = "let_go"
NOT_MOVED_BECAUSE = "not_moved_because"


def id_of(customer: str) -> str:
    """The workflow id of a customer; that of a list for an owner, which stands where a touch has its customer, is its name."""
    return customer if customer.startswith(LIST) else f"customer/{customer}"
