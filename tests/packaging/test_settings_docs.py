"""docs/settings.md has every setting, as the models have it."""

import pytest

from tools.settings_docs import MODELS, PAGE, with_tables


def test_the_page_is_as_the_models_make_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run make docs"


@pytest.mark.parametrize("variable", [model.variable(name) for model in MODELS for name in model.model_fields])
def test_every_setting_is_described(variable: str) -> None:
    [row] = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{variable}` |")]
    assert len(row.split("|")[2].strip()) > 10
