"""What is said when Ctrl-C ends work that goes on when it is begun again."""

import asyncio

import pytest

from runtime.process.signals import saying_how_far


async def test_how_far_it_was_is_said_when_it_is_stopped_and_it_stays_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    done = 0

    async def work() -> None:
        nonlocal done
        with saying_how_far(lambda: f"{done} are done."):
            done = 7
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert capsys.readouterr().err == "7 are done.\n"


async def test_what_comes_to_its_end_or_fails_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with saying_how_far(lambda: "never said"):
        pass
    with pytest.raises(ValueError, match="its own"), saying_how_far(lambda: "never said"):
        raise ValueError("its own")
    assert capsys.readouterr().err == ""
