import json
from dataclasses import replace

from bot.answering.model import Answer, Citation, Notice, Part, Status, Usage
from bot.answering.serial import answer_from_json, answer_record, answer_to_json
from bot.corpus.model import Essay, Span

ESSAY = Essay(
    key="a.md#1",
    title="写在甲辰年末",
    span=Span(file="a.md", start=0, end=90),
    lang="zh",
    date="2025-01-28",
    tags=("AI",),
)
CITATION = Citation(
    n=1,
    essay=ESSAY,
    passage_id="0" * 16,
    section="",
    span=Span(file="a.md", start=3, end=5),
    quote="小猫",
    link="a.md#char=3,5",
    twin="On Cats",
)
ANSWER = Answer(
    status=Status.ANSWERED,
    text="伽罗瓦[1]",
    lang="zh",
    citations=(CITATION,),
    standalone_question="谁的小猫？",
    model="m",
    usage=Usage(prompt_tokens=7, completion_tokens=2),
    notices=(Notice.MODEL_UNREACHABLE,),
    timings_ms={"search": 3, "total": 9},
)

REPORT = replace(
    ANSWER, parts=(Part(question="谁？", status=Status.ANSWERED), Part(question="几岁？", status=Status.DECLINED))
)


def test_an_answer_survives_json() -> None:
    """Written as JSON text and read again, an answer is the same."""
    for answer in (ANSWER, REPORT, Answer(status=Status.FAILED, text="sorry", lang="en")):
        assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


def test_an_answer_of_an_earlier_version_is_read() -> None:
    """What was stored before quotes had translations and reports had parts comes back without any."""
    record = answer_to_json(ANSWER)
    for citation in record["citations"]:
        del citation["translation"]
    del record["parts"]
    assert answer_from_json(record) == ANSWER


def test_a_translation_is_part_of_the_record_where_there_is_one() -> None:
    """It survives the inbox, and other programs find it beside the quote."""
    answer = replace(ANSWER, citations=(replace(CITATION, translation="the cat"),))
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer
    assert answer_record("q-1", answer)["citations"][0]["translation"] == "the cat"


def test_the_record_of_a_report_names_its_parts() -> None:
    """Optional keys say what a report was divided into, how each part ended, and what the reader was told."""
    record = answer_record("q-1", REPORT)
    assert record["parts"] == [{"question": "谁？", "status": "answered"}, {"question": "几岁？", "status": "declined"}]
    assert record["notices"] == ["model_unreachable"]
    assert {key: record[key] for key in record.keys() - {"parts", "notices"}} == answer_record("q-1", ANSWER)


def test_a_report_that_was_not_divided_says_so() -> None:
    """What the reader of a chat is told beside it stands in the record, too, though there are no parts."""
    record = answer_record("q-1", replace(ANSWER, notices=(Notice.UNDIVIDED,)))
    assert (record["notices"], "parts" in record) == (["undivided"], False)


def test_the_record_for_other_programs() -> None:
    """``yinju ask --json`` prints exactly the fields of the contract."""
    assert answer_record("q-1", ANSWER) == {
        "id": "q-1",
        "status": "answered",
        "text": "伽罗瓦[1]",
        "citations": [
            {
                "n": 1,
                "file": "a.md",
                "start": 3,
                "end": 5,
                "quote": "小猫",
                "title": "写在甲辰年末",
                "link": "a.md#char=3,5",
            }
        ],
        "standalone_question": "谁的小猫？",
        "model": "m",
        "usage": {"prompt_tokens": 7, "completion_tokens": 2},
        "timings_ms": {"search": 3, "total": 9},
    }
    assert json.loads(json.dumps(answer_record("q-1", ANSWER))) == answer_record("q-1", ANSWER)
