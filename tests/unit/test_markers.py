import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.markers import Claim, claims, renumber, with_numbers, without_markers


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("甲[1]。", "甲[1]。"),
        ("甲 [2]，乙 [1]。", "甲 [1]，乙 [2]。"),
        ("甲[1, 3]。", "甲[1][2]。"),
        ("甲[1，3]。", "甲[1][2]。"),
        ("甲[1、2、9]。", "甲[1][2]。"),
        ("甲[1][3]。", "甲[1][2]。"),
        ("甲[1-3]。", "甲[1][2][3]。"),
        ("甲【1】。", "甲[1]。"),
        ("甲［３］。", "甲[1]。"),
        ("甲[^2]。", "甲[1]。"),
        ("甲[[2]]。", "甲[1]。"),
        ("甲\\[2\\]。", "甲[1]。"),
        ("甲【2†source】。", "甲[1]。"),
        ("so [passage 3].", "so [1]."),
        ("so [Source: 3].", "so [1]."),
        ("甲[2](https://e.org/a)。", "甲[1]。"),
        ("甲[1][1]。", "甲[1]。"),
        ("甲[2]，乙[2]。", "甲[1]，乙[1]。"),
        ("甲[1 and 2]。", "甲[1][2]。"),
        ("甲[2, and 3]。", "甲[1][2]。"),
        ("甲[1和3]。", "甲[1][2]。"),
        ("甲[1/3]。", "甲[1][2]。"),
        ("甲[1 to 3]。", "甲[1][2][3]。"),
        ("甲[Passage 1, Passage 2]。", "甲[1][2]。"),
        ("甲[**2**]。", "甲[1]。"),
        ("甲[①][③]。", "甲[1][2]。"),
        ("甲〔1〕。", "甲[1]。"),
        ("甲&#91;2&#93;。", "甲[1]。"),
        ("甲[注2]。", "甲[1]。"),
        ("甲[ref. 2]。", "甲[1]。"),
        ("甲[第2段]。", "甲[1]。"),
        ("甲[\u200b2]。", "甲[1]。"),
        ("- 甲\n\n    乙[2]。", "- 甲\n\n    乙[1]。"),
        ("甲\n    乙[2]。", "甲\n    乙[1]。"),
    ],
)
def test_every_form_becomes_one(said: str, shown: str) -> None:
    """Whatever brackets and digits a model uses, the reader sees ``[n]`` counting from 1."""
    assert renumber(said, given=3).text == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is so [9].", "It is so."),
        ("It is [9] so.", "It is so."),
        ("It is [0] so [1] [12].", "It is so [1]."),
        ("甲[9]乙[1]。", "甲乙[1]。"),
        ("甲 [4][2]。", "甲 [1]。"),
        ("end [7]", "end"),
        ("line [7]\nnext [1]", "line\nnext [1]"),
        ("甲[1000]。", "甲。"),
        ("甲[12345]。", "甲。"),
        ("甲[**99**]。", "甲。"),
        ("甲&#91;99&#93;。", "甲。"),
        ("甲[注99]。", "甲。"),
        ("甲[ref 99]。", "甲。"),
        ("甲[8 and 9]。", "甲。"),
        ("甲[-1]。", "甲。"),
        ("甲[⑨]。", "甲。"),
        ("甲〔9〕。", "甲。"),
        ("甲[Passage 8, Passage 9]。", "甲。"),
    ],
)
def test_numbers_not_given_disappear_cleanly(said: str, shown: str) -> None:
    """No hole and no doubled space stays behind."""
    assert renumber(said, given=3).text == shown


@pytest.mark.parametrize(
    "said",
    [
        "`a[9]` and `[7]`",
        "```\nx = a[9]\n```",
        "``a[9] ` b``",
        "```py\nnever closed a[9]",
        "- [ ] open\n- [x] done",
        "[a link](https://e.org)",
        "![7](a.png)",
        "an [aside] here",
        "in [2024], in [1998]",
        "x in [-1, 1]",
        "So:\n\n    a[99] = b[1]\n\n    c[2]\n\nAnd so on",
        "\ta[99]",
        "then ① and 〔甲〕",
    ],
)
def test_code_and_other_brackets_stay(said: str) -> None:
    """Code, links, tasks and images are left byte for byte as they are."""
    assert renumber(said, given=3).text == said


def test_the_order_tells_which_passage_is_meant() -> None:
    """``order`` leads from the shown number to the one that the model used."""
    assert renumber("甲[3]乙[1]丙[3]", given=3).order == (3, 1)


@pytest.mark.parametrize("head", ["Sources:", "**References**", "参考资料：", "## 来源"])
def test_a_list_of_sources_at_the_end_goes(head: str) -> None:
    """The channel shows the sources itself; a cited number in the list alone is no citation."""
    assert renumber(f"甲[2]。\n\n{head}\n[1] 写在甲辰年末\n- [2] 另一篇\n", given=3).text == "甲[1]。\n"


@given(text=st.text(alphabet="ab。. \n`[]【】0123456789,-^*", max_size=60), given_=st.integers(0, 5))
def test_only_given_numbers_remain(text: str, given_: int) -> None:
    """For any text: markers left outside code run from 1 without a gap, and doing it twice changes nothing more."""
    once = renumber(text, given=given_)
    left = [n for claim in claims(once.text) for n in claim.numbers]
    assert set(left) <= set(range(1, len(once.order) + 1))
    assert all(1 <= n <= given_ for n in once.order)


@given(words=st.lists(st.sampled_from(["甲", "so it is", "[1]", "[4]", "[2, 3]", "。", ". ", "\n", " "]), max_size=12))
def test_no_word_is_lost(words: list[str]) -> None:
    """Taking markers away leaves every other sign."""
    text = "".join(words)
    bare = "".join(word for word in words if not word.startswith("["))
    assert re.sub(r"\s", "", without_markers(text)) == re.sub(r"\s", "", bare)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("猫叫伽罗瓦[1]。他是数学家。[2]", [("猫叫伽罗瓦", (1,)), ("他是数学家", (2,))]),
        ("It cost 3.5 dollars [1]. Then more. [2][1]", [("It cost 3.5 dollars", (1,)), ("Then more", (2, 1))]),
        ("- **One** thing [1]\n- Another [2]", [("One thing", (1,)), ("Another", (2,))]),
        ("甲说了。\n\n[1]", [("甲说了", (1,))]),
        ("没有出处。", []),
        ("`a[1]` 是代码 [2]。", [("a1 是代码", (2,))]),
        ("甲说了[1]，乙也说了[1]。", [("甲说了", (1,)), ("乙也说了", (1,))]),
        ("甲说了[1]，乙也说了[2]。", [("甲说了，乙也说了", (1, 2))]),
    ],
)
def test_claims_and_what_they_cite(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    """Each marker belongs to the sentence that it stands in or after."""
    assert list(claims(text)) == [Claim(text=said, numbers=numbers) for said, numbers in expected]


def test_claims_take_other_numbers() -> None:
    """Each claim has numbers of its own; code and all else stay where they are."""
    text = "`a[1]` 是代码 [2]。\n\n- 甲[1][2]，乙[1]。[2]\n\n```\n[1]\n```"
    new: list[dict[int, int]] = [{2: 7}, {1: 8, 2: 9}, {1: 8, 2: 10}]
    assert with_numbers(text, new) == "`a[1]` 是代码 [7]。\n\n- 甲[8][9]，乙[8]。[10]\n\n```\n[1]\n```"


@given(text=st.text(alphabet="ab。. \n`[]12,", max_size=60))
def test_numbers_that_stay_change_nothing(text: str) -> None:
    """For any text: as many numbers as there are claims, each in place of itself, give the text again."""
    same = [{n: n for n in claim.numbers} for claim in claims(text)]
    assert with_numbers(text, same) == text


def test_a_long_list_that_is_no_marker_costs_no_time() -> None:
    """A list in brackets that ends in dots, as models write arrays, is given up at once; so is one not finished yet."""
    numbers = ", ".join(str(n) for n in range(1, 1000))
    begun = time.perf_counter()

    for text in (f"数组[{numbers}, ...]", f"数组[{numbers}"):
        assert renumber(text, given=5).text == text

    assert time.perf_counter() - begun < 1
