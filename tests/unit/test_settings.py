"""Settings: where they come from, which wins, and what is said about those that make no sense."""

import itertools
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

import bot.settings
from bot.errors import SettingsError
from bot.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = re.compile(r"^(?P<off>#?)(?P<name>[A-Z][A-Z_]*)=(?P<value>.*)$")
SECRET = "s3cr3t-v4lue"


class Sources:
    """Every place that a setting can come from, except the command line."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._patch = patch
        self._env_file = folder / ".env"
        patch.setattr(bot.settings, "ENV_FILE", self._env_file)

    def environment(self, **values: str) -> None:
        for name, value in values.items():
            self._patch.setenv(name, value)

    def env_file(self, *lines: str, encoding: str = "utf-8") -> None:
        self._env_file.write_text("\n".join(lines), encoding=encoding)

    def file(self, name: str, text: str) -> str:
        path = self._folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    return Sources(tmp_path, monkeypatch)


def documented() -> dict[str, re.Match[str]]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = [match for line in lines if (match := DOCUMENTED.match(line))]
    assert len(found) == len({match["name"] for match in found}), "a setting is documented twice"
    return {match["name"]: match for match in found}


# --- .env.example ---


def test_the_example_lists_exactly_the_settings() -> None:
    """Each setting of the code stands in .env.example in the same order, and nothing else does."""
    assert list(documented()) == [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_example_shows_the_default(name: str, sources: Sources) -> None:
    """The value in .env.example is the default of the code, behind a # unless it is empty."""
    line = documented()[name.upper()]
    sources.env_file(f"{line['name']}={line['value']}")
    assert getattr(load_settings(), name) == Settings.model_fields[name].get_default()
    assert bool(line["off"]) == bool(line["value"]), "a # stands before the lines that show a default, and only there"


def test_the_example_explains_each_setting() -> None:
    """Above each setting of .env.example stands at least one line of explanation."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    bare = [line for above, line in itertools.pairwise(lines) if DOCUMENTED.match(line) and above[:2] != "# "]
    assert bare == []


# --- which source wins ---


def test_without_any_source_the_defaults_count() -> None:
    """Nothing has to be set."""
    assert load_settings() == Settings.model_construct()


def test_the_sources_win_in_order(sources: Sources) -> None:
    """Command line, NAME, NAME_FILE, NAME in .env, NAME_FILE in .env: each outdoes the ones after it."""
    sources.env_file(f"LLM_MODEL_FILE={sources.file('e', 'named in .env')}")
    assert load_settings().llm_model == "named in .env"
    sources.env_file("LLM_MODEL=in .env", f"LLM_MODEL_FILE={sources.file('e', 'named in .env')}")
    assert load_settings().llm_model == "in .env"
    sources.environment(LLM_MODEL_FILE=sources.file("n", "named in the environment"))
    assert load_settings().llm_model == "named in the environment"
    sources.environment(LLM_MODEL="in the environment")
    assert load_settings().llm_model == "in the environment"
    assert load_settings(llm_model="on the command line").llm_model == "on the command line"


def test_an_option_that_was_not_given_changes_nothing(sources: Sources) -> None:
    """An override of None leaves the setting to the other sources."""
    sources.environment(DATA_DIR="/elsewhere")
    assert load_settings(data_dir=None).data_dir == Path("/elsewhere")


def test_an_empty_value_counts_as_absent(sources: Sources) -> None:
    """An empty variable, line or file lets the next source speak."""
    empty = sources.file("empty", "\n")
    sources.environment(LLM_MODEL="", EMBEDDING_MODEL_FILE=empty, OPENAI_API_KEY_FILE=empty, CHROMA_URL_FILE="")
    sources.env_file("LLM_MODEL=in .env", "EMBEDDING_MODEL=in .env too", "PUBLIC_URL=")
    settings = load_settings()
    assert (settings.llm_model, settings.embedding_model) == ("in .env", "in .env too")
    assert (settings.openai_api_key, settings.chroma_url, settings.public_url) == (None, None, None)


def test_names_we_do_not_know_are_left_alone(sources: Sources) -> None:
    """The .env file may serve other programs too."""
    sources.env_file("SOMEBODY_ELSES=1", "SOMEBODY_ELSES_FILE=/nowhere", "LLM_MODEL=ours")
    assert load_settings().llm_model == "ours"


def test_an_env_file_with_a_byte_order_mark_is_read(sources: Sources) -> None:
    """The mark that some editors write is no part of the first name."""
    sources.env_file("LLM_MODEL=marked", encoding="utf-8-sig")
    assert load_settings().llm_model == "marked"


# --- forms of values ---


def test_lists_are_separated_by_commas(sources: Sources) -> None:
    """White space around the parts and empty parts don't count; a full-width comma separates too."""
    sources.environment(TELEGRAM_ADMIN_IDS="1, 2,,", TELEGRAM_ALLOWED_CHAT_IDS="-100123，7", LLM_FALLBACK_MODELS="b, a")
    settings = load_settings()
    assert settings.telegram_admin_ids == {1, 2}
    assert settings.telegram_allowed_chat_ids == {-100123, 7}
    assert settings.llm_fallback_models == ("b", "a")


def test_a_list_of_nothing_does_not_mean_everybody(sources: Sources) -> None:
    """A lone comma in the list of allowed chats is an error, for an empty list opens the bot to all."""
    sources.environment(TELEGRAM_ALLOWED_CHAT_IDS=" , ")
    with pytest.raises(
        SettingsError, match=r"^these settings make no sense: TELEGRAM_ALLOWED_CHAT_IDS: a list with no"
    ):
        load_settings()


def test_addresses_lose_their_last_slash(sources: Sources) -> None:
    """Whoever appends a path to an address need not look whether it ends in a slash."""
    sources.environment(OPENAI_BASE_URL="http://127.0.0.1:11434/v1/", TELEGRAM_API_URL="https://bots.example/")
    settings = load_settings()
    assert settings.openai_base_url == "http://127.0.0.1:11434/v1"
    assert settings.telegram_api_url == "https://bots.example"


def test_a_tilde_stands_for_the_home_folder(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders and value files may be given from the home folder, which no shell puts in for a line of .env."""
    monkeypatch.setenv("HOME", str(Path(sources.file("model", "at home")).parent))
    sources.env_file("DATA_DIR=~/yinju", "LLM_MODEL_FILE=~/model")
    settings = load_settings()
    assert settings.data_dir == Path.home() / "yinju"
    assert settings.llm_model == "at home"


def test_the_log_level_may_be_written_small(sources: Sources) -> None:
    """LOG_LEVEL=debug is understood."""
    sources.environment(LOG_LEVEL="debug")
    assert load_settings().log_level == "DEBUG"


def test_choices_may_be_written_large(sources: Sources) -> None:
    """ANSWER_FORMAT=TEXT is understood as LOG_LEVEL=debug is."""
    sources.environment(ANSWER_FORMAT="TEXT", QUERY_PLAN="Off", LOG_FORMAT="JSON")
    settings = load_settings()
    assert (settings.answer_format, settings.query_plan, settings.log_format) == ("text", "off", "json")


# --- what makes no sense ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_ADMIN_IDS", f"1,{SECRET}"),
        ("TELEGRAM_ALLOWED_CHAT_IDS", f"{SECRET},{SECRET}"),
        ("TELEGRAM_API_URL", SECRET),
        ("OPENAI_BASE_URL", f"ftp://{SECRET}"),
        ("OPENAI_BASE_URL", f"http://[{SECRET}"),
        ("CHROMA_URL", f"http:{SECRET}"),
        ("PUBLIC_URL", f"www.{SECRET}.org"),
        ("LLM_TIMEOUT_S", SECRET),
        ("LLM_TIMEOUT_S", "0"),
        ("LLM_TIMEOUT_S", "inf"),
        ("TRANSLATION_TIMEOUT_S", "-1"),
        ("ANSWER_FORMAT", SECRET),
        ("ANSWER_DRAFTS", "0"),
        ("ANSWER_DRAFTS", "9"),
        ("DEEP_TIMEOUT_S", "541"),
        ("DEEP_MAX_TOKENS", "0"),
        ("QUERY_PLAN", SECRET),
        ("DECLINE_BELOW", "1.5"),
        ("DECLINE_BELOW", "nan"),
        ("EMBEDDER", SECRET),
        ("WEB_ADDRESS", SECRET),
        ("WEB_ADDRESS", f"{SECRET}:65536"),
        ("WEB_ADDRESS", "8080"),
        ("DATA_DIR", f"~{SECRET}/data"),
        ("LOG_LEVEL", SECRET),
        ("LOG_FORMAT", SECRET),
    ],
)
def test_a_bad_value_is_named_and_not_repeated(name: str, value: str, sources: Sources) -> None:
    """A value that makes no sense gives one line that names the setting once and keeps the value to itself."""
    sources.environment(**{name: value})
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith("these settings make no sense: ")
    assert line.count(f"{name}: ") == 1
    assert SECRET not in line
    assert "\n" not in line
    assert "Value error" not in line


def test_all_bad_values_are_named_at_once(sources: Sources) -> None:
    """The operator learns of every fault in one go."""
    sources.environment(EMBEDDER="x", LOG_FORMAT="y")
    with pytest.raises(SettingsError, match=r"EMBEDDER: .*; LOG_FORMAT: "):
        load_settings()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_value_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path, sources: Sources) -> None:
    """A NAME_FILE whose file is missing or no UTF-8 is the operator's to mend; the path is not repeated."""
    path = tmp_path / SECRET
    if content is not None:
        path.write_bytes(content)
    sources.environment(OPENAI_API_KEY_FILE=str(path))
    with pytest.raises(SettingsError, match=r"^OPENAI_API_KEY_FILE: ") as caught:
        load_settings()
    assert SECRET not in str(caught.value)


def test_an_env_file_that_cannot_be_read_is_named(sources: Sources, tmp_path: Path) -> None:
    """A .env that is no UTF-8 gives one line, not a traceback."""
    (tmp_path / ".env").write_bytes(b"LLM_MODEL=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read \(it is not UTF-8: byte \d+\)$"):
        load_settings()


def test_secrets_stay_out_of_the_repr() -> None:
    """Whatever prints the settings prints no token, key, or address that may hold a password."""
    settings = load_settings(
        telegram_bot_token=SECRET,
        openai_api_key=SECRET,
        openai_base_url=f"https://user:{SECRET}@host/v1",
        chroma_url=f"http://user:{SECRET}@host",
        database_url=f"postgresql://user:{SECRET}@host/yinju",
    )
    assert SECRET not in f"{settings!r}{settings}"
    assert settings.telegram_bot_token == SecretStr(SECRET)


def test_settings_do_not_change() -> None:
    """Nobody turns a setting behind another's back."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().log_level = "DEBUG"  # type: ignore[misc]
