import asyncio
from collections.abc import AsyncGenerator
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.drafting import CUT_SHORT, MAX_CHARS, AsText, complete, draft_of, read_text
from bot.answering.model import Chunk
from bot.answering.prompt import INSUFFICIENT
from bot.errors import ModelUnavailable
from tests.fakes.chat_model import LAST
from tests.fakes.chat_model import FakeChatModel as Model


async def test_drafts_grow_and_never_show_half_a_marker() -> None:
    """Each draft is the whole text so far, without markers: nothing of it has been checked."""
    drafts: list[str] = []
    model = Model(["甲", "说[", "3", "]，乙[9]说", "[1]."])
    completion = await complete(model, [], AsText(), on_draft=drafts.append, draft_every_s=0)
    assert drafts == ["甲", "甲说", "甲说，乙说", "甲说，乙说."]
    assert completion.text == "甲说[3]，乙[9]说[1]."
    assert (completion.model, completion.usage) == (LAST.model, LAST.usage)


async def test_drafts_keep_a_pace() -> None:
    """A text that grows a hundred times is cleaned a few times; the last words are told at the end."""
    drafts: list[str] = []
    await complete(Model(list("一二三四五六七八九十" * 10)), [], AsText(), on_draft=drafts.append, draft_every_s=60)
    assert drafts == ["一", "一二三四五六七八九十" * 10]


async def test_what_was_said_before_a_silence_is_told_in_it() -> None:
    """A model that falls silent does not hold back its last words."""
    drafts: list[str] = []
    told = asyncio.Event()

    def listen(draft: str) -> None:
        drafts.append(draft)
        if draft == "一二三":
            told.set()

    class Silent(Model):
        async def stream(self, *args: Any, **named: Any) -> AsyncGenerator[Chunk, None]:
            async for chunk in super().stream(*args, **named):
                if chunk is LAST:
                    await told.wait()
                yield chunk

    async with asyncio.timeout(5):
        await complete(Silent(list("一二三")), [], AsText(), on_draft=listen, draft_every_s=0.01)
    assert drafts == ["一", "一二三"]


async def test_no_draft_after_a_failure() -> None:
    """What was waiting to be told of a model that failed is not told into the next one's answer."""
    drafts: list[str] = []
    failing = Model(["一", "二"], error=ModelUnavailable("x"), fails_after=2)
    with pytest.raises(ModelUnavailable):
        await complete(failing, [], AsText(), on_draft=drafts.append, draft_every_s=0.01)
    await asyncio.sleep(0.03)
    assert drafts == ["一"]


@pytest.mark.parametrize(
    "raw",
    [
        "<think>hm [1]\n</think>\n\n答案[1]",
        "<THINKING>a</THINKING>答案[1]",
        "<think>a</think><think>b</think>答案[1]",
        "first I ponder\n</think>\n答案[1]",
    ],
)
def test_thoughts_are_not_part_of_the_answer(raw: str) -> None:
    """Blocks of thoughts go, even where only their end is marked."""
    assert read_text(raw).text == "答案[1]"


def test_tags_that_are_talked_about_stay() -> None:
    """An essay about reasoning models may name the tag."""
    text = "R1 writes <think> and </think> around it [1]."
    assert read_text(text).text == text


async def test_thoughts_are_never_drafted() -> None:
    """While a model thinks there is nothing to show."""
    drafts: list[str] = []
    model = Model(["<thi", "nk>secret", " [1]</th", "ink>", "答", "案"])
    await complete(model, [], AsText(), on_draft=drafts.append, draft_every_s=0)
    assert drafts == ["答", "答案"]


@pytest.mark.parametrize(
    "raw",
    [
        "INSUFFICIENT",
        "INSUFFICIENT\n\nThe passages say nothing.",
        " **INSUFFICIENT**",
        "`INSUFFICIENT`: no",
        "[INSUFFICIENT]",
        "insufficient",
        "Insufficient.\nSo sorry",
        "<think>x</think>\nINSUFFICIENT",
        "“INSUFFICIENT”",
    ],
)
def test_the_verdict_is_told_in_many_dresses(raw: str) -> None:
    """Decoration, case and talk after it don't hide the verdict, and none of it is an answer."""
    completion = read_text(raw)
    assert completion.insufficient
    assert completion.text == ""
    assert draft_of(raw) == ""


@pytest.mark.parametrize(
    "raw", ["Insufficient memory bandwidth is the problem [1].", "甲[1]。\nINSUFFICIENT", "The INSUFFICIENT case [1]"]
)
def test_an_answer_is_no_verdict(raw: str) -> None:
    """A sentence that begins with the word is an answer; a stray verdict after one is taken away."""
    completion = read_text(raw)
    assert not completion.insufficient
    assert INSUFFICIENT not in completion.text
    assert "[1]" in completion.text


@given(
    cut=st.integers(0, 40),
    raw=st.sampled_from(
        ["INSUFFICIENT", "**INSUFFICIENT**\nno", "<think>a</think>INSUFFICIENT: b", "答案[1]。 INSUFFICIENT"]
    ),
)
def test_no_draft_shows_a_piece_of_the_verdict(cut: int, raw: str) -> None:
    """Wherever the stream stands, neither the verdict nor its beginning is seen."""
    assert "INS" not in draft_of(raw[:cut])


async def test_endless_output_is_stopped() -> None:
    """A server that ignores max_tokens is left, and the text ends with a sentence."""
    endless = "没完没了。[1] 还有"
    model = Model(repeat(endless))
    completion = await complete(model, [], AsText(), on_draft=None)
    assert model.closed
    assert len("".join(model.said)) <= MAX_CHARS + len(endless)
    assert 0 < len(completion.text) <= MAX_CHARS
    assert completion.text.endswith(f"。{CUT_SHORT}")


async def test_endless_thoughts_are_stopped() -> None:
    """Thinking for ever ends as well, with nothing said."""
    model = Model(chain(["<think>"], repeat("hm, hm, hm. " * 50)))
    completion = await complete(model, [], AsText(), on_draft=None)
    assert model.closed
    assert completion.text == ""
    assert not completion.insufficient


@given(st.text(alphabet="<>/think INSUFICET[]1。\n`*", max_size=80))
def test_anything_can_be_read(raw: str) -> None:
    """No output of a model breaks the reading of it."""
    read_text(raw)
    draft_of(raw)


def test_a_long_answer_is_whole_and_one_that_is_cut_shows_it() -> None:
    """Ten thousand characters are an answer like any other; past the bound a sign says that there was more."""
    whole = "\n\n".join(f"第{number}段：{'据' * 300}。[1]" for number in range(1, 31))
    assert read_text(whole).text == whole
    for endless in ("据据。[1]\n", "据"):
        cut = read_text(endless * (MAX_CHARS + 1)).text
        assert MAX_CHARS - 20 < len(cut) <= MAX_CHARS
        assert cut.endswith(CUT_SHORT)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("猫叫伽罗瓦[1]，但是", "猫叫伽罗瓦[1]，但是 …"),
        ("猫叫伽罗瓦[1]，但是 [", "猫叫伽罗瓦[1]，但是 …"),
        ("猫叫伽罗瓦[1]【2", "猫叫伽罗瓦[1] …"),
        ("<think>猫叫", ""),
        ("  ", ""),
        ("INSUFFICIENT\n因为", ""),
    ],
)
async def test_an_answer_out_of_tokens_shows_that_it_goes_on(said: str, shown: str) -> None:
    """Where the server stopped for length, a sign stands at the end; what says nothing gets none."""
    completion = await complete(Model([said], last=Chunk(cut_short=True)), [], AsText(), on_draft=None)
    assert completion.text == shown
