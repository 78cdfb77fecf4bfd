"""Where a fault stands, as a person would say it, and which model is written there. Both are found out from the models."""

from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic import BaseModel

from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.yaml_document import Path


def where(path: Path) -> str:
    """A path in words: `stage onboarding, play kickoff, step 2, wait_for`."""
    words: list[str] = []
    kind = ""
    for part in path:
        if isinstance(part, int):
            words[-1:] = [f"{_ITEMS.get(kind, kind)} {part + 1}"]
        elif kind in _NAMED:
            words[-1:] = [f"{_NAMED[kind]} {part.removesuffix(' again')}"]
            part = ""
        else:
            words.append(part.removesuffix(" again"))
        kind = str(part)
    return ", ".join(words)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models of ours that a field's type names: a model, one or None, a list or a mapping of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _keys_of(model: type[BaseModel]) -> Iterator[tuple[str, object, type[BaseModel]]]:
    """Each field of the model that holds models: its key, its type, the model."""
    for name, field in model.model_fields.items():
        for held in _models_in(field.annotation):
            yield field.alias or name, field.annotation, held


def _every_model(model: type[BaseModel], found: dict[type[BaseModel], None]) -> dict[type[BaseModel], None]:
    if model not in found:
        found[model] = None
        for _, _, held in _keys_of(model):
            _every_model(held, found)
    return found


def _items_of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """What an entry of each list of models is called: after its model; after its key too where another list holds the same."""
    lists = [(key, held) for key, annotation, held in _keys_of(model) if get_origin(annotation) is list]
    for key, held in lists:
        alone = sum(other is held for _, other in lists) == 1
        yield key, held.__name__.lower() if alone else f"{key}, {held.__name__.lower()}"


_ALL = _every_model(Playbook, {})
MODELS: dict[str, type[BaseModel]] = {"": Playbook, **{key: held for model in _ALL for key, _, held in _keys_of(model)}}
"""The model that is written under a key, wherever in a playbook the key stands."""
_ITEMS = dict(pair for model in _ALL for pair in _items_of(model))
_NAMED = {"stages": "stage", "plays": "play", "milestones": "milestone", "tiers": "tier"}
"""The mappings whose keys are names that somebody gave."""
