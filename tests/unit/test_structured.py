"""JSON objects read out of what models write around them."""

import json
import time
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.model import ChatMessage, JsonForm
from bot.answering.structured import MAX_RAW_CHARS, complete_structured, is_in_form, read_object
from bot.errors import ModelNonsense, ModelUnavailable
from tests.fakes.chat_model import LAST
from tests.fakes.chat_model import FakeChatModel as Model

FORM = JsonForm(
    name="verdict",
    schema={
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "holds": {"type": "boolean"},
            "n": {"type": "integer"},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "list": {
                "type": "array",
                "maxItems": 2,
                "items": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            },
        },
        "required": ["text", "holds"],
        "additionalProperties": False,
    },
)
ASKED = [ChatMessage(role="user", content="?")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "raw",
    [
        '{"text": "猫", "holds": true}',
        '  \n{"text": "猫", "holds": true}\n',
        'Sure! Here it is:\n```json\n{"text": "猫", "holds": true}\n```\nAnything else?',
        '<think>{"text": "no"}</think>{"text": "猫", "holds": true}',
        'The set {cat} gives {"text": "猫", "holds": true} {"text": "second"}',
        '{"text": "猫", "holds": true, "extra": 1, "n": "three", "kind": "c", "list": "x"}',
    ],
)
def test_the_object_is_found_wherever_it_stands(raw: str) -> None:
    """Fences, thoughts, prose and what the form does not know are left out."""
    assert read_object(raw, FORM) == {"text": "猫", "holds": True}


def test_a_line_break_within_a_string_is_read() -> None:
    """Small models forget to escape it."""
    assert read_object('{"text": "one\ntwo"}', FORM) == {"text": "one\ntwo"}


@pytest.mark.parametrize("raw", ["", "no JSON", "[1]", '{"text": "cut', "{'text': 'x'}", "{" * 5000, '{"list":' * 5000])
def test_no_object_is_no_error(raw: str) -> None:
    """What cannot be read is None."""
    assert read_object(raw, FORM) is None


def test_lists_keep_what_fits_and_no_more_than_wanted() -> None:
    """Items of another type go, those beyond the limit too; a truth value is no number."""
    raw = '{"list": [3, {"n": true}, {"n": 1, "m": 2}, {"n": 2}], "n": true, "holds": 1}'
    assert read_object(raw, FORM) == {"list": [{}, {"n": 1}]}


@given(st.dictionaries(st.sampled_from(["text", "holds", "n", "kind", "list", "other"]), JSON), st.text("ab \n`[]"))
def test_any_object_is_cut_to_the_form(value: dict[str, object], around: str) -> None:
    """Whatever the values are, what is left has the types of the form and is part of what came."""
    found = read_object(f"{around}{json.dumps(value)}{around}", FORM)
    assert found is not None
    assert found.keys() <= value.keys() & FORM.schema["properties"].keys()
    assert isinstance(found.get("text", ""), str)
    assert isinstance(found.get("holds", False), bool)
    assert found.get("kind", "a") in {"a", "b"}
    assert all(isinstance(item, dict) for item in found.get("list", []))
    assert len(found.get("list", [])) <= 2


@given(st.text(alphabet='{}[]":,ab1 \\\n', max_size=200))
def test_any_text_is_read_without_an_error(raw: str) -> None:
    """Nothing that a model writes raises."""
    found = read_object(raw, FORM)
    assert found is None or isinstance(found, dict)


@pytest.mark.parametrize("piece", ["{", '{"a":', '{"a":[', "}", '{"text": "', "```json\n{"])
def test_long_nonsense_is_read_in_bounded_time(piece: str) -> None:
    """As much as a model may write, of any one mark, takes no noticeable time."""
    raw = (piece * MAX_RAW_CHARS)[:MAX_RAW_CHARS]
    began = time.perf_counter()
    read_object(raw, FORM)
    assert time.perf_counter() - began < 0.5


def test_a_form_is_kept_where_all_that_it_requires_is_there() -> None:
    """So it is found out whether a server holds its model to the form."""
    assert is_in_form('{"text": "x", "holds": false}', FORM)
    assert not is_in_form('{"text": "x"}', FORM)
    assert not is_in_form("x", FORM)


async def test_the_object_comes_with_the_model_and_its_tokens() -> None:
    """As for any completion."""
    model = Model(['{"text": ', '"x"}'])
    said = await complete_structured(model, ASKED, FORM, max_tokens=9)
    assert (said.value, said.model, said.usage) == ({"text": "x"}, LAST.model, LAST.usage)
    assert model.forms == [FORM]


async def test_who_chatters_on_is_left() -> None:
    """Once the object is whole, what follows is not waited for."""
    model = Model(['{"text": "x"}', "\n", "By the way,", *["more"] * 100])
    assert (await complete_structured(model, ASKED, FORM, max_tokens=9)).value == {"text": "x"}
    assert len(model.said) == 3


async def test_endless_output_is_left() -> None:
    """A string that never closes ends at the limit, as nonsense."""
    model = Model(chain(['{"text": "'], repeat("x" * 100)))
    with pytest.raises(ModelNonsense):
        await complete_structured(model, ASKED, FORM, max_tokens=9)
    assert len(model.said) < 300


@pytest.mark.parametrize("written", ["no", '{"text": "cut', "{}", '{"other": 1}', '{"text": 3}'])
async def test_what_does_not_fit_is_nonsense(written: str) -> None:
    """No object, an empty one, or one of another form."""
    with pytest.raises(ModelNonsense, match="verdict"):
        await complete_structured(Model(written), ASKED, FORM, max_tokens=9)


async def test_a_whole_object_needs_no_proper_end() -> None:
    """A stream that breaks off behind it has said all; one that breaks off before has not."""
    error = ModelUnavailable("cut off")
    whole, broken = (Model([text], error=error, fails_after=1) for text in ('{"text": "x"}', '{"text": "x'))
    said = await complete_structured(whole, ASKED, FORM, max_tokens=9)
    assert said.value == {"text": "x"}
    with pytest.raises(ModelUnavailable):
        await complete_structured(broken, ASKED, FORM, max_tokens=9)
