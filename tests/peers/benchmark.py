"""Questions with known answers over a folder of texts: the development questions, XQuAD and CMRC 2018.

XQuAD is read as it is published (https://github.com/google-deepmind/xquad): the same paragraphs and questions in
every language. CMRC 2018 (https://github.com/ymcui/cmrc2018) is read as lines of ``_id``, ``text`` and, of
questions, ``gold``. Each paragraph becomes a file of a corpus.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.model import Span
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A corpus and what is asked of it. ``texts``: by file."""

    name: str
    corpus_dir: Path
    texts: Mapping[str, str]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and the place of its answer in its paragraph."""

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of XQuAD; ``article`` counts from 0, ``name`` is the same in every language."""

    name: str
    article: int
    text: str
    questions: tuple[Question, ...]


def seeds(root: Path) -> Benchmark:
    """The development questions over the essays that come along; only those that the essays answer."""
    texts = corpus_texts(root / "seeds")
    cases = read_golden(root / "seeds" / "golden" / "dev.jsonl", texts)
    return Benchmark(
        name="dev", corpus_dir=root / "seeds", texts=texts, cases=tuple(case for case in cases if case.evidence)
    )


def xquad(path: Path) -> tuple[Paragraph, ...]:
    """The paragraphs of one language, from a file such as ``xquad.zh.json``."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    found = [(number, paragraph) for number, article in enumerate(articles) for paragraph in article["paragraphs"]]
    return tuple(
        Paragraph(
            name=f"p{position:03d}",
            article=number,
            text=paragraph["context"],
            questions=tuple(_question(question) for question in paragraph["qas"]),
        )
        for position, (number, paragraph) in enumerate(found)
    )


def crossed(
    name: str, *, asked: Sequence[Paragraph], held: Sequence[Paragraph], lang: str, corpus_dir: Path
) -> Benchmark:
    """The questions of one language over the paragraphs of another, or of the same.

    The evidence is the answer in the paragraph that is held: the translations have the same ids.
    """
    texts = {f"{paragraph.name}.txt": paragraph.text for paragraph in held}
    places = {question.id: (paragraph, question) for paragraph in held for question in paragraph.questions}
    questions = [question for paragraph in asked for question in paragraph.questions]
    write_corpus(corpus_dir, texts)
    return Benchmark(
        name=name,
        corpus_dir=corpus_dir,
        texts=texts,
        cases=tuple(_case(question, lang, *places[question.id]) for question in questions),
    )


def cmrc(folder: Path, *, corpus_dir: Path) -> Benchmark:
    """CMRC 2018; the evidence is the whole paragraph."""
    texts = {f"{row['_id']}.txt": row["text"] for row in _rows(folder / "corpus.jsonl")}
    write_corpus(corpus_dir, texts)
    cases = []
    for row in _rows(folder / "queries.jsonl"):
        file = f"{row['gold']}.txt"
        whole = Span(file=file, start=0, end=len(texts[file]))
        target = Target(span=whole, quote=texts[file])
        cases.append(Case(id=row["_id"], type="factoid", lang="zh", question=row["text"], evidence=(target,)))
    return Benchmark(name="CMRC 2018", corpus_dir=corpus_dir, texts=texts, cases=tuple(cases))


def write_corpus(folder: Path, texts: Mapping[str, str]) -> None:
    """Make the folder hold these texts, by their paths, and no others; what is there already stays as it is."""
    for path in folder.rglob("*.txt"):
        if path.relative_to(folder).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        content, path = text.encode("utf-8"), folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _question(row: Mapping[str, object]) -> Question:
    answer = row["answers"][0]  # type: ignore[index]
    start = answer["answer_start"]
    return Question(id=str(row["id"]), text=str(row["question"]), start=start, end=start + len(answer["text"]))


def _case(question: Question, lang: str, paragraph: Paragraph, answered: Question) -> Case:
    span = Span(file=f"{paragraph.name}.txt", start=answered.start, end=answered.end)
    target = Target(span=span, quote=paragraph.text[span.start : span.end])
    return Case(id=question.id, type="factoid", lang=lang, question=question.text, evidence=(target,))


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
