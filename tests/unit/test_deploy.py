"""What can be said of the container and the service without building them."""

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Read the Dockerfile as (keyword, arguments), with continued lines joined and comments dropped."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(keyword, rest) for keyword, _, rest in (line.partition(" ") for line in lines) if keyword]


def last_stage() -> list[Instruction]:
    whole = instructions()
    return whole[max(place for place, (keyword, _) in enumerate(whole) if keyword == "FROM") :]


def environment() -> dict[str, str]:
    pairs = (pair for keyword, rest in last_stage() if keyword == "ENV" for pair in shlex.split(rest))
    return dict(pair.split("=", 1) for pair in pairs)


def compose() -> dict[str, dict[str, dict]]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def copied() -> list[str]:
    """Give what the Dockerfile copies from the repository."""
    return [
        source
        for keyword, rest in instructions()
        if keyword == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]


def test_what_the_image_copies_is_there_and_let_in() -> None:
    """Each path that the Dockerfile copies exists, and .dockerignore lets in these and no others."""
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sorted(line[1:] for line in ignore if line.startswith("!")) == sorted(copied())
    assert "*" in ignore
    assert [path for path in copied() if not (ROOT / path).exists()] == []


def test_the_image_has_what_its_packaging_reads() -> None:
    """The files that pyproject.toml names for building are in the image."""
    assert {"pyproject.toml", "README.md", "LICENSE", "bot", "requirements.lock"} <= set(copied())


def test_the_image_runs_as_nobody_special() -> None:
    """The last stage changes to a user of its own, who owns the data folder."""
    users = [rest for keyword, rest in last_stage() if keyword == "USER"]
    assert users == ["yinju"]
    assert any("--owner yinju" in rest and rest.endswith("/data") for keyword, rest in last_stage() if keyword == "RUN")


def test_the_image_installs_what_is_locked() -> None:
    """Libraries come with hashes, and the program itself brings no others."""
    installs = [rest for keyword, rest in instructions() if keyword == "RUN" and "pip install" in rest]
    assert ["--require-hashes" in install or "--no-deps" in install for install in installs] == [True, True]


def test_the_image_sets_only_settings() -> None:
    """The environment of the image holds settings that exist, and its data folder is the volume."""
    known = {name.upper() for name in Settings.model_fields} | {"PATH", "PYTHONUNBUFFERED"}
    assert set(environment()) <= known
    assert ("VOLUME", environment()["DATA_DIR"]) in last_stage()
    assert ("COPY", f"seeds {environment()['CORPUS_DIR']}") in last_stage()


@pytest.mark.parametrize("keyword", ["HEALTHCHECK", "CMD"])
def test_the_image_runs_commands_that_exist(keyword: str) -> None:
    """The image serves, and asks itself whether it is well, with commands of the program."""
    rest = next(rest for word, rest in last_stage() if word == keyword)
    command = next(word for word in json.loads(rest[rest.index("[") :]) if word != "yinju")
    assert (ROOT / "bot" / "cli" / f"{command}.py").exists()


def test_compose_runs_one_service_on_one_volume() -> None:
    """The compose file builds the image from here, restarts it, and keeps its data in a named volume."""
    whole = compose()
    (service,) = whole["services"].values()
    (volume,) = whole["volumes"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    assert (DEPLOY / service["env_file"]).resolve() == ROOT / ".env"
    assert service["volumes"] == [f"{volume}:{environment()['DATA_DIR']}"]
    assert service["restart"] == "unless-stopped"


def test_compose_keeps_the_folders_of_the_image() -> None:
    """A .env made for use outside the container cannot move the data off the volume."""
    (service,) = compose()["services"].values()
    assert service["environment"] == {name: environment()[name] for name in ("DATA_DIR", "CORPUS_DIR", "WEB_ADDRESS")}


def test_the_unit_serves() -> None:
    """The systemd unit runs the program that `make` installs, and writes only where it may."""
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # names of systemd are written in capitals and small letters
    unit.read_string((DEPLOY / "yinju.service").read_text(encoding="utf-8"))
    service = unit["Service"]
    assert service["ExecStart"] == f"{service['WorkingDirectory']}/.venv/bin/yinju serve"
    assert service["Environment"] == f"DATA_DIR=/var/lib/{service['StateDirectory']}"
