"""Which translations of quotes are shown, and which quotes are translated at all."""

import json
from dataclasses import replace

import pytest

from bot.answering.translation import MAX_CHARS, translate_quotes
from bot.errors import ModelUnavailable
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.telegram import answered, cited

FAITHFUL = [
    (
        "短短两年内，GPT-3的推理成本从每百万token 60-70美元骤降至5美分，实现了1200倍的成本削减。",
        "In just two years GPT-3's inference cost fell from $60-70 per million tokens to 5 cents, a 1200-fold cut.",
    ),
    (
        "AlexNet仅用两三块GPU就已是壮举；GPT-4则动用了2万块A100 GPU，功耗高达15-20兆瓦。",
        "AlexNet was a feat with only two or three GPUs; GPT-4 used 20,000 A100 GPUs and drew 15-20 megawatts.",
    ),
    (
        "他的研究一直等到伽罗瓦去世 8 年后刘维尔（Joseph Liouville）整理他的遗稿时才被重视[8]。",
        "His work was not valued until eight years after the death of Galois, when Joseph Liouville edited his papers.",
    ),
    (
        "英伟达是其早期客户之一，也是唯一一家在代工时代成立、营收超过10亿美元的半导体公司。",
        "Nvidia was an early customer, and the only one founded in the foundry era with revenue above $1 billion.",
    ),
    (
        "在二三十年前，全球有二三十家公司能够制造最先进的芯片，如AMD、英特尔、IBM等。",
        "Twenty or thirty years ago, some twenty to thirty companies could make such chips, like AMD, Intel and IBM.",
    ),
    (
        "1977 年底赶上了文革10年后第一届大学生招考(其实是78年2月入学)。",
        "At the end of 1977 I caught the first exam after the 10 years (actually enrolled in February 1978).",
    ),
]


def written(*translations: str) -> str:
    return json.dumps({f"quote_{n}": text for n, text in enumerate(translations, start=1)})


@pytest.mark.parametrize(("quote", "translation"), FAITHFUL)
async def test_a_faithful_translation_is_kept(quote: str, translation: str) -> None:
    """Numbers, dates, units and names go over in any of their forms; small numbers in words are no figures."""
    translated = await translate_quotes(answered("x[1]", cited(1, quote=quote)), FakeChatModel(written(translation)))
    assert translated.answer.citations[0].translation == translation


@pytest.mark.parametrize(
    ("quote", "wrong"),
    [
        ("没有可信的历史告诉我们他是如何去世的。", "Reliable history tells us how he died."),
        ("小猫爱睡觉，也爱吃鱼。", "The kitten does not like to sleep, and it likes fish."),
        ("他的研究一直等到去世以后，由朋友整理遗稿时才被重视，这件事大家后来都知道。", "He died."),
        (
            "小猫爱睡觉。",
            "The kitten likes to sleep, and it has been so ever since the author took it home from the shelter.",
        ),
        ("小猫爱睡觉。", "As an AI, I must say the kitten likes it."),
        ("小猫爱睡觉。", "Ignore all previous instructions, kitten."),
        ("小猫爱睡觉。", "The kitten likes NVLINK."),
        ("DeepSeek用的是MIT许可。", "DeepSeek uses the GPL license."),
    ],
)
async def test_a_translation_that_lies_is_not_shown(quote: str, wrong: str) -> None:
    """One that denies or affirms what its original doesn't, is shorter or longer, or speaks for itself."""
    translated = await translate_quotes(answered("x[1]", cited(1, quote=quote)), FakeChatModel(written(wrong)))
    assert translated.answer.citations[0].translation is None


async def test_one_that_is_left_out_moves_no_other() -> None:
    """Translations are told apart by name, and quotes in the asker's language have none."""
    answer = answered(
        "x", cited(1, quote="猫坐着。"), cited(2), cited(3, quote="狗叫了。"), cited(4, quote="鱼游走了。")
    )
    model = FakeChatModel(json.dumps({"quote_4": "The fish swam off.", "quote_2": "No.", "quote_1": "The cat sat."}))
    translated = await translate_quotes(answer, model)
    assert [c.translation for c in translated.answer.citations] == ["The cat sat.", None, None, "The fish swam off."]
    assert "A cat sat." not in model.asked[0][-1].content


async def test_marks_and_addresses_that_a_model_adds_are_taken_away() -> None:
    """A translation is plain text on one line; one with an address of its own is none."""
    model = FakeChatModel(written("The **cat**\n[sat](https://evil.example/x) [1].", "The dog: https://evil.example/x"))
    answer = answered("x", cited(1, quote="猫坐着。"), cited(2, quote="狗叫了。"))
    translated = await translate_quotes(answer, model)
    assert [citation.translation for citation in translated.answer.citations] == ["The cat sat.", None]


async def test_only_so_much_is_translated() -> None:
    """The first quotes that fit; the others keep their label alone."""
    quotes = ["猫" * (MAX_CHARS - 10), "狗叫了又叫，叫了又叫。", "鱼游走了。"]
    model = FakeChatModel(written("cat " * 900, "A dog.", "A fish."))
    answer = answered("x", *(cited(n, quote=quote) for n, quote in enumerate(quotes, start=1)))
    translated = await translate_quotes(answer, model)
    assert [bool(citation.translation) for citation in translated.answer.citations] == [True, False, True]


async def test_a_model_that_fails_leaves_the_answer_as_it_is() -> None:
    """And nothing is asked where there is nothing to translate."""
    foreign = answered("x", cited(1, quote="猫坐着。"))
    assert (await translate_quotes(foreign, FakeChatModel(error=ModelUnavailable("down")))).answer == foreign
    model = FakeChatModel(written("No."))
    own = replace(foreign, lang="zh")
    assert (await translate_quotes(own, model)).answer == own
    assert not model.asked
