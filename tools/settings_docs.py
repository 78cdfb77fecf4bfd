"""`make docs`: writes the tables of docs/settings.md from the models of the settings."""

from itertools import dropwhile
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from activities.environment_settings import EnvironmentSettings
from activities.settings import Settings
from gateway.http.settings import GatewaySettings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = "| variable | says | default |\n|---|---|---|\n"
MODELS: tuple[type[EnvironmentSettings], ...] = (Settings, GatewaySettings)


def with_tables(page: str) -> str:
    """That page with its tables made anew: one for each model, a row a setting."""
    before, *others = page.split(HEAD)
    made = before
    for model, rest in zip(MODELS, others, strict=True):
        after = "".join(dropwhile(lambda line: line.startswith("|"), rest.splitlines(keepends=True)))
        made += HEAD + "".join(f"{_row(model.variable(name), info)}\n" for name, info in model.model_fields.items()) + after
    return made


def _row(variable: str, info: FieldInfo) -> str:
    return f"| `{variable}` | {info.description or ''} | {_default(info)} |"


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    if shown is True or shown is False:
        return "yes" if shown else "no"
    if shown in (None, "", (), {}):
        return ""
    return f"`{shown:g}`" if isinstance(shown, float) else f"`{shown}`"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
