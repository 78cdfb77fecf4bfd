"""What workflows see of the activities: their names, the models of their requests and results, and which of them does which kind of touch.

A recorded history names activities and holds what they were asked and what they answered, so this belongs to what decides. What an
activity does, its body, does not. It is read from the source, and so can be said of any checkout without running it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = "activities"
ASKING = "workflows"

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign
_Place = tuple[str, str]
"""A module and a name in it."""


def activities_seen(root: Path) -> list[str]:
    """A line or more for each thing seen in that checkout, without comments and docstrings, sorted.

    These are the signatures of activities with what their classes set, the classes and constants in `activities/` that these
    signatures name, and theirs, and what else `workflows/` imports from there. Raises SyntaxError for a file that is no Python.
    """
    modules = {module: ast.parse(path.read_bytes()) for module, path in _files(root / FOLDER, FOLDER)}
    asking = [(module, ast.parse(path.read_bytes())) for module, path in _files(root / ASKING, ASKING)]
    imported = {(module, name): place for module, tree in modules.items() for name, place in _imports(module, tree)}
    definitions = {(module, name): found for module, tree in modules.items() for name, found in _definitions(tree)}

    seen: set[str] = set()
    to_show: list[_Place] = [place for module, tree in asking for _, place in _imports(module, tree)]
    for (module, name), found in definitions.items():
        for line, parts in _activities_of(found):
            seen.add(f"{module}.{name}: {line}")
            to_show += [(module, each) for part in parts for each in _names(part)]
    shown: set[_Place] = set()
    while to_show:
        place = to_show.pop()
        while place in imported:
            place = imported[place]
        if place in shown or place not in definitions or any(_activities_of(definitions[place])):
            continue
        shown.add(place)
        seen.add(f"{'.'.join(place)}: {ast.unparse(_without_docstrings(definitions[place]))}")
        if not isinstance(definitions[place], _Function):
            to_show += [(place[0], each) for each in _names(definitions[place])]
    return sorted(seen)


def _activities_of(found: _Definition) -> Iterator[tuple[str, list[ast.AST]]]:
    """The activities that this is or has, each as decorators and signature, and those parts of it; and what a class that has any sets."""
    within = found.body if isinstance(found, ast.ClassDef) else [found]
    activities = [each for each in within if isinstance(each, _Function) and any(map(_makes_an_activity, each.decorator_list))]
    for each in activities:
        decorators = " ".join(f"@{ast.unparse(decorator)}" for decorator in each.decorator_list)
        returns = [each.returns] if each.returns else []
        answers = "".join(f" -> {ast.unparse(annotation)}" for annotation in returns)
        yield f"{decorators} {each.name}({ast.unparse(each.args)}){answers}", [*each.decorator_list, each.args, *returns]
    if activities and isinstance(found, ast.ClassDef):
        yield from ((ast.unparse(each), []) for each in within if isinstance(each, ast.Assign | ast.AnnAssign))


def _definitions(tree: ast.Module) -> Iterator[tuple[str, _Definition]]:
    for each in tree.body:
        if isinstance(each, _Documented):
            yield each.name, each
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            yield from ((name, each) for target in targets for name in _names(target))


def _makes_an_activity(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(named).rpartition(".")[2] == "defn"


def _files(folder: Path, package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        yield ".".join([package, *(part for part in parts if part != "__init__")]), path


def _imports(module: str, tree: ast.Module) -> Iterator[tuple[str, _Place]]:
    """What the module imports by name from `activities/`, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == FOLDER:
            yield from ((each.asname or each.name, (node.module, each.name)) for each in node.names)


def _names(within: ast.AST) -> Iterator[str]:
    for node in ast.walk(within):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)  # of an annotation in quotes


def _without_docstrings(found: _Definition) -> _Definition:
    for node in ast.walk(found):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return found
