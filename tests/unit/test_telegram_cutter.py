"""Cutting long texts into messages: properties over any text, and where a reader would cut."""

import hypothesis.strategies as st
from hypothesis import given

from bot.channels.telegram.cutter import Limits, cut
from bot.channels.telegram.styled import Entity, StyledText, in_order
from bot.channels.telegram.utf16 import fitting_prefix, index_at, storable, unit_count, unit_offsets
from tests.fakes.telegram import units

TEXTS = st.text(alphabet=st.sampled_from("ab 中。！\n.😀👍🏽é\u0301\u200d,"), max_size=300)

LONG_TEXTS = st.text(alphabet=st.sampled_from("ab 中。！\n.😀👍🏽é\u0301\u200d,"), min_size=120, max_size=300)


@st.composite
def styled_texts(draw):
    """Text with links that don't overlap, and styles anywhere."""
    text = draw(TEXTS | LONG_TEXTS)
    offsets = unit_offsets(text)
    entities, position = [], 0
    for length in draw(st.lists(st.integers(1, 12), max_size=12)):
        start = position + draw(st.integers(0, 6))
        if start + length >= len(offsets):
            break
        reach = offsets[start + length] - offsets[start]
        entities.append(Entity(kind="text_link", offset=offsets[start], length=reach, url=f"https://e.org/{start}"))
        position = start + length
    for start, length in draw(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100)), max_size=4)):
        if start + length < len(offsets):
            reach = offsets[start + length] - offsets[start]
            entities.append(Entity(kind="bold", offset=offsets[start], length=reach))
    return StyledText(text=text, entities=in_order(entities))


def covered(styled):
    """The text under each link, by address."""
    raw = styled.text.encode("utf-16-le")
    return [
        (e.url, raw[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in styled.entities if e.kind == "text_link"
    ]


@given(styled_texts(), st.integers(20, 120), st.integers(3, 20))
def test_parts_keep_the_limits_and_say_everything(styled, max_units, max_entities):
    """Every part fits, is no white space alone, and together they say all but the white space between them."""
    parts = cut(styled, Limits(max_units=max_units, max_entities=max_entities + 4))
    assert "".join("".join(part.text.split()) for part in parts) == "".join(styled.text.split())
    for part in parts:
        assert 0 < units(part.text) <= max_units
        assert part.text == part.text.strip()
        assert len(part.entities) <= max_entities + 4
        for e in part.entities:
            assert 0 <= e.offset < e.end <= units(part.text)


@given(styled_texts(), st.integers(40, 120))
def test_links_stay_whole(styled, max_units):
    """No link that fits in a message is cut in two, none is lost, and each covers what it covered."""
    parts = cut(styled, Limits(max_units=max_units))
    before = [(url, text.strip()) for url, text in covered(styled) if text.strip()]
    after = [(url, text.strip()) for part in parts for url, text in covered(part) if text.strip()]
    assert after == before


@given(TEXTS, st.integers(20, 60))
def test_a_text_that_fits_is_one_message(text, max_units):
    """What is short enough is not cut at all."""
    styled = StyledText(text=text)
    if text.strip() and units(text.strip()) <= max_units:
        assert [part.text for part in cut(styled, Limits(max_units=max_units))] == [text.strip()]


def test_cuts_between_paragraphs_first():
    """A paragraph break is taken although a sentence would reach further."""
    text = "One. Two.\n\nThree. Four. Five."
    assert [p.text for p in cut(StyledText(text=text), Limits(max_units=20))] == ["One. Two.", "Three. Four. Five."]


def test_a_paragraph_that_just_fits_is_kept():
    """A break right at the limit counts."""
    text = "a" * 20 + "\n\n" + "b" * 20
    assert [p.text for p in cut(StyledText(text=text), Limits(max_units=20))] == ["a" * 20, "b" * 20]


def test_cuts_between_sentences_next_and_keeps_their_markers():
    """Within a paragraph the cut comes after a sentence and the citation numbers that belong to it."""
    text = "第一句说了这些。[1][2]第二句又说了那些。[3]"
    assert [p.text for p in cut(StyledText(text=text), Limits(max_units=18))] == [
        "第一句说了这些。[1][2]",
        "第二句又说了那些。[3]",
    ]


def test_cuts_a_wall_of_text_without_splitting_a_character():
    """Without any break the text is cut anywhere but inside an emoji and its colour."""
    parts = cut(StyledText(text="👍🏽" * 10), Limits(max_units=21))
    assert {len(part.text) % 2 for part in parts} == {0}
    assert all(not part.text.startswith("🏽") for part in parts)


def test_cuts_neither_before_an_accent_nor_inside_a_family():
    """Marks stay with their letter, and people joined into one emoji stay together."""
    parts = cut(StyledText(text="e\u0301" * 30), Limits(max_units=21))
    assert all(not part.text.startswith("\u0301") for part in parts)
    family = "👩\u200d👧"
    parts = cut(StyledText(text=family * 10), Limits(max_units=22))
    assert all(part.text.startswith("👩") and part.text.endswith("👧") for part in parts)


def test_a_style_goes_on_in_the_next_message():
    """A quote that is cut is a quote on both sides."""
    text = "a" * 30
    quote = Entity(kind="expandable_blockquote", offset=0, length=30)
    parts = cut(StyledText(text=text, entities=(quote,)), Limits(max_units=20))
    assert [(e.offset, e.length) for part in parts for e in part.entities] == [(0, 20), (0, 10)]


def test_a_message_holds_only_so_many_entities_and_link_bytes():
    """Telegram drops the 101st entity in silence, so the text goes on in another message before it."""
    marks = [Entity(kind="text_link", offset=4 * n, length=3, url="https://e.org") for n in range(150)]
    text = "[1] " * 150
    assert [len(p.entities) for p in cut(StyledText(text=text, entities=tuple(marks)))] == [100, 50]
    few_bytes = Limits(max_link_bytes=len("https://e.org") * 60)
    assert [len(p.entities) for p in cut(StyledText(text=text, entities=tuple(marks)), few_bytes)] == [60, 60, 30]


def test_white_space_alone_makes_no_message():
    """Telegram takes no empty message."""
    assert cut(StyledText(text=" \n\u3000 ")) == ()


@given(st.text(max_size=50))
def test_units_are_utf16_code_units(text):
    """Counts and offsets agree with the encoder's."""
    text = storable(text)
    assert unit_count(text) == units(text) == unit_offsets(text)[-1]
    assert all(index_at(unit_offsets(text), offset) == i for i, offset in enumerate(unit_offsets(text)))


@given(st.text(alphabet="a中😀", max_size=30), st.integers(0, 40))
def test_a_prefix_is_the_longest_that_fits(text, max_units):
    """One more character would be too many."""
    prefix = fitting_prefix(text, max_units)
    assert text.startswith(prefix)
    assert units(prefix) <= max_units
    assert prefix == text or units(text[: len(prefix) + 1]) > max_units
