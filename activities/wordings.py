"""Words of ours in the customers' languages: data, a YAML file a language, and no language lacks a word."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, TypeVar

from pydantic import StringConstraints, ValidationError

from lifecycle.domain.enums import Category
from lifecycle.domain.model import Frozen
from lifecycle.playbook.yaml_document import UnreadableError, read_document

OURS = "en"
"""The language for whoever has one that we do not write."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Wording(Frozen):
    """What one file holds; its name is the language."""

    language: Words


class ByCategory(Frozen):
    """Words for each category that a contact may refuse."""

    success: Words
    survey: Words
    offer: Words

    def of(self, category: Category) -> str:
        """The words for that category. Raises ValueError for operational messages, which nobody can refuse."""
        match category:
            case Category.SUCCESS:
                return self.success
            case Category.SURVEY:
                return self.survey
            case Category.OFFER:
                return self.offer
            case Category.OPERATIONAL:
                raise ValueError("operational messages cannot be refused")


W = TypeVar("W", bound=Wording)


def read_wordings(folder: Path, model: type[W]) -> dict[str, W]:
    """Every language of the folder. Raises ValueError where one lacks a word, has one too many, or has another `{hole}` in it."""
    wordings = {path.stem: _read(path, model) for path in sorted(folder.glob("*.yaml"))}
    ours = dict(_holes(wordings[OURS].model_dump()))
    for language, wording in wordings.items():
        for name, holes in _holes(wording.model_dump()):
            if holes != ours[name]:
                raise ValueError(
                    f"{folder / language}.yaml: {name} has the holes {sorted(holes)}, and in '{OURS}' it has {sorted(ours[name])}"
                )
    return wordings


def in_language(wordings: Mapping[str, W], language: str) -> W:
    """The words in that language, or in ours."""
    return wordings.get(language) or wordings[OURS]


def _read(path: Path, model: type[W]) -> W:
    try:
        document = read_document(path.read_text(encoding="utf-8"))
        if document.faults:
            raise ValueError(f"{path}: {document.faults[0][1]}")
        wording = model.model_validate(document.value)
    except (UnreadableError, ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
    if wording.language != path.stem:
        raise ValueError(f"{path}: says that its language is '{wording.language}'")
    return wording


def _holes(words: Any, name: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(words, dict):
        for key, value in words.items():
            yield from _holes(value, f"{name}.{key}" if name else key)
    else:
        yield name, frozenset(hole for _, hole, _, _ in Formatter().parse(words) if hole is not None)
