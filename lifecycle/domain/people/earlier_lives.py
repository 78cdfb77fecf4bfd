"""What is known of a customer from the lives that it has had with us before, when it is enrolled again."""

from typing import Annotated

from pydantic import Field

from lifecycle.domain.enums import Category
from lifecycle.domain.model import Frozen


class EarlierLives(Frozen):
    """How many lives there were, and `terms`, the highest number of a term that stands in a touch key.

    `offers` are those that were ever granted. `opted_out` has what people refuse, by the hash that stands for their address
    (`lifecycle.facts.people`), and `newcomers_opted_out` that too many have to be told apart. `reason` and `detail` are those of the last loss.
    """

    lives: Annotated[int, Field(ge=0)] = 0
    terms: Annotated[int, Field(ge=0)] = 0
    offers: list[str] = []
    opted_out: dict[str, list[Category]] = {}
    newcomers_opted_out: bool = False
    reason: str = ""
    detail: str = ""
