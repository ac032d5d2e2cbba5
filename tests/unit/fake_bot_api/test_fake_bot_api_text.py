"""Text and entities as the fake Bot API reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.bot_api.text import MAX_ENTITIES, cut, entity_faults, mark_up, trim, units


def _faults(text, *entities):
    return list(entity_faults(text, [{"type": kind, "offset": at, "length": size} for kind, at, size in entities]))


def test_units_count_a_character_outside_the_basic_plane_twice():
    """Length is counted in UTF-16 code units."""
    assert units("引据🙂a") == 5


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(0, 20), st.integers(0, 20))
def test_a_cut_at_character_bounds_is_the_slice(text, start, length):
    """Cutting by units at the bounds of characters gives the same as slicing by characters."""
    start = min(start, len(text))
    stretch = text[start : start + length]
    assert cut(text, units(text[:start]), units(stretch)) == stretch


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/ask 谁", ["bot_command"]),
        ("/ask@yinju_bot who", ["bot_command"]),
        ("/ask谁", []),  # a word character spoils the command
        ("🙂 @yinju_bot 你好", ["mention"]),
        ("@yinju_bot你好", []),
        ("mail a@b.example", []),
        ("see https://a.example/x and @someone", ["url", "mention"]),
        ("no/command", []),
    ],
)
def test_what_people_write_is_marked_up(text, kinds):
    """Commands, mentions and addresses are found where Telegram finds them."""
    assert [entity["type"] for entity in mark_up(text)] == kinds


def test_marked_stretches_hold_after_an_emoji():
    """Offsets of found entities count UTF-16 units."""
    text = "🙂🙂 /ask@yinju_bot 🙂"
    (entity,) = mark_up(text)
    assert cut(text, entity["offset"], entity["length"]) == "/ask@yinju_bot"


def test_trimming_moves_and_cuts_entities():
    """White space around a text goes, and entities keep covering what they covered."""
    entities = [{"type": "bold", "offset": 2, "length": 3}, {"type": "italic", "offset": 4, "length": 4}]
    text, moved = trim("  abc \n ", entities)
    assert text == "abc"
    assert [(e["type"], e["offset"], e["length"]) for e in moved] == [("bold", 0, 3), ("italic", 2, 1)]


def test_sound_entities_have_no_fault():
    """Nesting that Telegram allows passes."""
    assert _faults("abcdef🙂", ("blockquote", 0, 8), ("bold", 0, 6), ("italic", 1, 2)) == []
    assert _faults("abcdef🙂", ("expandable_blockquote", 0, 8), ("code", 6, 2)) == []


@pytest.mark.parametrize(
    ("entities", "says"),
    [
        ([("bold", 0, 9)], "0+9 of a text of 8"),
        ([("bold", -1, 2)], "-1+2"),
        ([("bold", 3, 0)], "3+0"),
        ([("bold", 0, 7)], "cuts a character"),
        ([("bold", 7, 1)], "cuts a character"),
        ([("bold", 0, 4), ("italic", 2, 4)], "overlap"),
        ([("pre", 0, 6), ("bold", 1, 2)], "inside 'pre'"),
        ([("bold", 0, 6), ("code", 1, 2)], "inside 'bold'"),
        ([("blockquote", 0, 6), ("expandable_blockquote", 1, 2)], "quotation inside"),
        ([("bold", 0, 2), ("bold", 0, 2)], "twice"),
        ([("text_link", 0, 2)], "text_link"),
    ],
)
def test_faulty_entities_are_found(entities, says):
    """Each fault of an entity is named."""
    faults = _faults("abcdef🙂", *entities)
    assert any(says in fault for fault in faults)


def test_more_entities_than_telegram_keeps_are_found():
    """The entity after the hundredth would be lost in silence."""
    many = [("bold", 2 * at, 1) for at in range(MAX_ENTITIES + 1)]
    assert _faults("ab" * 200, *many) == [f"{MAX_ENTITIES + 1} entities, of which Telegram keeps {MAX_ENTITIES}"]
    assert _faults("ab" * 200, *many[:-1]) == []
