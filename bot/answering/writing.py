"""Who writes an answer: the models in turn, until one of them says something."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.drafting import Completion, complete
from bot.answering.model import ChatModel, DraftListener, Inquiry
from bot.answering.prompt import build_prompt
from bot.answering.sources import Source
from bot.errors import ModelNonsense, TransientError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote, and which one."""

    completion: Completion
    model: ChatModel


class Writer:
    """Has ``models`` write, first choice first."""

    def __init__(self, models: Sequence[ChatModel] = ()) -> None:
        self._models = tuple(models)

    @property
    def has_models(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self._models)

    async def write(
        self, inquiry: Inquiry, sources: Sequence[Source], *, on_draft: DraftListener | None = None
    ) -> Written | None:
        """An answer to ``inquiry`` from ``sources``, unchecked, or a model's verdict that there is none in them.

        None where no model has anything to say. ``on_draft`` is told the text so far; it starts anew where another
        model takes over. Never raises for a model.
        """
        messages = build_prompt(inquiry, sources)
        for number, model in enumerate(self._models, start=1):
            try:
                completion = await complete(model, messages, given=len(sources), on_draft=on_draft)
                if not completion.text and not completion.insufficient:
                    raise ModelNonsense("the model only thought")
            except TransientError as exc:
                logger.warning("model %d of %d failed: %s: %s", number, len(self._models), type(exc).__name__, exc)
            else:
                return Written(completion=completion, model=model)
        return None
