"""The code of releases, taken from git once a session."""

from collections.abc import Callable

import pytest

from tests.releases.trees import Tree, tree_of_commit
from tools.release import Release

TreeOf = Callable[[Release], Tree]


@pytest.fixture(scope="session")
def tree_of(tmp_path_factory: pytest.TempPathFactory) -> TreeOf:
    """The tree of a release."""
    made: dict[str, Tree] = {}

    def tree(release: Release) -> Tree:
        if release.version not in made:
            folder = tmp_path_factory.mktemp(f"release-{release.version}")
            made[release.version] = tree_of_commit(release.commit, folder).named(release.build_id)
        return made[release.version]

    return tree
