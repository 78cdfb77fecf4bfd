"""How settings are read from EVERGREEN_* environment variables, and what is said of a bad one."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "EVERGREEN_"

IN_A_FILE = "_FILE"
"""What is put behind the variable of a setting that holds a secret, to name a file which has its value."""


class EnvironmentSettings(BaseSettings):
    """Settings, each a variable: the model's `env_prefix` and the field's name in capitals. Made by hand they read no environment."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        validate_default=False,
        env_prefix=PREFIX,
        env_ignore_empty=True,
        # Our own validators read lists and JSON objects: the library's fault would show the value.
        enable_decoding=False,
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings that these variables name, or the process's; others keep their default, and unknown names are nobody's fault.

        An empty variable counts as not set. No file is read but those that `_FILE` variables name: the value of a setting that holds a
        secret may lie in one, as containers are given secrets. Raises ValueError with one sentence that names the variable; it never
        repeats the value, which may be a secret.
        """
        given = {name: value for name, value in (os.environ if environ is None else environ).items() if name.isupper() and value}
        source = EnvSettingsSource(cls)
        # The library looks for names in small letters; variables are written in capitals, and only those are ours.
        source.env_vars = {name.lower(): value for name, value in (given | cls._from_files(given)).items()}
        try:
            return cls(**source())
        except ValidationError as error:
            fault = error.errors()[0]
            entry = "".join(f" entry '{part}'" for part in fault["loc"][1:])
            message = fault["msg"].removeprefix("Value error, ")
            raise ValueError(f"{cls.variable(str(fault['loc'][0]))}{entry}: {message[:1].lower()}{message[1:]}") from None

    @classmethod
    def variable(cls, field: str) -> str:
        """The name of the field's environment variable."""
        return f"{cls.model_config['env_prefix']}{field}".upper()

    @classmethod
    def secret_variables(cls) -> list[str]:
        """The variables of the settings that hold secrets: the value of each may lie in a file that NAME_FILE names."""
        return [cls.variable(name) for name, info in cls.model_fields.items() if _holds_a_secret(info)]

    @classmethod
    def _from_files(cls, given: Mapping[str, str]) -> dict[str, str]:
        """What lies in the files that are named, by variable, without the space around it."""
        found: dict[str, str] = {}
        for variable in cls.secret_variables():
            if not (named := given.get(variable + IN_A_FILE)):
                continue
            if variable in given:
                raise ValueError(f"{variable} and {variable}{IN_A_FILE} are both set: set one of them")
            try:
                found[variable] = Path(named).read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                why = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no text"
                raise ValueError(
                    f"{variable}{IN_A_FILE} names a file that cannot be read ({why}): look at its path and its rights"
                ) from None
            if not found[variable]:
                raise ValueError(f"{variable}{IN_A_FILE} names a file with nothing in it: write the value into it, or leave it unset")
        return found

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given by hand, and nothing that lies about."""
        return (init_settings,)


def _holds_a_secret(info: FieldInfo) -> bool:
    """Whether the field is made of secrets, or is not to be shown."""
    return not info.repr or info.annotation is SecretStr
