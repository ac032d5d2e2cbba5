"""The sound pipeline over the seed essays, and ways to change a part of it before it is judged."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.answering.answer import Answerer
from bot.answering.links import Linker
from bot.answering.model import Answer, Turn
from bot.answering.planned_search import PlannedSearch
from bot.bootstrap import App
from bot.conversation.conversations import Conversations
from bot.conversation.follow_up import FollowUps
from bot.conversation.no_history import NoHistory
from bot.evaluation.kinds import plan
from bot.evaluation.model import Case, Judgement, Kind
from bot.evaluation.run import run
from bot.retrieval.index import Index
from bot.retrieval.model import Hit, StoredPassage, Vector
from bot.retrieval.search import Searcher
from tests.fakes.embedder import RememberingEmbedder

HITS = 10


class ChangedEmbedder(RememberingEmbedder):
    """Changes each question's vector, or the question before it is embedded."""

    def __init__(
        self,
        embedder: RememberingEmbedder,
        *,
        name: str | None = None,
        text: Callable[[str], str] = lambda text: text,
        vector: Callable[[Vector], Vector] = lambda vector: vector,
    ) -> None:
        super().__init__(embedder)
        self._text, self._vector = text, vector
        self.name = name or embedder.name

    async def embed_question(self, text: str) -> Vector:
        return self._vector(await self._embedder.embed_question(self._text(text)))


class WrongPrefix(RememberingEmbedder):
    """Embeds questions as if they were passages."""

    async def embed_question(self, text: str) -> Vector:
        return (await self._embedder.embed_passages([text]))[0]


class ChangedSearcher:
    """The real searcher; its hits are changed."""

    def __init__(self, searcher: Searcher, change: Callable[[str, list[Hit]], list[Hit]]) -> None:
        self.index = searcher.index
        self.align = searcher.align
        self.named_in = searcher.named_in
        self._searcher, self._change = searcher, change

    async def search(self, question: str, *, k: int = 10, whole: bool = False) -> list[Hit]:
        return self._change(question, await self._searcher.search(question, k=k, whole=whole))


class ChangedConversations:
    """The real conversations; their answers are changed, and the questions or the history before."""

    def __init__(
        self,
        conversations: Conversations,
        change: Callable[[Answer], Answer] = lambda answer: answer,
        *,
        history: Callable[[Sequence[Turn]], Sequence[Turn]] = lambda history: history,
    ) -> None:
        self._conversations, self._change, self._history = conversations, change, history

    async def answer(self, text: str, history: Sequence[Turn]) -> Answer:
        return self._change(await self._conversations.answer(text, self._history(history)))


@dataclass(slots=True)
class Bench:
    """The sound pipeline over the seed essays, and what it reaches."""

    index: Index
    embedder: RememberingEmbedder
    texts: dict[str, str]
    cases: tuple[Case, ...]
    sound: dict[Kind, tuple[Judgement, ...]] = field(default_factory=dict)
    _sound_searcher: Searcher | None = None

    def searcher(self, *, index: Index | None = None, embedder: RememberingEmbedder | None = None) -> Searcher:
        if index or embedder:
            return Searcher(embedder=embedder or self.embedder, index=index or self.index)
        self._sound_searcher = self._sound_searcher or Searcher(embedder=self.embedder, index=self.index)
        return self._sound_searcher

    def app(
        self,
        searcher: Searcher | ChangedSearcher | None = None,
        *,
        linker: Linker | None = None,
        follow_ups: FollowUps | None = None,
        conversations: Callable[[Conversations], object] = lambda conversations: conversations,
    ) -> App:
        searcher, linker, follow_ups = searcher or self.searcher(), linker or Linker(), follow_ups or FollowUps()
        answerer = Answerer(searcher=searcher, linker=linker)
        talking = Conversations(history=NoHistory(), follow_ups=follow_ups, answerer=answerer)
        return App(
            index=searcher.index,
            searcher=searcher,
            planned_search=PlannedSearch(searcher),
            linker=linker,
            follow_ups=follow_ups,
            conversations=conversations(talking),
        )

    def judge(self, kind: Kind, app: App, cases: Sequence[Case] | None = None) -> tuple[Judgement, ...]:
        how = plan(kind)
        finished = asyncio.run(run(self.cases if cases is None else cases, how.judge(app, self.texts, HITS)))
        return finished.judgements

    def rows(self) -> list[StoredPassage]:
        return list(self.index.stored())


def always(change: Callable[[list[Hit]], list[Hit]]) -> Callable[[Bench], App]:
    return lambda bench: bench.app(ChangedSearcher(bench.searcher(), lambda _, hits: change(hits)))


def answering(change: Callable[[Answer], Answer]) -> Callable[[Bench], App]:
    return lambda bench: bench.app(conversations=lambda talking: ChangedConversations(talking, change))


def reindexed(change: Callable[[Bench], list[StoredPassage]]) -> Callable[[Bench], App]:
    return lambda bench: bench.app(bench.searcher(index=Index(change(bench))))


def embedding(make: Callable[[RememberingEmbedder], RememberingEmbedder]) -> Callable[[Bench], App]:
    return lambda bench: bench.app(bench.searcher(embedder=make(bench.embedder)))
