"""Golden questions put to the whole bot with a scripted model behind real HTTP; what its reader gets, in figures."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap import bring_up_to_date, load_index, open_app
from bot.evaluation.answers import AnswersJudge
from bot.evaluation.figures import ALL, estimates
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.kinds import plan
from bot.evaluation.model import Case, Judgement
from bot.evaluation.places import Places
from bot.evaluation.run import run
from bot.retrieval.index import Index
from bot.retrieval.model import Embedder
from bot.settings import Settings, load_settings
from tests.fakes.ingest_progress import RecordedProgress
from tests.fakes.openai_server import FakeOpenAI
from tests.scripted.models import Script, ScriptedModel, letters_by_sentence

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
EVERY = 5  # one in so many golden questions is asked
ENDLESS_ASKED = 5  # who never stops costs time


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the reader of one model got.

    ``figures``: the means over all the questions asked; ``shown``: how many sentences of the model they hold, and
    ``wrong`` (their letters) those that it had planted; ``longest``: characters of the longest answer; ``slowest_s``:
    seconds that one took.
    """

    model: str
    judgements: tuple[Judgement, ...]
    figures: Mapping[str, float]
    shown: int
    wrong: tuple[str, ...]
    longest: int
    slowest_s: float

    def count(self, outcome: str) -> int:
        """How many answers came to that end."""
        return sum(judgement.outcome == outcome for judgement in self.judgements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The index of the seed essays, opened once for all models."""

    settings: Settings
    embedder: Embedder
    index: Index
    texts: Mapping[str, str]
    cases: Sequence[Case]

    async def play(self, model: ScriptedModel, *, answer_format: str | None = None) -> Played:
        """Ask the golden questions of a bot that has ``model``, and judge what it answers."""
        script = Script(cases=self.cases)
        laps: list[float] = []
        async with FakeOpenAI(default=model.step(script)) as server:
            changes = {"openai_base_url": server.url} | ({"answer_format": answer_format} if answer_format else {})
            async with open_app(self.settings.model_copy(update=changes), self.embedder, index=self.index) as app:
                judge = AnswersJudge(app=app, texts=self.texts, places=Places(app.index, app.linker))

                async def timed(case: Case) -> Judgement:
                    began = time.perf_counter()
                    judged = await judge(case)
                    laps.append(time.perf_counter() - began)
                    return judged

                asked = self.cases[:: len(self.cases) // ENDLESS_ASKED] if model.endless else self.cases
                finished = await run(asked, timed)
        return _played(model, script, finished.judgements, max(laps))


async def set_up(embedder: Embedder, data_dir: Path) -> Stage:
    """The stage over the seed essays; their index is made in ``data_dir``."""
    settings = load_settings(
        data_dir=data_dir, corpus_dir=SEEDS, llm_model="scripted", query_plan="off", translation_timeout_s=0
    )
    texts = corpus_texts(SEEDS)
    await bring_up_to_date(settings, embedder, RecordedProgress())
    cases = read_golden(SEEDS / "golden" / "dev.jsonl", texts)
    return Stage(
        settings=settings,
        embedder=embedder,
        index=load_index(settings, embedder),
        texts=texts,
        cases=cases[::EVERY],
    )


def _played(model: ScriptedModel, script: Script, judgements: Sequence[Judgement], slowest_s: float) -> Played:
    shown = [
        (judgement.case, sentence)
        for judgement in judgements
        if judgement.outcome == "answered"
        for sentence in letters_by_sentence(judgement.said)
        if sentence
    ]
    return Played(
        model=model.name,
        judgements=tuple(judgements),
        figures={one.figure: one.value for one in estimates(judgements, plan("answers").figures) if one.group == ALL},
        shown=len(shown),
        wrong=tuple(sentence for case, sentence in shown if script.is_planted(case, sentence)),
        longest=max(len(judgement.said) for judgement in judgements),
        slowest_s=slowest_s,
    )
