"""The documents speak of what is there."""

import ast
import re
from pathlib import Path

import pytest

from bot.evaluation.answers import FIGURES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))
DOCUMENTS = [*PAGES, "seeds/README.md", "CONTRIBUTING.md", "README.md", "CHANGELOG.md"]
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"\w[\w.-]*(/[\w.-]+)*/?")
NAME = re.compile(r"[A-Za-z]\w*(\.[a-z]\w*)?")
FOLDERS = ("", "bot", "bot/answering", "bot/channels", "bot/corpus", "bot/delivery")
SUFFIXES = (".py", ".md", ".toml", ".yaml", "/")
OF_OTHERS = {"Protocol", "BM25Retriever", "EnsembleRetriever", "RecursiveCharacterTextSplitter"}
MADE_LATER = {"corpus.toml", "model.py", "chroma/", "snapshot/"}  # by the operator or the program, or one of many


def quoted(root: Path, document: str) -> set[str]:
    return set(CODE.findall((root / document).read_text(encoding="utf-8")))


def defined(root: Path) -> set[str]:
    """Give the classes, functions and constants of the code, methods as ``Class.method`` too."""
    names: set[str] = set()
    for path in [*(root / "bot").rglob("*.py"), *(root / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names |= {f"{node.name}.{member.name}" for member in node.body if hasattr(member, "name")}
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
            if isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def missing_paths(root: Path, document: str) -> list[str]:
    paths = {text for text in quoted(root, document) if text.endswith(SUFFIXES) and PATH.fullmatch(text)} - MADE_LATER
    return sorted(path for path in paths if not any((root / folder / path).exists() for folder in FOLDERS))


def missing_names(root: Path, document: str) -> list[str]:
    known = defined(root)
    camel = {text for text in quoted(root, document) if NAME.fullmatch(text) and re.match(r"[A-Z]\w*[a-z]", text)}
    return sorted(camel - known - OF_OTHERS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_a_document_names_exist(document: str) -> None:
    """Whoever follows a path of a document finds a file or a folder."""
    assert missing_paths(ROOT, document) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_classes_that_a_document_names_exist(document: str) -> None:
    """Whoever looks for a class or a method of a document finds it in the code."""
    assert missing_names(ROOT, document) == []


def test_the_architecture_shows_every_folder() -> None:
    """Each folder and module of the program stands in the page on its architecture."""
    parts = {path for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    unshown = [path.name for path in parts if not path.name.startswith("__") and f"`{path.name}" not in text]
    assert unshown == []


def test_every_figure_of_answers_is_defined() -> None:
    """Whoever reads a report of `yinju eval answers` finds what each of its figures means, in their order."""
    text = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [figure.name for figure in FIGURES]


def test_a_document_that_lies_is_found(tmp_path: Path) -> None:
    """A path and a class that don't exist are told."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "bot" / "there.py").write_text("class There:\n    def be(self): ...\n", encoding="utf-8")
    (tmp_path / "page.md").write_text(
        "`bot/there.py` `There` `There.be` `bot/gone.py` `Gone` `There.go`", encoding="utf-8"
    )
    assert missing_paths(tmp_path, "page.md") == ["bot/gone.py"]
    assert missing_names(tmp_path, "page.md") == ["Gone", "There.go"]
