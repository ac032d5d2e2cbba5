"""How long a search takes beside the embedding of its question, and whether it lets the event loop run."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.bootstrap import App
from bot.evaluation.bench.contest import Contest, Side, contest, take_turn
from bot.evaluation.bench.heartbeat import Heartbeat, lag
from bot.evaluation.bench.laps import ratio, ratio_interval
from bot.evaluation.bench.model import Axis, Chart, Column, Line, Point, Row, Table
from bot.evaluation.percentiles import median, p95, percentile
from bot.retrieval.model import Embedder

CALLERS = (1, 8)
MANY = max(CALLERS)
IDLE_S = 2.0
LONG_CHARS = 10_000
LONG_QUESTIONS = 2 * MANY
ANSWERED = 5 * MANY  # questions
SHARES = tuple(percent / 100 for percent in range(2, 101, 2))

TIMES = (
    Column(figure="search_median_ms", head="search median", meaning="time of a whole search", unit="ms"),
    Column(figure="embed_median_ms", head="embedding median", meaning="time of embedding the question", unit="ms"),
    Column(figure="search_ratio_median", head="ratio", meaning="search median / embedding median", digits=2),
    Column(figure="search_p95_ms", head="search p95", meaning="one search in twenty takes longer", unit="ms"),
    Column(figure="embed_p95_ms", head="embedding p95", meaning="one embedding in twenty takes longer", unit="ms"),
    Column(figure="search_ratio_p95", head="ratio", meaning="search p95 / embedding p95", digits=2),
    Column(figure="searches_per_s", head="searches", meaning="searches done", unit="1/s"),
    Column(figure="embeddings_per_s", head="embeddings", meaning="questions embedded", unit="1/s"),
)
LAGS = (
    Column(figure="loop_blocked_ms", head="longest block", meaning="the longest time that the loop stood", unit="ms"),
    Column(figure="loop_p99_ms", head="p99", meaning="one beat in a hundred was later than this", unit="ms"),
    Column(
        figure="loop_held_ms",
        head="held by its own code",
        meaning="the longest time that the loop's own thread computed at a stretch; it knows no other process's noise",
        unit="ms",
    ),
    Column(figure="beats", head="beats", meaning="how often the loop was listened to", digits=0),
)
COLUMNS = (*TIMES, *LAGS)
TIMES_NOTE = (
    "Each caller asks the next question as soon as it has an answer: once of the whole search, once of the embedder "
    "alone, in turns. With several callers both times are mostly a wait in line for the embedder, so the ratio says "
    "how much longer the search makes the line."
)
LAGS_NOTE = (
    "A beat every millisecond tells how late it comes. Idle and embedding alone are the control: what is late there is "
    "the machine's noise, or other processes'."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTimes:
    """What was measured: the contests by number of callers, and how the loop beat under each kind of work."""

    contests: tuple[Contest, ...]
    hearts: dict[str, Heartbeat]


async def measure_search(
    app: App,
    embedder: Embedder,
    questions: Sequence[str],
    *,
    repeats: int,
    done: Callable[[int], None] = lambda _: None,
) -> SearchTimes:
    """Search and embed the questions, at least one, in turns; ``done(n)`` after every further n of ``steps``.

    Nothing of a question is kept between two of its turns. Raises what search and embedder raise.
    """
    hearts = {
        "idle": await _heard(asyncio.sleep(IDLE_S)),
        "first search": await _heard(app.searcher.search(questions[0])),
    }
    contests = []
    for callers in CALLERS:
        times = await contest(
            questions,
            search=app.searcher.search,
            embed=embedder.embed_question,
            callers=callers,
            repeats=repeats,
            done=done,
        )
        contests.append(times)
        hearts[_grouped("embedding alone", callers)] = times.embed.heart
        hearts[_grouped("searching", callers)] = times.search.heart
    hearts |= await _other_work(app, questions)
    return SearchTimes(contests=tuple(contests), hearts=hearts)


def steps(questions: Sequence[str], *, repeats: int) -> int:
    """How many steps ``measure_search`` will tell of."""
    return len(questions) * repeats * len(CALLERS)


def search_tables(times: SearchTimes) -> tuple[Table, ...]:
    """Times by number of callers, and the event loop by kind of work."""
    return (
        Table(
            title="A search beside the embedding of its question",
            of="callers",
            columns=TIMES,
            rows=tuple(_times(one) for one in times.contests),
            note=TIMES_NOTE,
        ),
        Table(
            title="How long the event loop stood",
            of="meanwhile",
            columns=LAGS,
            rows=tuple(_lags(work, heart) for work, heart in times.hearts.items()),
            note=LAGS_NOTE,
        ),
    )


def search_charts(times: SearchTimes) -> tuple[Chart, ...]:
    """The share of questions done within a time, a chart for each number of callers."""
    return tuple(
        Chart(
            title=f"Share of questions done within a time, {one.callers} {'caller' if one.callers == 1 else 'callers'}",
            x=Axis(label="time (ms)"),
            y=Axis(label="share of questions"),
            lines=(_curve("search", one.search.laps), _curve("embedding alone", one.embed.laps)),
            dots=False,
        )
        for one in times.contests
    )


async def _other_work(app: App, questions: Sequence[str]) -> dict[str, Heartbeat]:
    """What else a question may set off."""
    passage = app.index.passages[len(app.index.passages) // 2] if app.index.passages else None
    long = ("\n".join(questions) * (LONG_CHARS // len("\n".join(questions)) + 1))[:LONG_CHARS]

    async def answer(question: str) -> None:
        await app.conversations.answer(question, ())

    async def align(claim: str) -> None:
        if passage is not None:
            await app.searcher.align(claim, [passage.id])

    answering, aligning, reading = Side(work=answer), Side(work=align), Side(work=answer)
    await take_turn(answering, questions[:ANSWERED], MANY)
    await take_turn(aligning, questions[:ANSWERED], MANY)
    await take_turn(reading, [long] * LONG_QUESTIONS, MANY)
    return {
        _grouped("answering with quotes", MANY): answering.heart,
        _grouped("finding the sentence behind a claim", MANY): aligning.heart,
        _grouped(f"answering {LONG_CHARS:,} characters", MANY): reading.heart,
    }


async def _heard(work: Awaitable[object]) -> Heartbeat:
    heart = Heartbeat()
    async with heart.listening():
        await work
    return heart


def _grouped(work: str, callers: int) -> str:
    return f"{work}, {callers}"


def _times(one: Contest) -> Row:
    pairs, laps, embeddings = one.pairs, one.search.laps, one.embed.laps
    values = {
        "search_median_ms": 1000 * median(laps),
        "embed_median_ms": 1000 * median(embeddings),
        "search_ratio_median": ratio(pairs, median),
        "search_p95_ms": 1000 * p95(laps),
        "embed_p95_ms": 1000 * p95(embeddings),
        "search_ratio_p95": ratio(pairs, p95),
        "searches_per_s": one.search.per_second,
        "embeddings_per_s": one.embed.per_second,
    }
    intervals = {
        "search_ratio_median": ratio_interval(pairs, median),
        "search_ratio_p95": ratio_interval(pairs, p95),
    }
    return Row(group=str(one.callers), values=values, intervals=intervals)


def _lags(work: str, heart: Heartbeat) -> Row:
    heard = lag(heart.beats)
    values = {
        "loop_blocked_ms": 1000 * heard.longest_s,
        "loop_p99_ms": 1000 * heard.p99_s,
        "loop_held_ms": 1000 * heard.longest_own_s,
        "beats": heard.beats,
    }
    return Row(group=work, values=values)


def _curve(label: str, laps: Sequence[float]) -> Line:
    return Line(label=label, points=tuple(Point(x=1000 * percentile(laps, share), y=share) for share in SHARES))
