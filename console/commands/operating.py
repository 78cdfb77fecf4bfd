"""`pause`, `resume`, `skip` and `run-now`: what operations people do to one customer's plays."""

from console.asking import Asking, in_words
from console.output import print_json, say
from runtime.environment import connected


async def pause(customer: str, why: str, *, as_json: bool) -> None:
    """Hold every touch back. Raises Mistake and Failure, as all here do."""
    _say(customer, await Asking(await connected(), customer).pause(why), as_json)


async def resume(customer: str, *, as_json: bool) -> None:
    """Let touches go again."""
    _say(customer, await Asking(await connected(), customer).resume(), as_json)


async def skip(customer: str, play: str, why: str, *, as_json: bool) -> None:
    """Drop a play's next planned occurrence."""
    _say(customer, await Asking(await connected(), customer).skip(play, why), as_json)


async def run_now(customer: str, play: str, *, as_json: bool) -> None:
    """Take a play's planned occurrence forward."""
    _say(customer, await Asking(await connected(), customer).run_now(play), as_json)


def _say(customer: str, answer: str, as_json: bool) -> None:
    if as_json:
        print_json({"customer": customer, "answer": answer})
    else:
        say(in_words(answer, customer))
