"""From a question to an answer: search, judge the evidence, ask the models in turn, check what they cite."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering.answer_language import TIMEOUT_S as REWRITE_TIMEOUT_S
from bot.answering.answer_language import Rewritten, is_in_wrong_language, rewrite
from bot.answering.choosing import best_draft
from bot.answering.citations import cite
from bot.answering.contradiction import contradiction_in
from bot.answering.courtesy import courtesy_in, is_crumb, without_courtesy
from bot.answering.decline import decline, decline_empty, decline_unasked, fail, return_courtesy
from bot.answering.drafting import CUT_SHORT
from bot.answering.extractive import quote_essays
from bot.answering.links import Linker
from bot.answering.model import Answer, ChatModel, DraftListener, Inquiry, Notice, Status, Usage
from bot.answering.planned_search import PlannedSearch, Search
from bot.answering.prompt import shorten
from bot.answering.question import MAX_SEARCHED_CHARS, cleaned, is_askable
from bot.answering.relevance import lacks_the_figure, without_what_is_beside
from bot.answering.sources import Source, choose_sources
from bot.answering.stopwatch import Stopwatch
from bot.answering.thread import Thread, letters
from bot.answering.translation import TIMEOUT_S, has_foreign_quotes, translate_quotes
from bot.answering.verification.repair import REPAIRS_TIMEOUT_S, Repairer
from bot.answering.verification.verify import Verified, Verifier
from bot.answering.writing import Writer, Written
from bot.errors import ModelBusy, ModelLate, ModelNonsense, ModelRefused, TransientError
from bot.retrieval.model import Hit
from bot.retrieval.search import Searcher

SEARCHED = 16  # hits; more than are shown, for twins and long passages drop out

logger = logging.getLogger(__name__)


class Answerer:
    """Answers questions from the essays. ``models``: first choice first; without any, answers are quotes.

    ``planned_search`` finds what they are answered from; left out, that is what ``searcher`` finds. ``writer`` has the
    models write; left out, ``models`` do in the usual way. ``translation_timeout_s``: see ``translate_quotes``.
    """

    def __init__(
        self,
        searcher: Searcher,
        linker: Linker,
        models: Sequence[ChatModel] = (),
        *,
        planned_search: Search | None = None,
        writer: Writer | None = None,
        translation_timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._searcher = searcher
        self._planned_search: Search = planned_search or PlannedSearch(searcher)
        self._linker = linker
        self._writer = writer or Writer(models)
        self._translation_timeout_s = translation_timeout_s
        self._clock = clock

    async def answer(self, inquiry: Inquiry, *, on_draft: DraftListener | None = None) -> Answer:
        """Answer ``inquiry``; never raises for a question, a model or a search that is broken.

        ``on_draft`` is told the text so far while a model writes; it starts anew where another model takes over.
        """
        watch = Stopwatch(clock=self._clock)
        with watch.step("total"):
            try:
                answer = await self._answer(_fit(inquiry), watch, on_draft)
            except Exception:  # the asker is owed a sentence whatever broke, and the operator the reason
                logger.exception("a question could not be answered")
                answer = fail(inquiry)
        return replace(answer, standalone_question=inquiry.standalone, timings_ms=watch.timings_ms)

    async def _answer(self, inquiry: Inquiry, watch: Stopwatch, on_draft: DraftListener | None) -> Answer:
        if (courtesy := courtesy_in(inquiry.text)) is not None:
            return return_courtesy(inquiry, courtesy, index=self._searcher.index, linker=self._linker)
        if not is_askable(inquiry.standalone) or (is_crumb(inquiry.text) and not inquiry.context):
            return decline_unasked(inquiry, index=self._searcher.index, linker=self._linker)
        found = await self._planned_search.find(inquiry.standalone, k=SEARCHED, watch=watch)
        if not found.hits:
            return decline_empty(inquiry)
        if not found.is_sufficient and not await asyncio.to_thread(_is_contradicted, inquiry, found.hits):
            return self._decline(inquiry, found.hits)
        return await self._answer_from(inquiry, found.hits, watch, on_draft)

    async def _answer_from(
        self, inquiry: Inquiry, hits: Sequence[Hit], watch: Stopwatch, on_draft: DraftListener | None
    ) -> Answer:
        sources = choose_sources(hits)
        try:
            with watch.step("model"):
                drafts = await self._writer.write(inquiry, sources, on_draft=on_draft)
        except TransientError as exc:
            return replace(await self._unwritten(inquiry, hits, sources, watch), notices=(_notice_of(exc),))
        if not drafts:
            return await self._unwritten(inquiry, hits, sources, watch)
        with watch.step("citations"):
            written = await best_draft(drafts, lambda draft: self._verified(inquiry, sources, draft.completion.text))
        usage = sum((draft.completion.usage for draft in drafts if draft is not written), Usage())
        if written.completion.insufficient:
            answer = self._declined_by(written, inquiry, hits)
        else:
            answer = await self._checked(inquiry, hits, sources, written, watch)
        answer = replace(answer, usage=answer.usage + usage)
        if not has_foreign_quotes(answer):
            return answer
        with watch.step("translation"):
            timeout_s = min(self._translation_timeout_s, _left_s(written))
            translated = await translate_quotes(answer, written.model, timeout_s=timeout_s)
        return replace(translated.answer, usage=answer.usage + translated.usage)

    async def _checked(
        self, inquiry: Inquiry, hits: Sequence[Hit], sources: Sequence[Source], written: Written, watch: Stopwatch
    ) -> Answer:
        """What of ``written`` stands on its passages; where nothing does, quotes, or the nearest essays."""
        with watch.step("citations"):
            told = await _in_asker_language(inquiry, sources, written)
            repairer = Repairer(written.model, timeout_s=min(REPAIRS_TIMEOUT_S, _left_s(written)))
            verified = await self._verified(inquiry, sources, told.text, repairer)
            cited = await cite(verified.text, sources, searcher=self._searcher, linker=self._linker)
        logger.info("sentences of the answer: %s", verified.tally)
        self._writer.judge(written, verified.tally)
        usage = written.completion.usage + told.usage + repairer.usage
        if not verified.supported and verified.tells_of_silence:
            return replace(self._declined_by(written, inquiry, hits), usage=usage)
        lacks = False
        if written.in_form:  # whoever needs the form also takes a passage for the answer that has nothing to do with it
            cited = without_what_is_beside(cited, sources)
            lacks = lacks_the_figure(inquiry.standalone, cited.text)
        if not cited.citations or not verified.supported or lacks:
            logger.warning(
                "nothing that %s said stands on a passage that bears on the question, the essays are quoted instead",
                written.completion.model or "a nameless model",
            )
            return replace(await self._unwritten(inquiry, hits, sources, watch), usage=usage)
        return Answer(
            status=Status.ANSWERED,
            text=_with_its_cut(cited.text, told.text),
            lang=inquiry.lang,
            citations=cited.citations,
            model=written.completion.model,
            usage=usage,
            notices=(Notice.BROKEN_OFF,) if written.completion.broken_off else (),
        )

    async def _verified(
        self, inquiry: Inquiry, sources: Sequence[Source], text: str, repairer: Repairer | None = None
    ) -> Verified:
        verifier = Verifier(inquiry, sources, searcher=self._searcher, repairer=repairer)
        return await verifier.verify(text)

    async def _unwritten(
        self, inquiry: Inquiry, hits: Sequence[Hit], sources: Sequence[Source], watch: Stopwatch
    ) -> Answer:
        """The answer without what a model says: quotes, or the nearest essays."""
        return await self._quote(inquiry, sources, watch) or self._decline(inquiry, hits)

    async def _quote(self, inquiry: Inquiry, sources: Sequence[Source], watch: Stopwatch) -> Answer | None:
        with watch.step("citations"):
            thread = await self._thread(inquiry, sources)
            return await asyncio.to_thread(self._quoted, inquiry, sources, thread)

    async def _thread(self, inquiry: Inquiry, sources: Sequence[Source]) -> Thread | None:
        """None where the question is not one put behind what it hangs on."""
        asked = without_courtesy(inquiry.text)
        if asked == inquiry.standalone or asked not in inquiry.standalone or not inquiry.history:
            return None
        ids = [source.passage.id for source in sources]
        own = await self._searcher.align(asked, ids)
        said = " ".join(turn.content for turn in inquiry.history if turn.role == "assistant")
        return Thread(own=dict(zip(ids, own, strict=True)), said=letters(said))

    def _quoted(self, inquiry: Inquiry, sources: Sequence[Source], thread: Thread | None) -> Answer | None:
        named = self._searcher.named_in(inquiry.standalone)
        return quote_essays(
            inquiry, sources, index=self._searcher.index, linker=self._linker, named=named, thread=thread
        )

    def _declined_by(self, written: Written, inquiry: Inquiry, hits: Sequence[Hit]) -> Answer:
        declined = self._decline(inquiry, hits)
        return replace(declined, model=written.completion.model, usage=written.completion.usage)

    def _decline(self, inquiry: Inquiry, hits: Sequence[Hit]) -> Answer:
        return decline(inquiry, hits, index=self._searcher.index, linker=self._linker)


async def _in_asker_language(inquiry: Inquiry, sources: Sequence[Source], written: Written) -> Rewritten:
    text = written.completion.text
    if not is_in_wrong_language(text, inquiry.lang, [source.passage.essay.title for source in sources]):
        return Rewritten(text=text)
    logger.info("the answer is in another language than the question")
    return await rewrite(text, inquiry.lang, written.model, timeout_s=min(REWRITE_TIMEOUT_S, _left_s(written)))


def _with_its_cut(text: str, told: str) -> str:
    """``text``, what is left of ``told``, with the sign that there was more: it may have gone with half a sentence."""
    sign = CUT_SHORT.strip()
    return text + CUT_SHORT if told.endswith(sign) and not text.endswith(sign) else text


def _left_s(written: Written) -> float:
    """The seconds that the model still has for this answer."""
    return max(written.ends - asyncio.get_running_loop().time(), 0.0)


def _notice_of(failure: TransientError) -> Notice:
    """Why the essays are quoted though there is a model."""
    kinds = {
        ModelLate: Notice.MODEL_LATE,
        ModelBusy: Notice.MODEL_BUSY,
        ModelRefused: Notice.MODEL_REFUSED,
        ModelNonsense: Notice.MODEL_SILENT,
    }
    return kinds.get(type(failure), Notice.MODEL_UNREACHABLE)


def _is_contradicted(inquiry: Inquiry, hits: Sequence[Hit]) -> bool:
    # A wrong figure that no passage holds speaks against an answer, though it is just what there is an answer to.
    return contradiction_in(inquiry.standalone, choose_sources(hits)) is not None


def _fit(inquiry: Inquiry) -> Inquiry:
    standalone = shorten(cleaned(inquiry.standalone), MAX_SEARCHED_CHARS)
    return replace(inquiry, text=cleaned(inquiry.text), context=cleaned(inquiry.context), standalone=standalone)
