"""Reads the files that a caller names."""

from pathlib import Path

from lifecycle.domain.errors import Mistake


def read_text(path: Path) -> str:
    """The file's text. Raises Mistake with one sentence where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Mistake(f"There is no file {path}: name one that is there.") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Mistake(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8.") from None
