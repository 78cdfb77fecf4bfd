"""Words of ours in the customers' languages: data, a YAML file a language, and no language lacks a word."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Generic, TypeVar

from pydantic import StringConstraints, ValidationError

from lifecycle.domain.enums import Category
from lifecycle.domain.model import Frozen
from lifecycle.playbook.yaml_document import UnreadableError, read_document

DEFAULT_LANGUAGE = "en"
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


class Wordings(Generic[W]):
    """The words of one folder in every language. They are read when first asked for, and once a process."""

    def __init__(self, folder: Path, model: type[W]) -> None:
        self._folder = folder
        self._model = model

    @cached_property
    def by_language(self) -> dict[str, W]:
        """The words by language. Raises ValueError where `read_wordings` does."""
        return read_wordings(self._folder, self._model)

    def of(self, language: str) -> W:
        """The words in that language, or in the default one."""
        return self.by_language.get(language) or self.by_language[DEFAULT_LANGUAGE]


def read_wordings(folder: Path, model: type[W]) -> dict[str, W]:
    """Every language of the folder. Raises ValueError where one lacks a word, has one too many, or has another `{hole}` in it."""
    wordings = {path.stem: _read(path, model) for path in sorted(folder.glob("*.yaml"))}
    default = dict(_holes(wordings[DEFAULT_LANGUAGE].model_dump()))
    for language, wording in wordings.items():
        for name, holes in _holes(wording.model_dump()):
            if holes != default[name]:
                raise ValueError(
                    f"{folder / language}.yaml: {name} has the holes {sorted(holes)}, and in '{DEFAULT_LANGUAGE}' it has {sorted(default[name])}"
                )
    return wordings


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
