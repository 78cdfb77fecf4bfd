"""`python -m tools.state_schema`: writes down the schema of the present state format, which a test then holds.

A build refuses names that it does not know, so a field that is added is a new format once a release has written the old one.
"""

import json
from pathlib import Path

from lifecycle.state.formats import FORMAT
from lifecycle.state.life import Lifecycle

FOLDER = Path(__file__).parents[1] / "tests" / "lifecycle" / "state" / "schemas"


def present() -> str:
    """The schema of a life's JSON as this code writes and reads it, without its descriptions."""
    return json.dumps(_without_words(Lifecycle.model_json_schema()), indent=1, sort_keys=True) + "\n"


def _without_words(schema: object) -> object:
    if isinstance(schema, dict):
        return {
            name: _without_words(each) for name, each in schema.items() if name not in ("description", "title") or isinstance(each, dict)
        }
    return [_without_words(each) for each in schema] if isinstance(schema, list) else schema


def path_of(number: int) -> Path:
    """Where the schema of that format is kept."""
    return FOLDER / f"{number}.json"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    path_of(FORMAT).write_text(present(), encoding="utf-8")
