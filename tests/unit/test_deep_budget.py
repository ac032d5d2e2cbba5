"""What a report may cost, and the model that keeps to it."""

from functools import partial
from itertools import repeat

import pytest

from bot.answering.deep.budget import LEAST_COMPLETION, Budget, BudgetedModel
from bot.answering.model import ChatMessage, Chunk, Notice, Usage
from bot.errors import BudgetSpent, ModelUnavailable
from tests.fakes.chat_model import FakeChatModel

ASKED = [ChatMessage(role="user", content="word " * 80)]  # some 100 tokens
PROMPT_TOKENS = 101


Model = partial(FakeChatModel, last=Chunk())  # which counts no tokens


async def said(model: FakeChatModel, budget: Budget, *, max_tokens: int = 500) -> list[Chunk]:
    return [chunk async for chunk in BudgetedModel(model, budget).stream(ASKED, max_tokens=max_tokens)]


async def test_tokens_are_counted_by_the_server_where_it_counts() -> None:
    """What was reserved is given back, but for what the server says that it took."""
    budget = Budget(timeout_s=5, max_tokens=1000)
    model = Model("a", last=Chunk(usage=Usage(prompt_tokens=90, completion_tokens=7)))
    await said(model, budget)
    await said(model, budget, max_tokens=5000)
    assert budget.usage == Usage(prompt_tokens=180, completion_tokens=14)
    assert model.allowed == [500, 1000 - 97 - PROMPT_TOKENS]
    assert budget.reached is None


async def test_tokens_are_estimated_where_the_server_does_not_count() -> None:
    """A Chinese character is a token, four Latin letters are one."""
    budget = Budget(timeout_s=5, max_tokens=1000)
    await said(Model("四个汉字words"), budget)
    assert budget.usage == Usage(prompt_tokens=PROMPT_TOKENS, completion_tokens=6)


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        (Usage(prompt_tokens=-5000, completion_tokens=-7), Usage(prompt_tokens=PROMPT_TOKENS, completion_tokens=1)),
        (Usage(prompt_tokens=10**9, completion_tokens=7), Usage(prompt_tokens=PROMPT_TOKENS, completion_tokens=7)),
        (Usage(prompt_tokens=90, completion_tokens=10**9), Usage(prompt_tokens=90, completion_tokens=1)),
        (Usage(prompt_tokens=0, completion_tokens=900), Usage(prompt_tokens=0, completion_tokens=900)),
    ],
)
async def test_absurd_counts_are_not_believed(told: Usage, counted: Usage) -> None:
    """Less than none, or far more than can have been, is estimated instead; thoughts that nobody sees do count."""
    budget = Budget(timeout_s=5, max_tokens=1000)
    await said(Model("a", last=Chunk(usage=told)), budget)
    assert budget.usage == counted


async def test_no_request_is_made_without_room_for_an_answer() -> None:
    """Prompt and least answer have to fit; else the model is not asked."""
    model = Model("a")
    enough = Budget(timeout_s=5, max_tokens=PROMPT_TOKENS + LEAST_COMPLETION)
    await said(model, enough)
    assert model.allowed == [LEAST_COMPLETION]
    short = Budget(timeout_s=5, max_tokens=PROMPT_TOKENS + LEAST_COMPLETION - 1)
    with pytest.raises(BudgetSpent):
        await said(model, short)
    assert (len(model.allowed), short.reached, short.usage) == (1, Notice.OUT_OF_TOKENS, Usage())


async def test_an_answer_that_was_cut_for_want_of_tokens_is_noted() -> None:
    """A limit counts as reached where the model was given less than it was to have, and wanted more."""
    cut = Model("a", last=Chunk(cut_short=True))
    wide, narrow = Budget(timeout_s=5, max_tokens=1000), Budget(timeout_s=5, max_tokens=400)
    await said(cut, wide)
    await said(cut, narrow)
    assert (wide.reached, narrow.reached) == (None, Notice.OUT_OF_TOKENS)


async def test_who_ignores_the_limit_is_left() -> None:
    """A model that writes on and on is closed, and what it wrote ends cut short."""
    model = Model(repeat("字" * 50))
    budget = Budget(timeout_s=5, max_tokens=300)
    chunks = await said(model, budget)
    assert chunks[-1].cut_short
    assert 400 <= sum(len(chunk.text) for chunk in chunks) <= 450
    assert (budget.reached, model.closed) == (Notice.OUT_OF_TOKENS, 1)


async def test_the_deadline_ends_a_completion() -> None:
    """What was said until then stays; where nothing was said, that is an error that others may handle."""
    budget = Budget(timeout_s=0.3, max_tokens=1000)
    model = Model("abc" * 100, pause_s=0.1)
    chunks = await said(model, budget)
    assert "".join(chunk.text for chunk in chunks).startswith("a")
    assert chunks[-1].cut_short
    assert (budget.reached, model.closed) == (Notice.OUT_OF_TIME, 1)
    with pytest.raises(BudgetSpent):
        await said(Model("a"), budget)
    silent = Budget(timeout_s=0.1, max_tokens=1000)
    with pytest.raises(BudgetSpent):
        await said(Model("a", pause_s=5), silent)
    assert silent.usage.prompt_tokens == PROMPT_TOKENS


async def test_a_failing_model_fails_as_ever() -> None:
    """Its error comes through, and what it said is counted."""
    budget = Budget(timeout_s=5, max_tokens=1000)
    with pytest.raises(ModelUnavailable):
        await said(Model(["word " * 4], error=ModelUnavailable("gone"), fails_after=1), budget)
    assert budget.usage == Usage(prompt_tokens=PROMPT_TOKENS, completion_tokens=5)
    assert budget.reached is None


async def test_a_stream_that_is_left_early_is_settled() -> None:
    """Whoever stops reading has what was reserved given back, and the model closed."""
    budget = Budget(timeout_s=5, max_tokens=1000)
    model = Model(["a", "b"])
    stream = BudgetedModel(model, budget).stream(ASKED, max_tokens=500)
    await anext(stream)
    await stream.aclose()
    assert (model.closed, budget.usage.completion_tokens) == (1, 1)
