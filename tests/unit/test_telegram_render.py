"""An answer as messages: linked markers, sources, quotes, length."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given

from bot.answering.model import Notice, Status
from bot.channels.telegram.markdown import from_markdown
from bot.channels.telegram.render import render_answer, render_draft
from bot.channels.telegram.styled import StyledText
from tests.fakes.telegram import answered, cited, units

MARKDOWN = st.text(alphabet=st.sampled_from("ab 中。\n*_`#>-[]()1|<~$\\!😀:/"), max_size=200)


def under(styled, kind):
    """The stretches of text in a style."""
    raw = styled.text.encode("utf-16-le")
    return [raw[2 * e.offset : 2 * e.end].decode("utf-16-le") for e in styled.entities if e.kind == kind]


def links(styled):
    """What is linked, and where to."""
    return [
        (text, e.url)
        for text, e in zip(
            under(styled, "text_link"), [e for e in styled.entities if e.kind == "text_link"], strict=True
        )
    ]


def test_markers_and_sources_link_to_the_quote():
    """``[n]`` in the text, and its number and title in the sources, lead to the citation's address."""
    (message,) = render_answer(answered("😀 Cats **sat** [1].", cited(1)))
    assert message.text == "😀 Cats sat [1].\n\nSources\n[1] “On Cats” · A. Writer · 2025-01-28\nA cat sat."
    link = "https://example.org/e"
    assert links(message) == [("[1]", link), ("[1]", link), ("“On Cats”", link)]
    assert under(message, "bold") == ["sat", "Sources"]
    assert under(message, "expandable_blockquote") == ["A cat sat."]


def test_a_link_that_is_no_web_address_stays_plain():
    """Telegram opens web addresses only; the number is still there."""
    (message,) = render_answer(answered("Cats sat [1].", cited(1, link="cats.md#char=0,10")))
    assert "[1]" in message.text
    assert links(message) == []


def test_a_number_without_citation_and_one_in_code_stay_plain():
    """Only the numbers of citations are linked, and none inside code, where Telegram allows no link."""
    (message,) = render_answer(answered("See [2], `a[1]` and [1].", cited(1)))
    assert [text for text, _ in links(message)] == ["[1]", "[1]", "“On Cats”"]
    assert message.text[message.entities[0].offset :].startswith("a[1]")


def test_the_same_essay_in_another_language_is_named_beside():
    """A source says that its essay stands in another language too."""
    (message,) = render_answer(answered("猫 [1]。", cited(1, twin="On Dogs"), lang="zh"))
    assert "出处" in message.text
    assert "另有 《On Dogs》" in message.text


def test_a_quote_that_the_answer_says_is_not_repeated():
    """An extractive answer is made of its quotes; the sources then only name the essays."""
    (message,) = render_answer(answered("Closest:\n\n> A cat *sat*. [1]", cited(1), status=Status.QUOTED))
    assert message.text.count("A cat sat.") == 1
    assert "On Cats" in message.text


def test_a_quote_in_another_language_is_labelled_and_translated_below():
    """The label stands behind the essay, the translation beneath its quote."""
    citation = replace(cited(1), translation="一只猫坐着。")
    (message,) = render_answer(answered("有只猫 [1]。", citation, lang="zh"))
    assert message.text.endswith("2025-01-28（英文原文）\nA cat sat.\n译文（模型翻译）：一只猫坐着。")
    assert under(message, "italic") == ["译文（模型翻译）：一只猫坐着。"]


def test_a_translation_that_the_answer_says_is_not_repeated():
    """An answer of quotes has them translated already."""
    citation = replace(cited(1), translation="一只猫坐着。")
    (message,) = render_answer(answered("> A cat sat. [1]\n\n> 一只猫坐着。", citation, lang="zh"))
    assert message.text.count("一只猫坐着。") == 1


def test_an_address_in_a_quote_is_no_link():
    """Telegram makes links of bare addresses by itself, but not of code; what a translation says likewise."""
    planted = replace(cited(1, quote="Pay at https://evil.org/pay."), translation="付 https://evil.org/pay")
    (message,) = render_answer(answered("Cats [1].", planted))
    assert under(message, "code") == ["https://evil.org/pay", "https://evil.org/pay"]
    assert under(message, "expandable_blockquote") == ["Pay at https://evil.org/pay."]
    assert "https://evil.org/pay" not in "".join(under(message, "italic"))
    assert all(url != "https://evil.org/pay" for _, url in links(message))


def test_an_essay_is_named_once_with_all_its_numbers():
    """Citations of the same essay share a line; each number leads to its own place, each quote stands below."""
    one, two = cited(1), cited(2, quote="It purred.", link="https://example.org/e#2")
    (message,) = render_answer(answered("Cats [1] purr [2].", one, two))
    assert message.text.endswith("Sources\n[1] [2] “On Cats” · A. Writer · 2025-01-28\nA cat sat.\nIt purred.")
    assert [link for link in links(message) if link[0] == "[2]"] == [("[2]", "https://example.org/e#2")] * 2
    assert under(message, "expandable_blockquote") == ["A cat sat.", "It purred."]


def test_a_notice_stands_above_the_answer():
    """An unreachable model is said in a line of its own."""
    answer = replace(answered("Text."), notices=(Notice.MODEL_UNREACHABLE,))
    (message,) = render_answer(answer)
    assert message.text.endswith("\n\nText.")
    assert "could not be reached" in message.text


def test_declined_and_failed_answers_are_shown_as_they_are():
    """What has no citations has no list of sources."""
    for status in (Status.DECLINED, Status.FAILED):
        (message,) = render_answer(answered("Sorry.", status=status))
        assert message == StyledText(text="Sorry.")


def test_html_and_prices_are_words():
    """Tags are not dropped, and two prices are no formula."""
    text = "Use <think> & <b>a</b>, $5 to $6, 2 < 3.\n\n<div>\nblock\n</div>"
    assert from_markdown(text).text == text


def test_a_list_of_numbers_by_the_model_itself_stays():
    """Lines like ``[1]: …`` define links in Markdown and would vanish."""
    text = "Cats sat[1], dogs[^2].\n\n[1]: On Cats\n[^2]: On Dogs\n[Note]: both"
    assert from_markdown(text).text == text


def test_a_link_by_the_model_stays_a_link():
    """``[1](address)`` is a link of its own, as any other."""
    styled = from_markdown("See [1](https://e.org/a), [here](https://e.org/b) and [there](javascript:alert(1)).")
    assert styled.text == "See 1, here and there."
    assert [text for text, _ in links(styled)] == ["1", "here"]


def test_a_long_answer_goes_on_with_its_links():
    """Past 4,096 units it continues in further messages, cut between paragraphs, every link whole."""
    paragraphs = [f"{n}。{'很长的话' * 60}[{n}]" for n in range(1, 41)]
    messages = render_answer(answered("\n\n".join(paragraphs), *(cited(n) for n in range(1, 41)), lang="zh"))
    assert len(messages) > 2
    together = [link for message in messages for link in links(message)]
    assert len(together) == 2 * 40 + 1
    assert all(units(message.text) <= 4096 for message in messages)
    assert messages[0].text.endswith("]")
    assert messages[1].text[0].isdigit()


@given(MARKDOWN)
def test_any_markdown_makes_messages_that_telegram_takes(markdown):
    """Whatever the model writes: no error, all entities in range and on whole characters, the same each time."""
    answer = answered(markdown, cited(1), cited(2))
    messages = render_answer(answer)
    assert messages == render_answer(answer)
    for message in messages:
        assert 0 < units(message.text) <= 4096
        for kind in {e.kind for e in message.entities}:
            under(message, kind)  # decodes, so no entity begins or ends inside a character
        assert all(0 <= e.offset < e.end <= units(message.text) for e in message.entities)


@given(st.text(max_size=300))
def test_the_words_of_plain_text_are_all_there(text):
    """Letters and digits survive the way through Markdown."""
    kept = from_markdown(text).text
    assert [c for c in text if c.isalpha() and c.isascii()] == [c for c in kept if c.isalpha() and c.isascii()]


@given(MARKDOWN)
def test_json_keeps_a_message(markdown):
    """A composed message is the same after it was stored."""
    styled = from_markdown(markdown)
    assert StyledText.from_json(styled.to_json()) == styled


def test_a_draft_shows_its_beginning_and_that_more_comes():
    """A draft is one message, however long the text has grown."""
    assert render_draft("Half a **sent").text == "Half a **sent …"
    assert render_draft("").text == "…"
    assert render_draft("✓ 拆分问题\n查找…").text == "✓ 拆分问题\n查找…"  # a step of a report says so itself
    long = render_draft("很长 " * 3000)
    assert units(long.text) <= 4096
    assert long.text.endswith(" …")
