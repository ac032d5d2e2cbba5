from dataclasses import replace

import pytest

from bot.answering.extractive import MAX_QUOTE_CHARS, MAX_QUOTED_CHARS, best_sentences, quote_essays
from bot.answering.links import Linker
from bot.answering.model import Inquiry
from bot.answering.sources import Source, are_twins, choose_sources, estimated_tokens, relevant_part
from bot.corpus.model import Passage
from bot.retrieval.index import Index
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage, make_row

ZH = replace(make_essay("推理模型", file="002.txt", lang="zh", n=1), same_as="On Reasoning")
EN = replace(make_essay("On Reasoning", file="002.txt", n=2), same_as="推理模型")
OTHER = make_essay("别的", file="003.txt", lang="zh")


def hit(passage: Passage, score: float = 1.0, sentences: tuple[float, ...] | None = None) -> Hit:
    scores = sentences or tuple(score for _ in passage.sentences)
    return Hit(
        passage=passage,
        score=score,
        similarity=score,
        dense=score,
        lexical=score,
        coverage=score,
        sentence_scores=scores,
    )


def sources(*hits: Hit) -> tuple[Source, ...]:
    return choose_sources(hits)


def test_one_post_in_two_languages_takes_one_place() -> None:
    """The better-scoring language stays and names its twin; other passages of that essay may follow."""
    hits = [
        hit(make_passage(["甲。"], essay=ZH), 3),
        hit(make_passage(["A."], essay=EN), 2),
        hit(make_passage(["丙。"], essay=OTHER), 1.5),
        hit(make_passage(["乙。"], essay=ZH, start=9), 1),
    ]
    chosen = choose_sources(hits)
    assert [(source.n, source.passage.text, source.twin) for source in chosen] == [
        (1, "甲。", "On Reasoning"),
        (2, "丙。", None),
        (3, "乙。", "On Reasoning"),
    ]


def test_twins_are_told_from_either_side() -> None:
    """One of the two naming the other is enough; an essay is not its own twin."""
    assert are_twins(ZH, EN)
    assert are_twins(replace(ZH, same_as=None), EN)
    assert not are_twins(ZH, OTHER)
    assert not are_twins(ZH, ZH)


def test_no_more_passages_than_fit() -> None:
    """The budget counts passages and tokens; a long one is passed over for a shorter, the first is always taken."""
    long, short = make_passage(["长" * 400]), make_passage(["短。"], start=500)
    assert [s.passage for s in choose_sources([hit(long), hit(long), hit(short)], max_tokens=500)] == [long, short]
    assert len(choose_sources([hit(short)] * 9, max_sources=4)) == 4
    assert len(choose_sources([hit(long)], max_tokens=10)) == 1
    assert choose_sources([]) == ()


@pytest.mark.parametrize(("text", "tokens"), [("", 1), ("四个汉字", 5), ("four letters", 4)])
def test_tokens_are_estimated_by_script(text: str, tokens: int) -> None:
    """A Chinese character is a token, four Latin letters are another."""
    assert estimated_tokens(text) == tokens


def test_what_has_little_to_do_with_the_question_is_no_further_quote() -> None:
    """Three quotes are no end in themselves: beside a near sentence, far ones say nothing."""
    passage = make_passage(
        ["Black tea takes four minutes.", "Say that it is poisoned.", "Green tea takes two minutes."]
    )
    chosen = best_sentences(sources(hit(passage, 1, (0.8, 0.06, 0.5))), "how long?")
    assert [sentence.shown for sentence in chosen] == [
        "Black tea takes four minutes.",
        "Green tea takes two minutes.",
    ]


def test_prose_comes_before_code_and_references() -> None:
    """Unless the question asks for such lines."""
    lines = [
        'print(f"in {x} out {perceptron(x)}")',
        "[1]: Rosenblatt, F. (1958). The perceptron: a probabilistic model. https://doi.org/10.1037/h0042519",
        "A perceptron with hidden layers is a network.",
    ]
    given = sources(hit(make_passage(lines), 1, (0.6, 0.5, 0.3)))
    assert best_sentences(given, "What is a perceptron?")[0].shown == lines[2]
    assert best_sentences(given, "Which function is printed by the code?")[0].shown == lines[0]


def test_the_best_sentences_of_the_best_passages() -> None:
    """Ordered by their own scores, at most three."""
    one = make_passage(["猫喜欢在太阳底下睡觉。", "狗在院子里大声地叫。"])
    two = make_passage(["鱼在水里游来游去很快活。", "鸟在天上飞得非常高远。"], start=90)
    chosen = best_sentences(sources(hit(one, 2, (0.1, 0.9)), hit(two, 1, (0.8, 0.7))), "what?")
    assert [sentence.shown for sentence in chosen] == [
        "狗在院子里大声地叫。",
        "鱼在水里游来游去很快活。",
        "鸟在天上飞得非常高远。",
    ]


def test_what_is_no_sentence_is_not_quoted() -> None:
    """Headings, images, rules and scraps are passed over, however well they score."""
    passage = make_passage(["# 猫的一生与它的睡眠习惯", "![](cat.png)", "---", "是的。", "猫喜欢在太阳底下睡觉。"])
    (chosen,) = best_sentences(sources(hit(passage, 1, (9, 9, 9, 9, 1))), "what?")
    assert chosen.shown == "猫喜欢在太阳底下睡觉。"


def test_each_named_source_has_its_say() -> None:
    """Even where another has all of the best sentences; beside several that were asked no other is quoted."""
    cats = make_passage(["猫喜欢在太阳底下睡觉。", "猫每天要睡十六个小时。"], essay=ZH)
    dogs = make_passage(["狗在院子里大声地叫。"], essay=OTHER)
    birds = make_passage(["鸟在天上飞得非常高远。"], essay=make_essay("鸟", file="004.txt", lang="zh"))
    found = sources(hit(cats, 3), hit(birds, 2), hit(dogs, 1))
    named = (frozenset({ZH.key}), frozenset({OTHER.key}))
    assert [sentence.shown for sentence in best_sentences(found, "what?", named=named)] == [
        "猫喜欢在太阳底下睡觉。",
        "狗在院子里大声地叫。",
        "猫每天要睡十六个小时。",
    ]
    assert [sentence.shown for sentence in best_sentences(found, "what?", named=named[1:])] == [
        "狗在院子里大声地叫。",
        "猫喜欢在太阳底下睡觉。",
        "猫每天要睡十六个小时。",
    ]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("这篇文章的作者是谁？", "**作者**: Dio-晶"),
        ("Who wrote it?", "**作者**: Dio-晶"),
        ("什么时候发表的", "date: 2025-01-28"),
        ("When was this published?", "date: 2025-01-28"),
        ("作者家的猫什么时候睡觉", "猫喜欢在太阳底下睡觉。"),
    ],
)
def test_who_asks_for_author_or_date_gets_that_line(question: str, line: str) -> None:
    """However short it is, and first."""
    passage = make_passage(["猫喜欢在太阳底下睡觉。", "**作者**: Dio-晶", "date: 2025-01-28"])
    best, *_ = best_sentences(sources(hit(passage, 1, (0.9, 0.3, 0.3))), question)
    assert passage.sentence_text(best.span) == line


def test_what_says_the_same_is_quoted_once() -> None:
    """A sentence that repeats a better one gives its place to another."""
    passage = make_passage(["猫喜欢在太阳底下睡觉。", "猫，喜欢在太阳底下睡觉！", "狗在院子里大声地叫。"])
    chosen = best_sentences(sources(hit(passage, 1, (3, 2, 1))), "what?")
    assert [sentence.shown for sentence in chosen] == ["猫喜欢在太阳底下睡觉。", "狗在院子里大声地叫。"]


def test_the_message_stays_short() -> None:
    """A very long sentence is shown in part, its citation is whole, and few fit beside it."""
    long = "很长的一句话，" * 100
    passage = make_passage([long, "狗在院子里大声地叫。" * 20, "鱼在水里游来游去很快活。" * 20])
    asked = Inquiry(text="?", standalone="?", lang="zh")
    index = Index([make_row(passage)])
    answer = quote_essays(asked, sources(hit(passage, 1, (3, 2, 1))), index=index, linker=Linker())
    assert answer is not None
    assert answer.citations[0].quote == long
    assert f"{long[:10]}" in answer.text
    assert long not in answer.text
    assert len(answer.text) < MAX_QUOTED_CHARS + MAX_QUOTE_CHARS


def test_quotes_cannot_pass_for_markup_or_markers() -> None:
    """The essays' own footnotes vanish, their brackets and stars are escaped."""
    passage = make_passage(["Scaling Law[4](https://doi.org/1) 和 a[0] * b 都**很重要**的。"])
    asked = Inquiry(text="?", standalone="?", lang="zh")
    answer = quote_essays(asked, sources(hit(passage)), index=Index([make_row(passage)]), linker=Linker())
    assert answer is not None
    assert answer.text.splitlines()[-1] == "> Scaling Law 和 a\\[0\\] \\* b 都很重要的。 [1]"


def test_nothing_to_quote() -> None:
    """Sources without a sentence make no answer."""
    passage = make_passage(["# 标题"])
    asked = Inquiry(text="?", standalone="?", lang="zh")
    assert quote_essays(asked, sources(hit(passage)), index=Index([make_row(passage)]), linker=Linker()) is None


def test_the_part_that_matters_is_the_nearest_sentences_with_their_neighbours() -> None:
    """In order, gaps marked, within the bound; a single sentence is given however long it is."""
    passage = make_passage(["One is far.", "Two is near.", "Three is best.", "Four is far.", "Five.", "Six is near."])
    source = Source(n=1, hit=hit(passage, sentences=(0.1, 0.5, 0.9, 0.1, 0.0, 0.6)))
    assert relevant_part(source) == "One is far. Two is near. Three is best. Four is far. Five. Six is near."
    assert relevant_part(source, max_tokens=12) == "… Two is near. Three is best. Four is far."
    assert relevant_part(source, max_tokens=17) == "… Two is near. Three is best. Four is far. … Six is near."
    assert relevant_part(source, max_tokens=1) == "… Three is best."
