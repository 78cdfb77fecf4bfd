"""A build is called by the code and packages that decide, and by nothing else."""

import shutil
from pathlib import Path

import pytest
from temporalio import activity

from activities.registry import build
from activities.settings import Settings
from runtime.builds.activities_seen import activities_seen
from runtime.builds.build_id import (
    DECIDING_FOLDERS,
    ROOT,
    Build,
    build_id_of,
    code_hash_of,
    deciding_packages,
    own_build,
    own_build_id,
)

PACKAGES = {"temporalio": "1.35.0", "python": "3.11"}


@pytest.fixture(scope="module")
def here() -> str:
    """The build of the code here, which is worked out once."""
    return build_id_of(ROOT, PACKAGES)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in (*DECIDING_FOLDERS, "activities"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_two_checkouts_of_one_code_have_one_build(checkout: Path, here: str) -> None:
    assert build_id_of(checkout, PACKAGES) == here
    assert build_id_of(checkout) == build_id_of()


def test_compiled_files_make_no_other_build(checkout: Path) -> None:
    before = build_id_of(checkout, PACKAGES)
    (checkout / "lifecycle" / "__pycache__").mkdir()
    (checkout / "lifecycle" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (checkout / "activities" / "settings.py").write_text("")
    assert build_id_of(checkout, PACKAGES) == before


@pytest.mark.parametrize("path", ["lifecycle/rules/health.py", "workflows/timer.py", "lifecycle/new.py"])
def test_a_change_of_what_decides_makes_another(checkout: Path, path: str) -> None:
    before = build_id_of(checkout, PACKAGES)
    with (checkout / path).open("a") as file:
        file.write("X = 1\n")
    assert build_id_of(checkout, PACKAGES) != before


ACTIVITY_SEEN = [
    ("another name", "channels/task.py", 'name="create_task"', 'name="do_create_task"'),
    ("a function's name", "ledger_activities.py", "def withdraw_touch", "def take_back_touch"),
    ("another result", "channels/task.py", "touch: Touch) -> Receipt:", "touch: Touch) -> Receipt | None:"),
    ("another request", "ledger_activities.py", "records: list[Record]", "records: tuple[Record, ...]"),
    ("a request's new field", "playbook_activities.py", "    newest: bool = False", "    newest: bool = False\n    soon: bool = False"),
    ("a request's default", "playbook_activities.py", "newest: bool = False", "newest: bool = True"),
    ("a request's type", "playbook_activities.py", "    stage: Stage", "    stage: str"),
    ("who does which kind", "channels/task.py", "kind = TouchKind.TASK", "kind = TouchKind.OFFER"),
    ("how a workflow finds it", "channels/__init__.py", "return _CHANNEL_OF[kind].perform", "return TaskChannel.perform"),
]
ACTIVITY_UNSEEN = [
    ("its body", "channels/task.py", "return await self.perform_once(touch)", "return await self.perform_once(touch.model_copy())"),
    ("its docstring", "channels/task.py", "Give a person of ours something to do", "Ask a person of ours for something"),
    ("a request's docstring", "playbook_activities.py", '"""Which playbook', '"""What playbook'),
    ("where it goes", "channels/task.py", "transports.settings.tasks_url", "transports.settings.offers_url"),
    ("a comment", "ledger_activities.py", "class LedgerActivities", "# of the ledger\nclass LedgerActivities"),
    ("a setting", "settings.py", "http_timeout: ", "slow: bool = False\n    http_timeout: "),
]


def with_changed_activities(checkout: Path, file: str, old: str, new: str) -> str:
    text = (checkout / "activities" / file).read_text()
    assert old in text
    (checkout / "activities" / file).write_text(text.replace(old, new, 1))
    return build_id_of(checkout, PACKAGES)


@pytest.mark.parametrize(("what", "file", "old", "new"), ACTIVITY_SEEN, ids=[row[0] for row in ACTIVITY_SEEN])
def test_what_workflows_see_of_an_activity_makes_another(checkout: Path, what: str, file: str, old: str, new: str, here: str) -> None:
    assert with_changed_activities(checkout, file, old, new) != here


@pytest.mark.parametrize(("what", "file", "old", "new"), ACTIVITY_UNSEEN, ids=[row[0] for row in ACTIVITY_UNSEEN])
def test_what_an_activity_does_makes_no_other(checkout: Path, what: str, file: str, old: str, new: str, here: str) -> None:
    assert with_changed_activities(checkout, file, old, new) == here


def test_every_activity_that_a_worker_has_is_seen_under_its_name(tmp_path: Path) -> None:
    seen = " ".join(activities_seen(ROOT))
    built = build(Settings(home=tmp_path))
    for each in built.all:
        definition = activity._Definition.must_from_callable(each)
        assert f"name='{definition.name}'" in seen or f"@activity.defn {definition.name}(" in seen


def test_models_that_a_request_stands_on_are_seen_however_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "activities").mkdir()
    (tmp_path / "workflows").mkdir()
    (tmp_path / "activities" / "models.py").write_text(
        "LONGEST = 5\nclass Part(Base):\n    x: Annotated[int, LONGEST]\nclass Whole(Base):\n    parts: 'list[Part]'\nclass Other(Base):\n    y: int\n"
    )
    (tmp_path / "activities" / "acts.py").write_text(
        "from activities.models import Whole as Everything\nNAME = 'act'\n@activity.defn(name=NAME)\ndef act(request: 'Everything') -> None: ...\n"
    )
    (tmp_path / "workflows" / "flow.py").write_text("from activities.acts import act\n")
    assert activities_seen(tmp_path) == [
        "activities.acts.NAME: NAME = 'act'",
        "activities.acts.act: @activity.defn(name=NAME) act(request: 'Everything') -> None",
        "activities.models.LONGEST: LONGEST = 5",
        "activities.models.Part: class Part(Base):\n    x: Annotated[int, LONGEST]",
        "activities.models.Whole: class Whole(Base):\n    parts: 'list[Part]'",
    ]


def test_another_package_makes_another(checkout: Path) -> None:
    assert build_id_of(checkout, PACKAGES | {"temporalio": "1.36.1"}) != build_id_of(checkout, PACKAGES)
    assert {
        "temporalio",
        "pydantic",
        "pydantic-core",
        "common-expression-language",
        "holidays",
        "tzdata",
        "python",
    } <= deciding_packages().keys()


def test_the_settings_may_call_it_otherwise() -> None:
    assert own_build_id(Settings(build_id="0.1.0")) == "0.1.0"
    assert own_build_id(Settings()) == build_id_of()
    assert own_build(Settings(build_id="0.1.0")) == Build("0.1.0", code_hash_of())
    assert own_build(Settings()) == Build(build_id_of(), code_hash_of())


@pytest.mark.parametrize("name", ["a/b", "..", "-x", "x" * 65, "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="EVERGREEN_BUILD_ID: is no name for a build: write up to 64 letters"):
        Settings.from_env({"EVERGREEN_BUILD_ID": name})
