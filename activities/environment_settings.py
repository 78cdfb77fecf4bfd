"""How settings are read from EVERGREEN_* environment variables, and what is said of a bad one."""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "EVERGREEN_"


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

        An empty variable counts as not set. No file is read. Raises ValueError with one sentence that names the variable; it
        never repeats the value, which may be a secret.
        """
        source = EnvSettingsSource(cls)
        # The library looks for names in small letters; variables are written in capitals, and only those are ours.
        source.env_vars = {
            name.lower(): value for name, value in (os.environ if environ is None else environ).items() if name.isupper() and value
        }
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
