"""Properties of passages over made-up Markdown and over any text at all."""

import tempfile
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.corpus.grouping import PassageSize
from bot.corpus.load import load_corpus
from bot.corpus.markup import content_offsets
from bot.corpus.model import Corpus, Passage
from tests.fakes.documents import Document, count_tokens, documents, paragraphs, write_corpus

SIZE = PassageSize(min_tokens=60, target_tokens=220, max_tokens=500)
UNRULY = st.text(alphabet=st.sampled_from("#>-=`*|![]() \t\r\n\ufeff\u200b\u00a0。.!?”\"'：:1aA中文—{}"), max_size=300)


def corpus_of(text: str, size: PassageSize = SIZE) -> Corpus:
    """A corpus of one file with this text."""
    with tempfile.TemporaryDirectory() as folder:
        return load_corpus(write_corpus(Path(folder), {"essay.md": text}), count_tokens, size=size)


def lost(text: str, passages: tuple[Passage, ...]) -> str:
    """What stands in no passage, of all that is neither white space nor markup."""
    covered = {offset for passage in passages for offset in range(passage.span.start, passage.span.end)}
    return "".join(text[offset] for offset in content_offsets(text) if offset not in covered)


@given(documents())
def test_no_text_of_an_essay_is_lost(document: Document) -> None:
    """Every character that is neither white space nor markup stands in a passage."""
    assert lost(document.text, corpus_of(document.text).passages) == ""


@given(st.one_of(UNRULY, st.text(max_size=300)))
@settings(max_examples=300)
def test_no_text_of_any_file_is_lost(text: str) -> None:
    """The same holds for text of any kind, however its marks are mixed, or the file is told as empty."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    corpus = corpus_of(text)
    if corpus.skipped and not corpus.essays:
        return
    assert lost(text, corpus.passages) == ""
    assert all(text[p.span.start : p.span.end] == p.text for p in corpus.passages)


@given(documents())
def test_spans_are_exact(document: Document) -> None:
    """A passage is its span of the file, and its sentences are in it, in order, without white space around."""
    for passage in corpus_of(document.text).passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
        assert passage.text == passage.text.strip()
        assert passage.span.start <= passage.sentences[0].start
        assert passage.sentences[-1].end <= passage.span.end
        assert all(before.end <= after.start for before, after in pairwise(passage.sentences))
        for sentence in passage.sentences:
            content = document.text[sentence.start : sentence.end]
            assert content == content.strip() != ""
            assert passage.sentence_text(sentence) == content


@given(documents())
def test_passages_are_in_order_and_apart(document: Document) -> None:
    """No character stands in two passages, and passages come in the order of the text."""
    assert all(a.span.end <= b.span.start for a, b in pairwise(corpus_of(document.text).passages))


@given(documents())
def test_sentences_stay_whole(document: Document) -> None:
    """The sentences of the passages are those that were written, none cut and none joined."""
    passages = corpus_of(document.text).passages
    assert [p.sentence_text(s) for p in passages for s in p.sentences] == list(document.sentences)


@given(documents())
def test_sizes_are_within_bounds(document: Document) -> None:
    """A passage has 60 to 500 tokens, but for a section that has fewer: that one is one passage."""
    for _, group in groupby(corpus_of(document.text).passages, key=lambda passage: passage.section):
        counts = [count_tokens(passage.text) for passage in group]
        assert max(counts) <= SIZE.max_tokens
        assert len(counts) == 1 or min(counts) >= SIZE.min_tokens


@given(documents(), st.integers(min_value=60, max_value=480))
def test_sizes_follow_the_target(document: Document, target: int) -> None:
    """Any target between the bounds keeps them."""
    size = PassageSize(min_tokens=60, target_tokens=target, max_tokens=500)
    for _, group in groupby(corpus_of(document.text, size).passages, key=lambda passage: passage.section):
        counts = [count_tokens(passage.text) for passage in group]
        assert max(counts) <= size.max_tokens
        assert len(counts) == 1 or min(counts) >= size.min_tokens


@given(documents())
def test_code_and_tables_stay_whole(document: Document) -> None:
    """A fenced block or a table that fits a passage stands in one, from its first line to its last."""
    text = document.text.replace("\r\n", "\n")
    passages = corpus_of(text).passages
    blocks = [part for part in text.split("\n\n") if part.strip().startswith(("```", "|"))]
    for block in blocks:
        assert any(block.strip() in passage.text for passage in passages)


@given(documents())
def test_the_same_files_give_the_same_corpus(document: Document) -> None:
    """Reading twice gives equal passages, with ids that are all different."""
    once, again = corpus_of(document.text), corpus_of(document.text)
    assert once.passages == again.passages
    assert len({passage.id for passage in once.passages}) == len(once.passages)


@given(documents(), paragraphs())
def test_ids_survive_edits_elsewhere(document: Document, addition: Document) -> None:
    """What is added under a heading of its own before the text changes no id behind it, but moves the spans."""
    text = f"# 标题\n\n开头。\n\n{document.text}\n\n结尾。".replace("\r\n", "\n")
    longer = text.replace("# 标题\n\n开头。", f"# 标题\n\n开头。\n\n###### 新的一节\n\n{addition.text}", 1)
    before, after = corpus_of(text).passages, corpus_of(longer).passages
    assert {passage.id for passage in before} <= {passage.id for passage in after}
    assert after[-1].span.start > before[-1].span.start


def test_a_passage_never_reaches_over_a_heading() -> None:
    """Short sections stand alone, each with its heading before it."""
    passages = corpus_of("# 甲\n\n一句话。\n\n## 乙\n\n又一句话。\n").passages
    assert [(p.section, p.text) for p in passages] == [("", "甲\n\n一句话。"), ("乙", "乙\n\n又一句话。")]


def test_a_heading_stays_with_its_text() -> None:
    """A heading long enough for a passage of its own is still the beginning of the first one."""
    heading, sentence = "长" * 70, "字" * 390 + "。"
    assert [p.text for p in corpus_of(f"# {heading}\n\n{sentence}").passages] == [f"{heading}\n\n{sentence}"]


def test_a_short_tail_is_balanced() -> None:
    """Text a little over the largest size gives two passages of fair size, not a full one and a rest."""
    sentence = "这一句刚好有二十个字连同最后一个句号啊。"
    counts = [count_tokens(p.text) for p in corpus_of(f"# 题\n\n{sentence * 27}").passages]
    assert min(counts) >= 150


def test_an_endless_sentence_is_cut_at_commas() -> None:
    """A sentence of more than 500 tokens is cut where it pauses, so that no passage exceeds the bound."""
    clause = "他说了很多很多关于注意力的话，"
    passages = corpus_of(f"# 题\n\n{clause * 60}完。").passages
    assert len(passages) > 1
    assert all(count_tokens(p.text) <= SIZE.max_tokens for p in passages)
    assert all(p.text.endswith(("，", "。")) for p in passages)


def test_an_endless_word_is_cut_anywhere() -> None:
    """Text without a single pause still keeps the bounds and loses nothing."""
    text = "字" * 2000
    passages = corpus_of(text).passages
    assert all(SIZE.min_tokens <= count_tokens(p.text) <= SIZE.max_tokens for p in passages)
    assert "".join(p.text for p in passages) == text


def test_a_huge_table_is_cut_between_rows() -> None:
    """A table beyond the largest size is cut, but only between rows."""
    rows = [f"| 第{n}行 | 一些内容 {n} |" for n in range(200)]
    passages = corpus_of("# 表\n\n" + "\n".join(rows)).passages
    assert len(passages) > 1
    assert [p.sentence_text(s) for p in passages for s in p.sentences] == ["表", *rows]


def test_a_long_sentence_between_short_ones_is_cut() -> None:
    """Where whole sentences cannot keep the bounds, the longest is cut at a pause."""
    short, long = "字" * 29 + "。", "字" * 160 + "，" + "字" * 160 + "，" + "字" * 160 + "。"
    passages = corpus_of(f"# 题\n\n{short}{long}{short}").passages
    assert all(SIZE.min_tokens <= count_tokens(p.text) <= SIZE.max_tokens for p in passages)
    assert "".join(p.text for p in passages).replace("题\n\n", "") == short + long + short


def test_bounds_hold_where_counts_do_not_add_up(tmp_path: Path) -> None:
    """A whole that counts for far more, or far less, than its parts still keeps the bounds."""
    short, long = "这一句刚好有二十个字连同最后一个句号啊。", "字" * 420 + "。"
    text = f"# 题\n\n{short * 30}{long}{short * 30}"

    def more(part: str) -> int:
        return count_tokens(part) + 40 * part.count("。这")

    def less(part: str) -> int:
        return count_tokens(part) - 16 * part.count("。这")

    for count in (more, less):
        passages = load_corpus(write_corpus(tmp_path, {"a.md": text}), count, size=SIZE).passages
        assert all(SIZE.min_tokens <= count(p.text) <= SIZE.max_tokens for p in passages)
        assert any(long in p.text for p in passages)


@pytest.mark.parametrize("image_after", [1, 2])
def test_images_without_words_fall_between_passages(image_after: int) -> None:
    """Where a cut is due anyway, it is made at an image, which then stands in no passage."""
    parts = ["这一句刚好有二十个字连同最后一个句号啊。" * 6] * 3
    parts.insert(image_after, "![](images/0123456789abcdef0123456789abcdef.jpg)")
    passages = corpus_of("# 题\n\n" + "\n\n".join(parts)).passages
    assert len(passages) == 2
    assert not any("images/" in passage.text for passage in passages)


def test_what_announces_a_list_stays_with_it() -> None:
    """A passage does not end in a colon where the list that it announces could follow."""
    paragraph = "这一句刚好有二十个字连同最后一个句号啊。" * 10
    items = "\n".join(f"- 第{n}点，这是一个不长不短的条目。" for n in range(14))
    passages = corpus_of(f"# 题\n\n{paragraph}\n\n要点如下：\n\n{items}").passages
    assert len(passages) == 2
    assert passages[1].text.startswith("要点如下：")


@pytest.mark.parametrize(
    "bounds",
    [
        {"min_tokens": 0},
        {"min_tokens": 200},
        {"target_tokens": 30},
        {"target_tokens": 501},
        {"max_tokens": 100},
    ],
)
def test_impossible_sizes_are_refused(bounds: dict[str, int]) -> None:
    """Bounds that no text can be cut to raise ValueError."""
    with pytest.raises(ValueError, match="no text can be cut"):
        PassageSize(**bounds)
