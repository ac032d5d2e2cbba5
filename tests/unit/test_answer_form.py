"""Answers in JSON: read sentence by sentence while they grow, whatever a model makes of the form."""

import json
import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer_form import ANSWER_FORM, MAX_RAW_CHARS, MAX_SENTENCES, AsForm, read_answer
from bot.answering.drafting import CUT_SHORT
from bot.errors import ModelNonsense

CAT = {"sources": [2], "text": "猫叫伽罗瓦。"}
AGE = {"sources": [1, 3], "text": "It is three"}
WHOLE = json.dumps({"answerable": True, "sentences": [CAT, AGE]}, ensure_ascii=False)
READ = "猫叫伽罗瓦[2]。It is three[1][3]."
MANNER = AsForm()


@pytest.mark.parametrize(
    "raw",
    [
        WHOLE,
        json.dumps(json.loads(WHOLE), indent=2),
        f"Sure, here it is:\n```json\n{WHOLE}\n```\nAnything else?",
        f'<think>{{"answerable": false, "sentences": []}}</think>{WHOLE}',
        '{"sentences": [{"text": "猫叫伽罗瓦", "sources": "[2]"}, {"source": [1, 3], "text": "It is\\nthree."}]}',
        '{"answerable": "yes", "sentences": ["猫叫伽罗瓦[2]。", 3, null, {"text": ""}, "It is three[1][3]."]}',
        f"{WHOLE} {WHOLE}",
        str(json.loads(WHOLE)),
        '{"answerable": true, "sentences": "猫叫伽罗瓦[2]。It is three[1][3]."}',
        WHOLE.replace("[2]", "2").replace('"It is three"', '["It is", "three", 4]'),
        WHOLE.replace('{"sources": [1, 3]', '{"sources": [9], "text": "猫叫伽罗瓦。"}, {"sources": [1, 3]'),
    ],
)
def test_the_sentences_are_read_with_their_passages(raw: str) -> None:
    """Fences, thoughts, chatter, bare texts, other spellings of the numbers and repeats are no obstacle."""
    assert MANNER.read(raw, cut=False).text == READ


@pytest.mark.parametrize(
    "raw",
    [
        '{"answerable": false, "sentences": []}',
        json.dumps({"answerable": False, "sentences": [CAT]}),
        '{"sentences": [], "answerable": "no"}',
        '{"sentences": []}',
        '{"answerable": false, "sent',
    ],
)
def test_a_verdict_that_the_passages_do_not_answer(raw: str) -> None:
    """It counts whatever else is said, wherever it stands; and an answer without sentences is one, too."""
    reading = MANNER.read(raw, cut=False)
    assert reading.insufficient
    assert reading.text == MANNER.draft(raw) == ""


@pytest.mark.parametrize(
    "raw",
    ["", "{", '{"answerable": true, "sentences": []}', '{"a": "猫"}', '{"sentences": [{"text": "猫叫', "[{]"],
)
def test_what_says_nothing_is_nonsense(raw: str) -> None:
    """JSON of another form, or one that breaks off before its first sentence, is for the writer to deal with."""
    with pytest.raises(ModelNonsense):
        MANNER.read(raw, cut=True)


def test_prose_instead_of_json_is_an_answer() -> None:
    """A server that ignores the form costs nothing, not even a second call."""
    assert MANNER.read("猫叫伽罗瓦[2]。", cut=False).text == "猫叫伽罗瓦[2]。"
    assert MANNER.read("INSUFFICIENT", cut=False).insufficient


def test_an_answer_that_is_cut_keeps_its_whole_sentences() -> None:
    """Half a sentence is left out, and a sign stands for it."""
    assert MANNER.read(WHOLE[:-20], cut=True).text == f"猫叫伽罗瓦[2]。{CUT_SHORT}"


def test_drafts_grow_by_sentences() -> None:
    """Each draft is whole sentences without numbers, which have not been checked, and never any JSON."""
    drafts = [MANNER.draft(WHOLE[:end]) for end in range(len(WHOLE) + 1)]
    assert list(dict.fromkeys(drafts)) == ["", "猫叫伽罗瓦。", "猫叫伽罗瓦。It is three."]
    assert all(later.startswith(earlier) for earlier, later in pairwise(drafts))


def test_drafts_lead_nowhere() -> None:
    """An address that a model made up is no link in a draft either."""
    raw = WHOLE.replace("猫叫伽罗瓦。", "[猫](http://evil.org)叫[8]伽罗瓦。")
    assert MANNER.draft(raw).startswith("猫叫伽罗瓦。")


def test_who_chatters_on_is_left() -> None:
    """Behind the JSON, or with more sentences than anybody reads, there is nothing to wait for."""
    assert not MANNER.is_over(WHOLE + "\n```\n")
    assert MANNER.is_over(WHOLE + "\nI hope")
    many = ",".join(json.dumps({"sources": [1], "text": f"No. {n}"}) for n in range(MAX_SENTENCES + 1))
    assert MANNER.is_over('{"sentences": [' + many)
    assert len(read_answer('{"sentences": [' + many).sentences) == MAX_SENTENCES
    assert MANNER.is_over("{" * (MAX_RAW_CHARS + 1))


def test_what_is_there_when_a_model_fails_is_given() -> None:
    """From the first whole sentence on; before it, another model may do better."""
    assert MANNER.whole(WHOLE[:-1])
    assert MANNER.whole(WHOLE[:-20])
    assert not MANNER.whole(WHOLE[:50])
    assert MANNER.whole('{"answerable": true, "sentences": []')


@given(st.text(alphabet='{}[]":,answerbletxu 1猫。\\\n', max_size=200), st.sampled_from(["", '{"sentences": [']))
def test_anything_can_be_read(noise: str, begin: str) -> None:
    """No output of a model breaks the reading of it."""
    raw = begin + noise
    MANNER.draft(raw)
    MANNER.is_over(raw)
    with suppress(ModelNonsense):
        MANNER.read(raw, cut=True)


@pytest.mark.parametrize("piece", ["{", '{"a":[', '{"sentences":[', '{"text": "', '{"text":"a"},', "1,", '"a",'])
def test_long_nonsense_is_read_in_bounded_time(piece: str) -> None:
    """As much as a model may write, of any one thing, takes no noticeable time."""
    raw = ('{"sentences":[' + piece * MAX_RAW_CHARS)[:MAX_RAW_CHARS]
    began = time.perf_counter()
    MANNER.draft(raw)
    MANNER.is_over(raw)
    assert time.perf_counter() - began < 0.5


def test_the_form_is_one_that_servers_enforce() -> None:
    """Every object lists all its properties as required, and no others are allowed."""
    objects = [ANSWER_FORM.schema, ANSWER_FORM.schema["properties"]["sentences"]["items"]]
    for schema in objects:
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False
