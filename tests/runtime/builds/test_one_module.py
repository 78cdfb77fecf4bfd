"""What the SDK calls experimental is named in one module a side, so that its next words cost one edit."""

import re

from runtime.builds.build_id import ROOT

KNOWS = {"runtime/temporal/deployment/deployment.py", "workflows/versioning.py"}
WORDS = re.compile(r"WorkerDeployment[A-Z]|worker_deployment|VersioningBehavior|versioning_behavior|PinnedVersioning")


def test_no_other_module_names_what_is_experimental_in_worker_deployments() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("lifecycle", "workflows", "activities", "runtime", "gateway", "console")
        for path in (ROOT / folder).rglob("*.py")
        if WORDS.search(path.read_text())
    }
    assert found == KNOWS
