"""The citations of an answer: which sentence each claim is led to."""

from bot.answering.citations import MAX_CLAIMS_ALIGNED, cite, essay_text
from bot.answering.links import Linker
from bot.answering.sources import choose_sources
from bot.corpus.model import Passage
from bot.retrieval.index import Index
from bot.retrieval.search import Searcher
from tests.fakes.passages import make_essay, make_passage, make_row
from tests.fakes.searcher import FakeSearcher

LIFE = make_passage(
    ["小猫的名字叫伽罗瓦。", "没有历史告诉我们他如何去世。", "他的遗稿由刘维尔整理。"],
    essay=make_essay("年末", file="000.txt", lang="zh"),
)
FOOD = make_passage(["小猫爱吃鱼。", "鱼很贵。"], essay=make_essay("口粮", file="001.txt", lang="zh"))


async def cited(text: str, *passages: Passage) -> tuple[str, list[str]]:
    searcher: Searcher = FakeSearcher(*passages)  # type: ignore[assignment]
    hits = {hit.passage.id: hit for hit in await searcher.search("小猫")}
    sources = choose_sources([hits[passage.id] for passage in passages])
    answer = await cite(text, sources, searcher=searcher, linker=Linker())
    return answer.text, [citation.quote for citation in answer.citations]


async def test_claims_on_different_sentences_of_a_passage_have_a_citation_each() -> None:
    """Numbers run in order of first use; a claim on a sentence that is cited already has its number."""
    text, quotes = await cited(
        "小猫名叫伽罗瓦[1]。他如何去世，历史没有告诉我们[1]。遗稿由刘维尔整理[1]。小猫的名字是伽罗瓦[1]。", LIFE
    )
    assert text == "小猫名叫伽罗瓦[1]。他如何去世，历史没有告诉我们[2]。遗稿由刘维尔整理[3]。小猫的名字是伽罗瓦[1]。"
    assert quotes == ["小猫的名字叫伽罗瓦。", "没有历史告诉我们他如何去世。", "他的遗稿由刘维尔整理。"]


async def test_the_parts_of_a_sentence_that_cite_a_passage_each() -> None:
    """What stands before a marker is led to its own sentence."""
    text, quotes = await cited("小猫名叫伽罗瓦[1]，遗稿由刘维尔整理[1]。", LIFE)
    assert (text, quotes) == (
        "小猫名叫伽罗瓦[1]，遗稿由刘维尔整理[2]。",
        ["小猫的名字叫伽罗瓦。", "他的遗稿由刘维尔整理。"],
    )


async def test_a_claim_on_two_passages() -> None:
    """Each of them is quoted where it says so; another claim on one of them has a number more."""
    text, quotes = await cited("小猫叫伽罗瓦，爱吃鱼[2][1]。鱼很贵[1]。", FOOD, LIFE)
    assert text == "小猫叫伽罗瓦，爱吃鱼[1][2]。鱼很贵[3]。"
    assert quotes == ["小猫的名字叫伽罗瓦。", "小猫爱吃鱼。", "鱼很贵。"]


async def test_claims_past_the_limit_are_placed_by_words() -> None:
    """A long answer is not embedded to its end, and its last claim has its sentence all the same."""

    class CountingSearcher(FakeSearcher):
        aligned = 0

        async def align(self, claim: str, passage_ids: object) -> list[tuple[float, ...]]:
            self.aligned += 1
            return await super().align(claim, passage_ids)  # type: ignore[arg-type]

    searcher = CountingSearcher(LIFE)
    sources = choose_sources(await searcher.search("小猫"))
    text = "小猫名叫伽罗瓦[1]。" * (MAX_CLAIMS_ALIGNED + 10) + "遗稿由刘维尔整理[1]。"
    answer = await cite(text, sources, searcher=searcher, linker=Linker())  # type: ignore[arg-type]
    assert searcher.aligned == MAX_CLAIMS_ALIGNED
    assert [citation.quote for citation in answer.citations] == ["小猫的名字叫伽罗瓦。", "他的遗稿由刘维尔整理。"]


def test_what_stands_around_a_quote_is_what_the_page_shows() -> None:
    """Not the front matter above it."""
    front = make_passage(["title: 年末", "url: https://e.org"], essay=LIFE.essay, section="关于本文")
    body = make_passage(["小猫的名字叫伽罗瓦。"], essay=LIFE.essay, start=100)
    assert essay_text(Index([make_row(front), make_row(body)]), LIFE.essay) == body.text
