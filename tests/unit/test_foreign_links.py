import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.foreign_links import addresses_in, escaped_unlinked, without_foreign_links
from bot.answering.sources import Source
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage

KNOWN = "见[论文](https://arxiv.org/abs/2405.04434)，和 https://e.org/a_(b)。"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("猫[1](http://evil/)。", "猫[1]。"),
        ("猫[1]( http://evil/(a) )。", "猫[1]。"),
        ("[[里](https://evil.a)外](https://evil.b)", "里外"),
        ("看[这里](https://evil.org/a)。", "看这里。"),
        ("看[这里]( https://evil.org/a_(b) )。", "看这里。"),
        ('看[这里](<https://evil.org> "题目")。', "看这里。"),
        ("[说明[99]](http://x)", "说明[99]"),
        ("![图](http://evil/a.png)", "图"),
        ("[点我](tg://resolve?domain=evil)", "点我"),
        ("[点我](javascript:alert(1))", "点我"),
        ("[近](https://arxiv.or)", "近"),
        ("看 https://evil.org/a。", "看 `https://evil.org/a`。"),
        ("see <https://evil.org/a>.", "see `https://evil.org/a`."),
        ("see www.evil.org, too", "see `www.evil.org`, too"),
        ("甲[9]\n\n[9]: http://evil.org", "甲[9]\n\n"),
        ("[https://evil.org](https://evil.org)", "`https://evil.org`"),
    ],
)
def test_a_made_up_address_goes_and_its_words_stay(said: str, shown: str) -> None:
    """No link leads anywhere that the passages don't name."""
    assert without_foreign_links(said, KNOWN) == shown


@pytest.mark.parametrize(
    "said",
    [
        "看[论文](https://arxiv.org/abs/2405.04434)。",
        "看[站点](https://arxiv.org/)。",
        "看 https://e.org/a_(b)。",
        "`curl http://evil.org` [1]",
        "```\nhttp://evil.org\n```",
        "[aside] (not a link) and a[0]",
    ],
)
def test_known_addresses_and_code_stay(said: str) -> None:
    """What is known may be linked to; code leads nowhere."""
    assert without_foreign_links(said, KNOWN) == said


def test_only_the_essays_are_linked_to() -> None:
    """Not what they link to, or what somebody planted in them."""
    essay = replace(make_essay(), url="https://essays.org/a_(b)")
    passage = make_passage(["See [this](https://e.org/x)."], essay=essay)
    hit = Hit(passage=passage, score=1, similarity=1, dense=1, lexical=1, coverage=1, sentence_scores=(0.0,))
    known = addresses_in([Source(n=1, hit=hit)])
    said = "[this](https://e.org/x), [here](https://essays.org/a_(b)), https://e.org/x"
    assert without_foreign_links(said, known) == "this, [here](https://essays.org/a_(b)), `https://e.org/x`"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.org/pay.", "see `https://evil.org/pay`."),
        ("见https://evil.org/a_b。还有 t.me/evil", "见`https://evil.org/a_b`。还有 `t.me/evil`"),
        ("a * b <c> [1]", r"a \* b \<c> \[1\]"),
    ],
)
def test_quoted_text_links_to_nothing(text: str, shown: str) -> None:
    """Its addresses are code, all else is shown as it stands."""
    assert escaped_unlinked(text) == shown


@given(
    st.lists(
        st.sampled_from(["甲", "[", "]", "](", "](http://evil.a)", "(", ")", "!", "<", ">", "[1]", " "]), max_size=9
    )
)
def test_no_link_is_left(pieces: list[str]) -> None:
    """However the brackets stand, no Markdown link is made of them."""
    shown = without_foreign_links("".join(pieces))
    assert not re.search(r"\[[^\[\]\n]*\]\(http://evil\.a\)", shown)
