"""Which names of a question the essays do not have, and what affirms them."""

import pytest

from bot.answering.verification.folding import folded
from bot.answering.verification.strangers import affirmed_names, names_only_asked

ENGLISH = "Google trained PaLM on 6144 TPUs, as Galois might have said. The author is Ann Lee."
CHINESE = "1024张A100组合成炼丹炉，放把火烧一个月，就能炼出一个GPT3，花44W美元。谷歌也在炼。"


@pytest.mark.parametrize(
    ("question", "told", "only_asked"),
    [
        ("Did Elon Musk train PaLM on 6144 TPUs?", ENGLISH, {"Elon", "Musk"}),
        ("是马斯克花44W美元炼了GPT3吗", CHINESE, {"马斯克"}),
        ("Google花了多少钱炼GPT3", CHINESE, set()),
        ("谷歌用了多少TPU", ENGLISH, set()),
        ("Did Galoi say so to Anne Lee?", ENGLISH, set()),
        ("Did Bob Porter pay for it in China?", CHINESE, set()),
        ("What does it cost?", ENGLISH, set()),
    ],
)
def test_the_names_that_only_the_question_has(question: str, told: str, only_asked: set[str]) -> None:
    """Other languages, forms and spellings count; a name that a Chinese text may write in sounds is let be."""
    assert names_only_asked(question, "", lambda: told) == only_asked


def test_the_essays_are_read_only_for_a_name_that_is_not_at_hand() -> None:
    """A name that stands in the passages given needs no look at all the rest; nor does a question without any."""

    def unread() -> str:
        raise AssertionError("the essays were read")

    assert names_only_asked("谷歌用了多少TPU", ENGLISH, unread) == set()
    assert names_only_asked("what does it cost?", "", unread) == set()
    assert names_only_asked("Did Musk pay for it?", ENGLISH, lambda: ENGLISH) == {"Musk"}


@pytest.mark.parametrize(
    ("said", "affirms"),
    [
        ("Yes, Elon Musk trained PaLM on 6144 TPUs.", True),
        ("No, Elon Musk did not train PaLM.", False),
        ("Google, not Elon Musk, trained PaLM.", False),
        ("You ask about Musk, but it was Google.", False),
        ("是的，马斯克花44W美元炼了GPT3。", True),
        ("没错，马斯克花44W美元炼了GPT3。", True),
        ("不是马斯克，文中没有提到是谁。", False),
        ("文中没有提到马斯克。", False),
    ],
)
def test_what_affirms_a_name(said: str, *, affirms: bool) -> None:
    """A clause that has it and denies nothing."""
    assert bool(list(affirmed_names(folded(said), {"Musk", "马斯克"}))) is affirms
