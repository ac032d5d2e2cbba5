"""Who writes an answer, and how: the models in turn, each as text or in a form, until one of them says something."""

import asyncio
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from bot.answering.answer_form import AsForm
from bot.answering.drafting import AsText, Completion, complete
from bot.answering.model import ChatModel, DraftListener, Inquiry
from bot.answering.prompt import build_form_prompt, build_prompt
from bot.answering.sources import Source
from bot.answering.timed_model import TimedModel
from bot.answering.verification.verify import Tally
from bot.errors import BudgetSpent, ModelNonsense, TransientError

AnswerFormat = Literal["auto", "text", "schema"]

SAMPLE_TEMPERATURE = 0.7  # of all drafts but the first
# Answers in a row that fail in one form, before the model is asked for the other for good. A large model, too, misses a
# number now and then, and JSON would cost it its lists and paragraphs.
ILL_CITED = 3
BROKEN = 2

TIMEOUT_S = 60.0
WRITING_SHARE = 0.85  # of the time for an answer; the rest is for corrections, the language, translations
FORM_SHARE = 1 / 2  # of the time for writing: a form of which nothing came by then leaves the rest to text
LEAST_WAIT_S = 2.0  # for the other drafts after the first, or as long again as that took

SMALL_B = 4.0  # billions of parameters; of such models few cite in text what they use
# ``1.5b``, ``360m``, ``e4b``; of ``8x7b`` the last, which is large enough. ``1m`` and ``10m`` are lengths of a context.
_SIZE = re.compile(r"(?<![\d.])(\d{1,4}(?:\.\d{1,3})?b|(?!10m)\d{2,3}m)(?![a-z])", re.IGNORECASE)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote, which one, and whether in the form.

    ``ends``: when its time for this answer is over, in seconds of the event loop's clock.
    """

    completion: Completion
    model: ChatModel
    ends: float = math.inf
    in_form: bool = False
    instead_of_form: bool = False  # the form was asked for first, and failed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is to be answered, and from what."""

    inquiry: Inquiry
    sources: Sequence[Source]
    written_by: float = math.inf  # of the event loop's clock
    ends: float = math.inf


@dataclass(slots=True, kw_only=True)
class _Habits:
    """What is known of a model: how many answers in a row were ill cited as text, or came as text alone."""

    ill_cited: int = 0
    broken: int = 0


class Writer:
    """Has ``models`` write, first choice first, each of them ``drafts`` times (at least once) side by side.

    ``answer_format``: ``text``; ``schema`` (sentences in JSON, each with its passages); or ``auto``: text for as long
    as a model cites well in it, which ``judge`` is to be told, and not for one that is small by its name (``names`` are
    those of ``models``, as far as they are known). A model that cannot write JSON, or whose server fails on the form
    in any way, writes text in any case. Each model has ``timeout_s`` seconds for an answer, of which most are for
    writing; for the first of them they begin where the question was asked.
    """

    def __init__(
        self,
        models: Sequence[ChatModel] = (),
        *,
        names: Sequence[str] = (),
        answer_format: AnswerFormat = "auto",
        drafts: int = 1,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._models = tuple(models)
        self._habits = {id(model): _Habits() for model in self._models}
        for model, name in zip(models, names, strict=False):
            self._habits[id(model)].ill_cited = ILL_CITED if is_small(name) else 0
        self._format = answer_format
        self._drafts = drafts
        self._timeout_s = timeout_s

    def over(self, models: Sequence[ChatModel], *, drafts: int | None = None) -> Self:
        """The same over ``models``, which stand one by one for its own: what is known of those, or learned, is shared.

        There may be none of them, and then nobody to ask. ``drafts``: another number of them.
        """
        writer = type(self)(
            models, answer_format=self._format, drafts=drafts or self._drafts, timeout_s=self._timeout_s
        )
        known = {id(new): self._habits[id(own)] for own, new in zip(self._models, models, strict=False)}
        writer._habits |= known  # noqa: SLF001 (one of this class)
        return writer

    async def write(
        self, inquiry: Inquiry, sources: Sequence[Source], *, on_draft: DraftListener | None = None
    ) -> tuple[Written, ...]:
        """Answers to ``inquiry`` from ``sources``, unchecked, or verdicts that there is none in them; all of one model.

        As many as came of the drafts, the one that leaves nothing to chance first. What a model wrote before it broke
        off counts where no other says all; there are none without a model. ``on_draft`` is told the first one so far;
        it starts anew where another model or form takes over. Raises a TransientError where no model has anything to
        say: that of the first.
        """
        begins, parts, failure = inquiry.asked_at, tuple[Written, ...](), None
        for number, model in enumerate(self._models, start=1):
            outcomes = await self._outcomes(model, self._request(inquiry, sources, begins), on_draft)
            self._note_form(model, outcomes)
            written = tuple(outcome for outcome in outcomes if isinstance(outcome, Written))
            if whole := tuple(one for one in written if not one.completion.broken_off):
                return whole
            failed = [outcome for outcome in outcomes if not isinstance(outcome, Written)]
            told = ", ".join(f"{type(outcome).__name__}: {outcome}" for outcome in failed) or "it broke off"
            logger.warning("model %d of %d failed: %s", number, len(self._models), told)
            begins, parts, failure = None, parts or written, failure or next(iter(failed), None)
        if not parts and failure is not None:
            raise failure
        return parts

    def _request(self, inquiry: Inquiry, sources: Sequence[Source], begins: float | None) -> _Request:
        now = asyncio.get_running_loop().time()
        ends = (now if begins is None else begins) + self._timeout_s
        written_by = now + (ends - now) * WRITING_SHARE
        return _Request(inquiry=inquiry, sources=sources, written_by=written_by, ends=ends)

    def judge(self, written: Written, tally: Tally) -> None:
        """Take note of how the sentences of an answer fared, for the form in which its model is asked next."""
        if self._format != "auto" or written.in_form:
            return
        habits = self._habits[id(written.model)]
        is_ill = tally.attributed + tally.repaired + tally.dropped > tally.kept
        habits.ill_cited = habits.ill_cited + 1 if is_ill else 0
        if habits.ill_cited == ILL_CITED:
            logger.info("a model that cites badly as text is asked for sentences in JSON from now on")

    async def _outcomes(
        self, model: ChatModel, request: _Request, on_draft: DraftListener | None
    ) -> list[Written | TransientError]:
        """What became of the drafts, but for those that had not come a while after the first that did."""
        now = asyncio.get_running_loop().time
        began, ends = now(), math.inf
        async with asyncio.TaskGroup() as tasks:
            drafts = [tasks.create_task(self._draft(model, request, on_draft))]
            drafts += [
                tasks.create_task(self._draft(model, request, None, temperature=SAMPLE_TEMPERATURE))
                for _ in range(self._drafts - 1)
            ]
            waiting = set(drafts)
            while waiting and now() < ends:
                patience_s = None if ends == math.inf else ends - now()
                done, waiting = await asyncio.wait(waiting, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
                if any(isinstance(draft.result(), Written) for draft in done):
                    ends = min(ends, now() + max(now() - began, LEAST_WAIT_S))
            for draft in waiting:
                draft.cancel()
        return [draft.result() for draft in drafts if not draft.cancelled()]

    def _note_form(self, model: ChatModel, outcomes: Sequence[Written | TransientError]) -> None:
        """A question for which the form came to nothing and text did not counts once, however many drafts it has."""
        habits, written = self._habits[id(model)], [each for each in outcomes if isinstance(each, Written)]
        if any(each.in_form for each in written):
            habits.broken = 0
        elif any(each.instead_of_form for each in written):
            habits.broken += 1

    def _writes_form(self, model: ChatModel) -> bool:
        habits = self._habits[id(model)]
        is_better_off = self._format == "auto" and habits.ill_cited >= ILL_CITED
        return habits.broken < BROKEN and (self._format == "schema" or is_better_off)

    async def _draft(
        self, model: ChatModel, request: _Request, on_draft: DraftListener | None, *, temperature: float = 0.0
    ) -> Written | TransientError:
        """What ``model`` writes, or why it doesn't."""
        now, timed = asyncio.get_running_loop().time(), TimedModel(model, ends=request.written_by)
        try:
            if not self._writes_form(model):
                written = await _as_text(timed, request, on_draft, temperature)
                return replace(written, model=model)
            begins = now + (request.written_by - now) * FORM_SHARE
            try:
                brief = TimedModel(model, ends=request.written_by, begins=begins)
                written = await _in_form(brief, request, on_draft, temperature)
            except BudgetSpent:
                raise
            except TransientError as exc:
                logger.info("a model is asked for text, after an answer in JSON that cannot be used: %s", exc)
                written = replace(await _as_text(timed, request, on_draft, temperature), instead_of_form=True)
            return replace(written, model=model)
        except TransientError as exc:
            return exc


def is_small(name: str) -> bool:
    """Whether the name of a model says that it has at most 4 billion parameters; of several sizes the largest."""
    sizes = [float(size[:-1]) / (1 if size[-1] in "bB" else 1000) for size in _SIZE.findall(name)]
    return bool(sizes) and max(sizes) <= SMALL_B


async def _in_form(model: ChatModel, request: _Request, on_draft: DraftListener | None, temperature: float) -> Written:
    messages = build_form_prompt(request.inquiry, request.sources)
    completion = await complete(model, messages, AsForm(), on_draft=on_draft, temperature=temperature)
    return Written(completion=completion, model=model, ends=request.ends, in_form=True)


async def _as_text(model: ChatModel, request: _Request, on_draft: DraftListener | None, temperature: float) -> Written:
    messages = build_prompt(request.inquiry, request.sources)
    completion = await complete(model, messages, AsText(), on_draft=on_draft, temperature=temperature)
    if not completion.text and not completion.insufficient:
        raise ModelNonsense("the model only thought")
    return Written(completion=completion, model=model, ends=request.ends)
