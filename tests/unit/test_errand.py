"""Orders to the bot, told from questions about orders, limits, roles and writing."""

import time
from pathlib import Path

import pytest

from bot.answering.errand import is_errand

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", lines("orders.txt"))
def test_orders_are_errands(text: str) -> None:
    """To forget rules, to show them, to play somebody, to write or to reckon: no text answers that, in no script."""
    assert is_errand(text)


@pytest.mark.parametrize("text", lines("questions_like_orders.txt"))
def test_questions_are_no_errands(text: str) -> None:
    """What asks for something that the essays may say is a question, whatever its words and its form."""
    assert not is_errand(text)


@pytest.mark.parametrize(
    "part", ["写", "请", "你现在", "translate ", "please ", "write a big ", "忽略", "把你", "1+", "your "]
)
def test_a_long_row_of_half_orders_costs_no_time(part: str) -> None:
    """However often an order begins without an end."""
    begun = time.perf_counter()

    assert not is_errand(part * 1000)

    assert time.perf_counter() - begun < 1
