"""Search over an index of a few passages, with vectors that stand for shared terms."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.corpus.load import load_corpus
from bot.corpus.model import Essay, Passage
from bot.evaluation.synthetic import MadeUpEmbedder, made_up_questions, write_corpus
from bot.retrieval import search
from bot.retrieval.index import Index
from bot.retrieval.model import Matrix, StoredPassage
from bot.retrieval.search import Searcher
from bot.retrieval.vector_cache import VectorCache, embed_passages
from tests.fakes.embedder import HashEmbedder
from tests.fakes.passages import make_essay, make_passage

CATS = make_essay("On Cats", file="a.md")
TRAINS = make_essay("Trains", file="b.md")
CATS_ZH = make_essay("论猫", file="c.md", lang="zh")
PASSAGES = (
    make_passage(["A cat sleeps all day.", "Galois the cat ate my homework."], essay=CATS),
    make_passage(["Cats were holy in Egypt.", "They guarded grain."], essay=CATS, start=100),
    make_passage(["The night train to Vienna leaves at nine.", "It has a dining car."], essay=TRAINS),
    make_passage(["我家小猫的名字叫伽罗瓦。", "它整天睡觉。"], essay=CATS_ZH),
    make_passage(["显存占用由 MLA 降低。", "推理因此便宜了。"], essay=CATS_ZH, start=100),
)


async def make_searcher(passages: Sequence[Passage] = PASSAGES) -> Searcher:
    embedder = HashEmbedder()

    async def vectors(texts: list[str]) -> Matrix:
        return await embedder.embed_passages(texts)

    rows = [
        StoredPassage(
            passage=passage,
            vector=(await vectors([passage.text]))[0],
            sentence_vectors=await vectors([passage.sentence_text(sentence) for sentence in passage.sentences]),
        )
        for passage in passages
    ]
    return Searcher(embedder=embedder, index=Index(rows))


async def test_the_passage_that_answers_comes_first() -> None:
    """In English, in Chinese, and for a question that mixes both."""
    searcher = await make_searcher()
    for question, wanted in (
        ("When does the train to Vienna leave?", PASSAGES[2]),
        ("谁的小猫叫伽罗瓦", PASSAGES[3]),
        ("MLA到底省多少显存", PASSAGES[4]),
    ):
        assert (await searcher.search(question))[0].passage == wanted


async def test_the_two_scripts_of_chinese_find_each_other() -> None:
    """A question in Traditional characters finds what is written in Simplified ones, and the other way."""
    essay = make_essay("記憶體", file="t.md", lang="zh")
    searcher = await make_searcher([*PASSAGES, make_passage(["這一代記憶體的頻寬不夠。"], essay=essay)])
    for question, wanted in (("誰的小貓叫伽羅瓦", PASSAGES[3].text), ("内存的带宽够不够", "這一代記憶體的頻寬不夠。")):
        hit = (await searcher.search(question))[0]
        assert hit.passage.text == wanted
        assert hit.coverage > 0.3


async def test_a_hit_carries_its_scores() -> None:
    """One score a sentence, the answering one highest; coverage a share; hits in descending order."""
    searcher = await make_searcher()
    hits = await searcher.search("Galois homework", k=3)
    assert hits[0].passage == PASSAGES[0]
    first, second = hits[0].sentence_scores
    assert second > first
    assert hits[0].coverage == pytest.approx(1)
    assert hits[0].lexical > 0
    assert -1 <= hits[0].similarity <= 1
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_a_word_weighs_more_in_a_shorter_passage() -> None:
    """What is said of little else is more likely what was meant (the length norm of BM25)."""
    short = make_passage("The quokka sleeps.", essay=TRAINS, start=200)
    long = make_passage("The quokka sleeps" + " beside rails and signals" * 9 + ".", essay=TRAINS, start=300)
    searcher = await make_searcher([*PASSAGES, long, short])
    lexical = {hit.passage: hit.lexical for hit in await searcher.search("quokka", k=9)}
    assert lexical[short] > lexical[long] > 0


async def test_the_title_and_the_author_of_an_essay_can_be_asked_for() -> None:
    """Words that stand in the header only find the essay's passages."""
    essay = Essay(key="z.md#1", title="Harvest", span=CATS.span, lang="en", author="Ada Quill")
    searcher = await make_searcher([*PASSAGES, make_passage("Nothing of note.", essay=essay)])
    for question in ("what did Quill write", "the harvest"):
        hit = (await searcher.search(question))[0]
        assert hit.passage.essay == essay
        assert hit.lexical > 0


@pytest.mark.parametrize("question", ["", " ", "😀😀", "?", "\x00\x07", "\ud800", "猫", "x" * 10_000, "的" * 10_000])
async def test_any_text_is_a_question(question: str) -> None:
    """However odd the question, there are hits, and the same each time."""
    searcher = await make_searcher()
    hits = await searcher.search(question)
    assert len(hits) == len(PASSAGES)
    assert hits == await searcher.search(question)


async def test_k_limits_the_hits() -> None:
    """Fewer than asked for where there are fewer, none where none are wanted."""
    searcher = await make_searcher()
    assert len(await searcher.search("cat", k=2)) == 2
    assert len(await searcher.search("cat", k=50)) == len(PASSAGES)
    assert await searcher.search("cat", k=0) == []


async def test_an_empty_index_finds_nothing() -> None:
    """No essays are no error, and nothing is embedded for them."""
    searcher = await make_searcher([])
    assert await searcher.search("cat") == []
    assert await searcher.align("cat", ["0123456789abcdef"]) == [()]


async def test_a_corpus_of_one_passage_is_searched() -> None:
    """There is nothing to compare it with, and it is found all the same."""
    searcher = await make_searcher(PASSAGES[:1])
    assert [hit.passage for hit in await searcher.search("cat")] == [PASSAGES[0]]


async def test_a_passage_without_sentences_is_found_by_its_text() -> None:
    """A table may hold none."""
    table = Passage(id="0" * 16, essay=TRAINS, section="", span=TRAINS.span, text="| zebra | quagga |", sentences=())
    searcher = await make_searcher([*PASSAGES, table])
    assert (await searcher.search("zebra quagga"))[0].passage == table
    assert (await searcher.search("zebra quagga"))[0].sentence_scores == ()


async def test_a_claim_is_aligned_with_the_sentence_that_supports_it() -> None:
    """A score a sentence, the supporting one highest; an unknown passage has none."""
    searcher = await make_searcher()
    scores, none, others = await searcher.align(
        "The train has a dining car", [PASSAGES[2].id, "ffffffffffffffff", PASSAGES[0].id]
    )
    assert len(scores) == 2
    assert scores[1] > scores[0]
    assert none == ()
    assert max(others) < max(scores)
    assert await searcher.align("The train has a dining car", [PASSAGES[2].id]) == [scores]


async def test_many_ask_at_once() -> None:
    """Concurrent questions get the hits that they get alone."""
    searcher = await make_searcher()
    questions = ["cat", "train", "显存", "猫"] * 5
    together = await asyncio.gather(*(searcher.search(question) for question in questions))
    assert together == [await searcher.search(question) for question in questions]


async def test_the_index_knows_neighbours_within_an_essay() -> None:
    """Before and after stop at the essay's ends; unknown names give nothing."""
    index = (await make_searcher()).index
    assert index.essays == (CATS, TRAINS, CATS_ZH)
    assert index.after(PASSAGES[0].id) == PASSAGES[1]
    assert index.before(PASSAGES[1].id) == PASSAGES[0]
    assert index.after(PASSAGES[1].id) is None
    assert index.before(PASSAGES[0].id) is None
    assert index.after("ffffffffffffffff") is None
    assert index.passage(PASSAGES[2].id) == PASSAGES[2]
    assert index.passage("ffffffffffffffff") is None
    assert index.essay("b.md#1") == TRAINS
    assert index.essay("none") is None
    assert index.passages_of(CATS.key) == PASSAGES[:2]
    assert index.passages_of("none") == ()


async def test_other_wordings_and_parts_bring_what_the_question_does_not() -> None:
    """Words that only the plan has find their passages; one that the question says better stays first."""
    searcher = await make_searcher()
    plain = await searcher.search("Galois homework", k=5)
    reworded = await searcher.search("Galois homework", k=5, rewordings=["MLA 显存"])
    parted = await searcher.search("Galois homework", k=4, parts=["Galois homework", "night train to Vienna"])
    assert plain[0].passage == reworded[0].passage == parted[0].passage == PASSAGES[0]
    place = [hit.passage for hit in plain].index(PASSAGES[4])
    assert [hit.passage for hit in reworded].index(PASSAGES[4]) < place
    assert PASSAGES[2] in [hit.passage for hit in parted]


async def test_a_hit_is_measured_by_the_question_itself() -> None:
    """Similarity, words and sentences of a passage are the same, whatever else was searched for."""
    searcher = await make_searcher()
    plain = {hit.passage.id: hit for hit in await searcher.search("Galois homework", k=5)}
    for hit in await searcher.search("Galois homework", k=5, rewordings=["伽罗瓦"], parts=["cats", "trains"]):
        alone = plain[hit.passage.id]
        assert (hit.similarity, hit.dense, hit.lexical) == (alone.similarity, alone.dense, alone.lexical)
        assert hit.sentence_scores == alone.sentence_scores


async def test_nothing_else_to_search_for_is_the_plain_search() -> None:
    """The same hits with the same scores, to the last bit."""
    searcher = await make_searcher()
    assert await searcher.search("cats", rewordings=(), parts=()) == await searcher.search("cats")


async def test_parts_move_hits_but_not_their_scores() -> None:
    """A part has its say about places alone; other wordings change the scores."""
    searcher = await make_searcher()
    scores = {hit.passage.id: hit.score for hit in await searcher.search("Galois homework", k=5)}
    parted = await searcher.search("Galois homework", k=5, parts=["night train", "MLA 显存"])
    reworded = await searcher.search("Galois homework", k=5, rewordings=["night train"])
    assert {hit.passage.id: hit.score for hit in parted} == scores
    assert {hit.passage.id: hit.score for hit in reworded} != scores


async def test_few_sentences_find_what_all_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large corpus only the sentences of candidates are looked at; hardly a hit is lost by it."""
    embedder, questions = MadeUpEmbedder(), made_up_questions(30)
    write_corpus(tmp_path, passages=900)
    passages = load_corpus(tmp_path, embedder.count_tokens).passages
    index = Index(await embed_passages(passages, embedder=embedder, cache=VectorCache()))

    async def first_hits(candidates: int) -> list[set[str]]:
        monkeypatch.setattr(search, "SAMPLE", 200)
        monkeypatch.setattr(search, "CANDIDATES", candidates)
        searcher = Searcher(embedder=embedder, index=index)
        return [{hit.passage.id for hit in await searcher.search(question, k=5)} for question in questions]

    def recall(found: list[set[str]]) -> float:
        return sum(len(one & other) for one, other in zip(exact, found, strict=True)) / sum(map(len, exact))

    exact = await first_hits(900)
    assert recall(await first_hits(450)) >= 0.99
    assert recall(await first_hits(5)) < 0.9


async def test_likeness_is_that_of_what_is_asked() -> None:
    """A question is most like itself, in whichever script of Chinese."""
    searcher = await make_searcher()
    itself = await searcher.likeness("谁的小猫叫伽罗瓦", "誰的小貓叫伽羅瓦")
    assert itself == pytest.approx(1, abs=1e-3)
    assert await searcher.likeness("谁的小猫叫伽罗瓦", "night train") < itself - 0.1
