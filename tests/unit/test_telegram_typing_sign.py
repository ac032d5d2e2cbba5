"""The typing sign: lit at once, kept up, and out when the answer is there."""

import asyncio

import pytest

from bot.channels.telegram.model import Place
from bot.channels.telegram.typing_sign import TypingSign

HERE, THERE = Place(chat=501), Place(chat=-1001, topic=7)


class Shows:
    """Remembers where the sign was shown."""

    def __init__(self):
        self.places = []

    async def __call__(self, place):
        self.places.append(place)


@pytest.fixture
def shows():
    """Give a memory of signs."""
    return Shows()


@pytest.fixture
async def sign(shows):
    """Give a sign that is renewed every 50 ms."""
    sign = TypingSign(shows, every_s=0.05)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(sign.run())
        yield sign
        running.cancel()


async def test_the_sign_is_lit_at_once_and_kept_up(sign, shows):
    """Without waiting for the interval, then again and again until the end."""
    await asyncio.sleep(0.02)
    assert shows.places == []
    sign.begin("q1", HERE)
    await asyncio.sleep(0.02)
    assert shows.places == [HERE]
    await asyncio.sleep(0.15)
    sign.end("q1")
    kept_up = len(shows.places)
    assert 3 <= kept_up <= 5
    await asyncio.sleep(0.12)
    assert len(shows.places) == kept_up


async def test_each_place_has_its_sign(sign, shows):
    """A second question in another chat is shown at once; two in the same chat end apart."""
    sign.begin("q1", HERE)
    sign.begin("q2", HERE)
    await asyncio.sleep(0.02)
    sign.begin("q3", THERE)
    await asyncio.sleep(0.01)
    assert set(shows.places) == {HERE, THERE}
    sign.end("q1")
    sign.end("unknown")
    shows.places.clear()
    await asyncio.sleep(0.1)
    assert HERE in shows.places


async def test_a_sign_that_no_one_takes_down_goes_out(shows):
    """Whatever happened to its answer, it is not shown for ever."""
    now = [0.0]
    sign = TypingSign(shows, every_s=0.01, clock=lambda: now[0])
    sign.begin("q1", HERE)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(sign.run())
        await asyncio.sleep(0.02)
        shows.places.clear()
        now[0] = 3600.0
        await asyncio.sleep(0.05)
        running.cancel()
    assert shows.places == []
