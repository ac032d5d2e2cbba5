"""Answers judged: refusal, citations and wording, each worked by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.asker_language import AskerLanguage
from bot.answering.model import Answer, Citation, Status
from bot.answering.phrases import quoted_lead
from bot.corpus.model import Span
from bot.evaluation.answers import FIGURES, judge_answer
from bot.evaluation.citations import marker_accuracy, precision, quote_accuracy, recall
from bot.evaluation.model import Case, Target
from bot.evaluation.wording import claims, covers
from tests.fakes.passages import make_essay, make_passage

TEXTS = {"a.txt": "Galois is the cat. He sleeps. He eats fish at noon.", "b.txt": "伽罗瓦是一只猫。它整天睡觉。"}
CAT, SLEEPS, FISH = (0, 18), (19, 29), (30, 51)
ESSAY = make_essay(file="a.txt")
PASSAGES = {1: make_passage([TEXTS["a.txt"]], essay=ESSAY), 2: make_passage([TEXTS["b.txt"]], essay=ESSAY)}


def target(place: tuple[int, int], file: str = "a.txt") -> Target:
    start, end = place
    return Target(span=Span(file=file, start=start, end=end), quote=TEXTS[file][start:end])


def cited(place: tuple[int, int], n: int = 1, file: str = "a.txt", quote: str | None = None) -> Citation:
    start, end = place
    text = TEXTS[file][start:end] if quote is None else quote
    span = Span(file=file, start=start, end=end)
    return Citation(n=n, essay=ESSAY, passage_id="0" * 16, section="", span=span, quote=text, link="")


def case(
    *evidence: Target, kind: str = "factoid", alternates: tuple[Target, ...] = (), **more: tuple[str, ...]
) -> Case:
    return Case(id="q", type=kind, lang="en", question="?", evidence=evidence, alternates=alternates, **more)


def scores(asked: Case, given: Answer, texts: dict[str, str]) -> dict[str, float]:
    return dict(judge_answer(asked, given, texts=texts, passages=PASSAGES).scores)


def faults(asked: Case, given: Answer, texts: dict[str, str]) -> list[str]:
    return list(judge_answer(asked, given, texts=texts, passages=PASSAGES).faults)


def answer(*citations: Citation, status: Status = Status.ANSWERED, text: str = "") -> Answer:
    return Answer(status=status, text=text, lang="en", citations=citations)


def test_a_citation_is_right_if_it_shares_a_character() -> None:
    """One of two touches the evidence; another file's same place does not."""
    asked = case(target(CAT))
    assert precision(asked, [cited((17, 22)), cited(SLEEPS)]) == 0.5
    assert precision(asked, [cited((18, 22))]) == 0
    assert precision(asked, [cited((0, 8), file="b.txt")]) == 0


def test_recall_is_the_share_of_the_evidence() -> None:
    """One of two quotes cited is a half; the same quote cited twice is still one."""
    asked = case(target(CAT), target(FISH))
    assert recall(asked, [cited(CAT)]) == 0.5
    assert recall(asked, [cited(CAT), cited(CAT, 2)]) == 0.5
    assert recall(asked, [cited(CAT), cited(FISH, 2)]) == 1
    assert recall(asked, []) == 0


def test_an_alternate_stands_in_for_one_quote() -> None:
    """Of any file, but in multi_hop of its own; a citation that meets evidence stands in for nothing else."""
    alternates = (target((0, 8), "b.txt"), target(SLEEPS))
    asked = case(target(CAT), target(FISH), alternates=alternates)
    assert recall(asked, [cited((0, 8), file="b.txt")]) == 0.5
    assert recall(asked, [cited((0, 8), file="b.txt"), cited(SLEEPS, 2)]) == 1
    assert recall(asked, [cited((0, 25))]) == 0.5
    hops = case(target(CAT), kind="multi_hop", alternates=alternates)
    assert recall(hops, [cited((0, 8), file="b.txt")]) == 0
    assert recall(hops, [cited(SLEEPS)]) == 1


def test_a_quote_is_exact_or_not() -> None:
    """One letter off, one place off and a place outside the file are all wrong."""
    wrong = [
        cited(CAT, quote="Galois is the cat!"),
        cited((1, 19), quote=TEXTS["a.txt"][:18]),
        cited((40, 99), quote=""),
    ]
    assert quote_accuracy([cited(CAT)], TEXTS) == 1
    assert [quote_accuracy([one], TEXTS) for one in wrong] == [0, 0, 0]
    assert quote_accuracy([cited(CAT), *wrong], TEXTS) == 0.25


def test_markers_and_citations_belong_together() -> None:
    """A number without citation, a citation without number; nothing to judge where there are neither."""
    assert marker_accuracy(answer(cited(CAT), text="A cat [1].")) == 1
    assert marker_accuracy(answer(cited(CAT), text="A cat [1], so [2].")) == 0.5
    assert marker_accuracy(answer(cited(CAT), cited(FISH, 2), text="A cat [1].")) == 0.5
    assert marker_accuracy(answer(text="A cat.")) is None


def test_a_quoted_sentence_stands_before_its_own_marker() -> None:
    """Where the answer quotes, exchanged numbers are found; its markup and its cut do not matter."""
    text = "So:\n\n> Galois is the *cat*. [1]\n\n> He eats fish at … [2]"
    right = answer(cited(CAT), cited(FISH, 2), text=text, status=Status.QUOTED)
    exchanged = answer(cited(CAT, 2), cited(FISH, 1), text=text, status=Status.QUOTED)
    shown = answer(cited((0, 14)), cited((30, 42), 2), text=text, status=Status.QUOTED)
    assert [marker_accuracy(one) for one in (shown, exchanged)] == [1, 0]
    assert marker_accuracy(right) == 0.5  # the second quote is cut before 20 characters, which no quote is


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (Status.ANSWERED, {"answer_rate": 1, "own_language": 1}),
        (Status.QUOTED, {"answer_rate": 1}),
        (Status.DECLINED, {"answer_rate": 0, "refusal_precision": 0}),
        (Status.FAILED, {"answer_rate": 0}),
    ],
)
def test_refusing_a_question_that_the_essays_answer(status: Status, found: dict[str, float]) -> None:
    """Declining is a wrong refusal, failing is no refusal at all."""
    judged = scores(case(target(CAT)), answer(status=status), TEXTS)
    assert {name: score for name, score in judged.items() if not name.startswith("citation")} == found


@pytest.mark.parametrize("kind", ["unanswerable", "offtopic", "injection"])
def test_refusing_a_question_that_the_essays_do_not_answer(kind: str) -> None:
    """Declining is right; answering costs recall and says nothing on precision or citations."""
    assert scores(case(kind=kind), answer(status=Status.DECLINED), TEXTS) == {
        "refusal_recall": 1,
        "refusal_precision": 1,
    }
    assert scores(case(kind=kind), answer(status=Status.FAILED), TEXTS) == {"refusal_recall": 0}
    answered = scores(case(kind=kind), answer(cited(CAT), text="It is [1]."), TEXTS)
    assert answered == {"refusal_recall": 0, "quote_accuracy": 1, "marker_accuracy": 1, "own_language": 1}


def test_a_question_of_another_type_without_evidence_is_not_judged() -> None:
    """Small talk may be answered or declined."""
    for status in Status:
        assert not scores(case(kind="smalltalk"), answer(status=status), TEXTS).keys() - {"own_language"}


def test_an_answer_without_citations_has_no_precision() -> None:
    """But its recall is 0: it cites nothing of the evidence."""
    judged = scores(case(target(CAT)), answer(text="A cat."), TEXTS)
    assert judged == {"answer_rate": 1, "citation_recall": 0, "own_language": 1}


def test_points_and_claims_are_told_from_the_words() -> None:
    """Two of three points are covered; one claim of two is made, which counts for the answer as a whole."""
    asked = case(
        target(CAT), answer_points=("Galois the cat", "eats fish", "is ten years old"), must_not=("a dog", "eats fish")
    )
    judged = scores(asked, answer(cited(CAT), text="Galois is the cat [1]. He eats fish."), TEXTS)
    assert judged["points_covered"] == pytest.approx(2 / 3)
    assert judged["must_not_avoided"] == 0
    declined = scores(asked, answer(status=Status.DECLINED, text="eats fish"), TEXTS)
    assert declined.keys() == {"answer_rate", "refusal_precision"}


@pytest.mark.parametrize(
    ("text", "point", "covered"),
    [
        ("伽罗瓦是一只整天睡觉的猫", "整天睡觉", True),
        ("伽罗瓦是一只猫", "整天睡觉", False),
        ("R1 的幻觉率为１４．３％，V3 为 3.9%", "R1: 14.3%", True),
        ("R1: 114.3%", "14.3%", False),
        ("成本约44万美元", "44W美元（约440,000美元）", True),
        ("成本约46万美元", "44W美元", False),
        ("过了八年才被重视", "8年后才被重视", True),
        ("He was Passed Over, for promotion", "he was passed over for promotion", True),
        ("a promotion", "he was passed over for promotion", False),
        ("整理遗稿的是 Joseph Liouville。", "刘维尔（Joseph Liouville）", False),
        ("It was Joseph Liouville who did it.", "刘维尔（Joseph Liouville）", True),
        ("It was somebody else who did it.", "由别人整理", None),
        ("anything", "it is", None),
    ],
)
def test_a_point_is_covered_by_its_numbers_its_names_and_some_words(text: str, point: str, covered: bool) -> None:
    """Numbers in any form, names across languages; what has neither and is in another language cannot be told."""
    assert covers(text, point) is covered


def test_a_name_of_the_question_need_not_be_said_again() -> None:
    """But it covers no point by itself."""
    assert covers("幻觉率是14.3%", "R1：14.3%", question="R1的幻觉率是多少") is True
    assert covers("The rate is high.", "R1幻觉多", question="R1的幻觉率是多少") is None


@pytest.mark.parametrize(
    ("text", "claim", "made"),
    [
        ("他说是14年后的事", "14年后", True),
        ("他说是114年后的事", "14年后", False),
        ("互联带宽被削减了", "互联带宽被削减（那是H800）", True),
        ("互联带宽没有被削减", "互联带宽被削减", False),
        ("并不是14年后，而是8年后", "14年后", False),
        ("It is Apache-2.0.", "apache 2.0", True),
        ("It isn't Apache 2.0.", "apache 2.0", False),
        ("Hoffmann et al. wrote it in 2022.", "Chinchilla / Hoffmann et al. 2022", True),
        ("Kaplan et al. wrote it in 2020.", "Chinchilla / Hoffmann et al. 2022", False),
        ("The author is 华为's.", "作者在华为上班", False),
        ("anything", "（只有备注）", False),
    ],
)
def test_a_claim_is_made_by_a_sentence_that_does_not_deny_it(text: str, claim: str, made: bool) -> None:
    """With its numbers, its names and most of its words; the remark in brackets does not count."""
    assert claims(text, claim) is made


def test_a_claim_that_the_evidence_makes_is_not_judged() -> None:
    """Words cannot tell who makes it: 'R1 3.9 %, V3 14.3 %' are the words of the truth."""
    asked = case(target(CAT), must_not=("the cat is Galois",))
    assert "must_not_avoided" not in scores(asked, answer(cited(CAT), text="Galois is the cat [1]."), TEXTS)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Galois is the cat [1]. He eats fish at noon [1].", 1),
        ("Galois is the cat [1]. He eats 12 fish at noon [1].", 0.5),
        ("Galois is the cat [1]. He eats fish at noon.", 0.5),
        ("Galois is the cat [1]. Mice and birds fear nobody more [1].", 0.5),
        ("Galois is the cat [1]. Evariste eats fish at noon, says Liouville [1].", 0.5),
        ('The author says "Galois is the dog" of the cat [1].', 0),
        ("In short: [1]", None),
        ("The essays do not say how old he is.", None),
        ("猫整天在地板上睡觉不起来[1]。", None),
    ],
)
def test_a_sentence_stands_on_what_it_cites(text: str, score: float | None) -> None:
    """By number, name, quotation and words; what claims nothing, or is in another language, is not judged."""
    assert scores(case(kind="x"), answer(cited(CAT), text=text), TEXTS).get("sentence_support") == score


def test_a_quoted_line_stands_or_falls_as_a_whole() -> None:
    """Its marker stands behind several sentences, and the name of its language behind that."""
    text = "So:\n\n> 伽罗瓦是一只猫。它整天睡觉。 [2] (original in Chinese)\n\n> 它有12条鱼。 [2]"
    quoted = answer(cited((0, 15), 2, "b.txt"), text=text, status=Status.QUOTED)
    assert scores(case(kind="x"), quoted, TEXTS)["sentence_support"] == 0.5


@pytest.mark.parametrize(("lang", "stated"), [("zh", "80年"), ("zh-Hant", "80年"), ("en", "80 years")])
def test_what_the_bot_says_of_the_question_is_no_claim(lang: AskerLanguage, stated: str) -> None:
    """The question's figure stands in no passage, and is put right by the quote below."""
    text = f"{quoted_lead(lang, stated)}\n\n> 伽罗瓦是一只猫。 [2]"
    quoted = replace(answer(cited((0, 15), 2, "b.txt"), text=text, status=Status.QUOTED), lang=lang)
    assert scores(case(kind="x"), quoted, TEXTS)["sentence_support"] == 1


def test_an_answer_in_another_language_is_told() -> None:
    """Quotations aside, which stay as they are; the essays' own words are not judged."""
    asked = case(target(CAT))
    assert scores(asked, answer(text="伽罗瓦是一只猫。"), TEXTS)["own_language"] == 0
    assert scores(asked, answer(text="He says 「伽罗瓦是一只猫」.\n\n> 伽罗瓦是一只猫。"), TEXTS)["own_language"] == 1
    assert "own_language" not in scores(asked, answer(text="伽罗瓦是一只猫。", status=Status.QUOTED), TEXTS)
    assert scores(replace(asked, lang="zh"), answer(text="FinFET、GAA等器件工艺"), TEXTS)["own_language"] == 1


def test_faults_are_said() -> None:
    """Each kind of fault has its sentence; a good answer has none."""
    asked = case(target(CAT), must_not=("a dog",))
    assert faults(asked, answer(cited(CAT), text="A cat [1]."), TEXTS) == []
    wrong = answer(cited(FISH, quote="x"), text="A dog of three years [2]. 一只狗整天在睡觉。")
    assert len(faults(asked, wrong, TEXTS)) == 5
    assert faults(asked, answer(status=Status.DECLINED), TEXTS) == ["not answered (declined), though the essays say it"]
    assert faults(case(kind="offtopic"), answer(text="Sunny."), TEXTS) == ["answered, though the essays do not say it"]


places = st.tuples(st.integers(0, 40), st.integers(1, 11)).map(lambda pair: (pair[0], sum(pair)))


@given(
    st.lists(places, min_size=1, max_size=3), st.lists(places, max_size=3), st.lists(places, max_size=4), st.booleans()
)
def test_scores_are_shares(
    evidence: list[tuple[int, int]], alternates: list[tuple[int, int]], found: list[tuple[int, int]], hops: bool
) -> None:
    """Every score lies between 0 and 1 and belongs to a figure; citing all the evidence gives full recall."""
    asked = case(
        *map(target, evidence), kind="multi_hop" if hops else "explain", alternates=tuple(map(target, alternates))
    )
    judged = scores(asked, answer(*(cited(place, n) for n, place in enumerate(found, start=1))), TEXTS)
    assert judged.keys() <= {figure.name for figure in FIGURES}
    assert all(0 <= score <= 1 for score in judged.values())
    assert recall(asked, [cited(place) for place in evidence]) == 1
