import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.links import (
    MAX_PARAMETER_CHARS,
    Linker,
    Pointer,
    parse_start_parameter,
    start_parameter,
)
from bot.answering.plain import visible
from bot.answering.text_fragment import MAX_EXACT_CHARS, text_fragment
from bot.corpus.model import Passage, Span
from tests.fakes.passages import make_essay, make_passage

CATS = make_passage(["我家小猫的名字叫伽罗瓦，以纪念数学家。", "猫-狗, 鱼 & 鸟 100%！"], start=40)
SEEN = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="[]()*_~`#>+-!\\|<"), min_size=1)


def fragment_parts(fragment: str) -> list[str]:
    assert fragment.startswith("#:~:text=")
    return fragment.removeprefix("#:~:text=").split(",")


def test_the_essays_own_address_comes_first() -> None:
    """An essay with an address is linked there, the quote in the fragment."""
    passage = replace(CATS, essay=replace(CATS.essay, url="https://example.org/cats"))
    link = Linker("https://bot.example.org", "yinju_bot").link(passage, passage.sentences[0])
    assert unquote(link) == "https://example.org/cats#:~:text=我家小猫的名字叫伽罗瓦，以纪念数学家。"


def test_the_essays_text_is_asked_for_only_where_the_link_depends_on_it() -> None:
    """An address gets a fragment that no other place in the essay fits; other links name the place itself."""
    passage = make_passage(["前面一句。", "是的。", "后面一句。"])
    online = replace(passage, essay=replace(passage.essay, url="https://example.org/cats"))
    link = Linker().link(online, online.sentences[1], essay_text=lambda: "是的。别处。" + passage.text)
    assert unquote(link).endswith("#:~:text=是的。别处。前面一句。-,是的。,-后面一句。")
    for linker in (Linker(), Linker(None, "yinju_bot")):
        assert linker.link(passage, passage.sentences[1], essay_text=lambda: pytest.fail("it was put together"))


def test_front_matter_is_linked_without_a_fragment() -> None:
    """No page shows it; a block of labelled lines in the text is shown, and found."""
    essay = replace(CATS.essay, url="https://example.org/cats")
    front = make_passage(["title: On Cats", "author: Mara"], essay=essay, section="About this text")
    labelled = make_passage(["**Author**: Mara", "**Date**: 2025"], essay=essay, section="About this text")
    assert Linker().link(front, front.sentences[0]) == "https://example.org/cats"
    assert unquote(Linker().link(labelled, labelled.sentences[1])).endswith("#:~:text=Date: 2025")


@pytest.mark.parametrize(
    ("sentences", "n", "fragment"),
    [
        (["*…one ends here.", "Two goes on.", "Three ends.*"], 0, "…one ends here."),
        (["*…one ends here.", "Two goes on.", "Three ends.*"], 2, "Three ends."),
        (["See", "<https://example.org/a_b>"], 1, "https://example.org/a_b"),
        (["As 2 * 3 * 4 it was *5", "and more."], 0, "As 2 * 3 * 4 it was *5"),
    ],
)
def test_marks_that_no_page_shows_are_not_in_the_fragment(sentences: list[str], n: int, fragment: str) -> None:
    """One star of emphasis over several sentences, and the angles around an address."""
    passage = make_passage(sentences)
    assert unquote(text_fragment(passage, passage.sentences[n])) == f"#:~:text={fragment}"


def test_without_an_address_the_bot_opens_the_passage() -> None:
    """The deep link names the passage and the stretch within it."""
    link = Linker(None, "yinju_bot").link(CATS, CATS.sentences[1])
    assert link == f"https://t.me/yinju_bot?start=p_{CATS.id}_k_g"


def test_without_a_bot_the_place_in_the_file_is_named() -> None:
    """RFC 5147 character positions, the file name percent-encoded."""
    span = Span(file="年末/a b.md", start=40, end=59)
    assert Linker().link(CATS, span) == "%E5%B9%B4%E6%9C%AB/a%20b.md#char=40,59"


@given(text=SEEN)
def test_a_fragment_decodes_to_the_quote(text: str) -> None:
    """Any quote survives the encoding, and no sign in it is left that the directive would read."""
    passage = make_passage([text])
    (*parts,) = fragment_parts(text_fragment(passage, passage.sentences[0]))
    assert all(re.fullmatch(r"[A-Za-z0-9._~%]+", part) for part in parts)
    if len(text) <= MAX_EXACT_CHARS:
        assert [unquote(part) for part in parts] == [visible(text)]
    else:
        start, end = map(unquote, parts)
        assert visible(text).startswith(start)
        assert visible(text).endswith(end)
        assert start
        assert end


def test_signs_of_the_directive_are_encoded() -> None:
    """Dash, comma and ampersand would end a part of the directive."""
    assert "%E7%8C%AB%2D%E7%8B%97%2C%20%E9%B1%BC%20%26%20" in text_fragment(CATS, CATS.sentences[1])


def test_a_long_quote_is_named_by_its_ends() -> None:
    """Only the first and last words stand in the fragment, cut where words end."""
    quote = "The first words of it stay, " + "and a great deal more is said " * 6 + "until the very last of them."
    start, end = fragment_parts(text_fragment(passage := make_passage([quote]), passage.sentences[0]))
    assert (unquote(start), unquote(end)) == ("The first words of it", "the very last of them.")


def test_an_ambiguous_quote_gets_its_surroundings() -> None:
    """Where the quote stands in the essay twice, prefix and suffix tell which one is meant."""
    passage = make_passage(["前面一句。", "是的。", "后面一句。"])
    fragment = text_fragment(passage, passage.sentences[1], essay_text="是的。别处。" + passage.text)
    assert [unquote(part) for part in fragment_parts(fragment)] == ["是的。别处。前面一句。-", "是的。", "-后面一句。"]
    assert len(fragment_parts(text_fragment(passage, passage.sentences[1], essay_text=passage.text))) == 1


def test_a_quote_in_two_paragraphs_is_named_by_its_ends() -> None:
    """A browser looks for each part within one block, so none reaches over the break; nor over the cells of a row."""
    passage = make_passage(["第一段的话。\n\n第二段的话。", "| 特性 | 说明 |\n| --- | --- |\n| 速度 | 快 |"])
    named = [[unquote(part) for part in fragment_parts(text_fragment(passage, span))] for span in passage.sentences]
    assert named == [["第一段的话。", "第二段的话。"], ["特性", "快"]]


def test_the_number_of_an_item_is_not_looked_for() -> None:
    """A page draws it, but it is no text there."""
    passage = make_passage(["2. Thin wrappers die first.", "10) 薄壳公司先死。"])
    fragments = [unquote(text_fragment(passage, span)) for span in passage.sentences]
    assert fragments == ["#:~:text=Thin wrappers die first.", "#:~:text=薄壳公司先死。"]


def test_ends_are_cut_between_words() -> None:
    """Not within a number or an address, and a Chinese clause stays whole."""
    quote = (
        f"{'芯片与模型的训练' * 5}，见 Kaplan et al. {'and many others ' * 5}https://doi.org/10.48550/ARXIV.2001.08361"
    )
    start, end = fragment_parts(text_fragment(passage := make_passage([quote]), passage.sentences[0]))
    assert unquote(start) == "芯片与模型的训练" * 5 + "，"
    assert unquote(end) == "https://doi.org/10.48550/ARXIV.2001.08361"


def test_ends_that_stand_before_the_quote_grow() -> None:
    """A browser marks the first place that fits, so the ends are as long as it takes to fit nowhere else."""
    quote = (
        "Each token is a vector of many numbers, " + "one for each of its senses, " * 4 + "and so on and so forth, etc."
    )
    passage = make_passage(["Each token is a vector to us, and so forth, etc.", quote])
    start, end = map(unquote, fragment_parts(text_fragment(passage, passage.sentences[1])))
    assert start.startswith("Each token is a vector of many numbers,")
    assert quote.endswith(end)


def test_wide_gaps_are_not_looked_for() -> None:
    """A page shows a space that does not break beside another one as two, and a browser tells them from one."""
    passage = make_passage(["He’s right.\xa0 Attention is all."])
    assert [unquote(part) for part in fragment_parts(text_fragment(passage, passage.sentences[0]))] == [
        "He’s right.",
        "Attention is all.",
    ]


def test_markup_is_not_part_of_what_a_page_shows() -> None:
    """Links, emphasis and quote marks are taken away, for the browser looks for the words."""
    passage = make_passage(["> **我认为：** 见[论文](https://doi.org/1)与 `code`。"])
    assert unquote(text_fragment(passage, passage.sentences[0])) == "#:~:text=我认为： 见论文与 code。"


def test_an_address_that_has_a_fragment_keeps_it() -> None:
    """The directive follows the fragment that is there."""
    passage = make_passage(["猫。"])
    assert text_fragment(passage, passage.sentences[0], url="https://e.org/#top").startswith(":~:text=")


def test_a_quote_that_shows_nothing_has_no_fragment() -> None:
    """An image alone leaves the bare address."""
    passage = make_passage(["![](a.png)"])
    assert text_fragment(passage, passage.sentences[0]) == ""


@given(offset=st.integers(0, 10**6), length=st.integers(1, 10**6))
def test_a_payload_comes_back_as_it_went(offset: int, length: int) -> None:
    """Any place in any passage fits Telegram's limits and is read back."""
    passage: Passage = replace(CATS, span=Span(file="f", start=100, end=10**7))
    span = Span(file="f", start=100 + offset, end=100 + offset + length)
    payload = start_parameter(passage, span)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", payload)
    assert len(payload) <= MAX_PARAMETER_CHARS
    assert parse_start_parameter(payload) == Pointer(passage_id=passage.id, start=offset, length=length)


def test_a_payload_without_a_quote() -> None:
    """The passage alone is a payload too; a place outside it is left out."""
    assert parse_start_parameter(f"p_{CATS.id}") == Pointer(passage_id=CATS.id)
    assert start_parameter(CATS, Span(file="cats.md", start=0, end=3)) == f"p_{CATS.id}"


@pytest.mark.parametrize(
    "text", ["", "p_", "p_xyz", "hello", f"p_{CATS.id}_", f"p_{CATS.id}_1", f"p_{CATS.id}_-1_2", f"p_{CATS.id}_1_2\n"]
)
def test_what_is_no_payload(text: str) -> None:
    """Whatever people put behind ``?start=`` is told apart without an error."""
    assert parse_start_parameter(text) is None


@given(text=st.text())
def test_any_text_is_parsed_without_an_error(text: str) -> None:
    """No input raises."""
    parse_start_parameter(text)
    parse_start_parameter(f"p_{text}")


def test_the_same_essay_always_gives_the_same_link() -> None:
    """Links are made of the essay alone."""
    passage = replace(CATS, essay=replace(make_essay(), url="https://example.org/"))
    assert Linker().link(passage, passage.sentences[0]) == Linker().link(passage, passage.sentences[0])
