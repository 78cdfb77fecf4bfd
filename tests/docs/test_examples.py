"""What the pages show works: playbooks and adapters read, and Python passes the type checker."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gateway.adapters.adapter_file import read_adapter
from lifecycle.playbook.reading import read_playbook
from tests.docs.pages import PAGES, ROOT, blocks

YAML = [pytest.param(text, id=f"{page.name} {number}") for page in PAGES for number, text in enumerate(blocks(page, "yaml"), 1)]
PYTHON = [(page, text) for page in PAGES for text in blocks(page, "python")]
HEAD = {
    "playbook": "example",
    "company": "{name: Us, email: us@example.com}",
    "stages": "{growth: {goal: More, owner: csm, exit: first_value}}",
}
MESSAGE = "Subject: Hello\n\nHello {{ contact.first_name }}\n"


@pytest.mark.parametrize("text", YAML)
def test_a_playbook_or_an_adapter_reads(text: str) -> None:
    keys = yaml.safe_load(text)
    messages = dict.fromkeys(re.findall(r"\btemplate: ([\w-]+)", text), MESSAGE)
    if "adapter" in keys:
        assert read_adapter(text, "example.yaml").adapter == keys["adapter"]
    elif "playbook" in keys:
        assert read_playbook(text, messages).playbook == keys["playbook"]
    elif isinstance(keys, dict) and "sources" not in keys:
        head = "".join(f"{key}: {value}\n" for key, value in HEAD.items() if key not in keys)
        in_german = {f"{name}.de": message for name, message in messages.items()}
        assert read_playbook(head + text, messages | in_german).playbook == "example"
    # Steps are read by tests/lifecycle/steps/test_every_kind.py, sources by tests/gateway/adapters/test_documented.py.


def test_python_passes_the_type_checker(tmp_path: Path) -> None:
    files = []
    for number, (page, text) in enumerate(PYTHON, 1):
        file = tmp_path / f"{page.stem.lower()}_{number}.py"
        file.write_text(text, encoding="utf-8")
        files.append(file)
    assert files
    checked = subprocess.run([sys.executable, "-m", "mypy", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
