"""What follows from a passage and what doesn't, kind by kind."""

import pytest

from bot.answering.verification.assertion import asserts_something, is_noise
from bot.answering.verification.check import FaultKind, check, read_evidence
from bot.answering.verification.sentences import joined, read_sentences
from tests.fakes.passages import make_essay, make_passage

ZH, EN = make_essay("瞎扯", lang="zh"), make_essay("On Costs")


def kinds(sentence: str, passage: str, *, allowed: str = "") -> set[FaultKind]:
    essay = ZH if any(char > "\u2e7f" for char in passage) else EN
    return {f.kind for f in check(sentence, [read_evidence(make_passage(passage, essay=essay))], allowed=allowed)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("这台机器卖2,000元。", "这台机器卖两千元。"),
        ("这台机器卖2000块。", "这台机器卖2,000块。"),
        ("一个GPT3要44万美元。", "一个GPT3要44W美元。"),
        ("一个GPT3要440,000美元。", "一个GPT3要44W美元。"),
        ("A GPT3 costs 440 thousand dollars.", "一个GPT3要44W美元。"),
        ("文章在1月27日发表。", "文章在1/27发表。"),
        ("比例是27分之1。", "比例是1/27。"),
        ("大约有1000个参数。", "大约有10³个参数。"),
        ("内存降低了八成。", "内存降低了80%。"),
        ("内存降低了百分之八十。", "内存降低了80%到90%。"),
        ("Memory falls by 80 percent.", "内存消耗降低80%到90%。"),
        ("文章写于2025年1月28日。", "文章写于2025-01-28。"),
        ("The essay was written on Jan 28, 2025.", "date: 2025-01-28, the essay was written"),
        ("The essay was written on 28 January 2025.", "文章写于2025年1月28日。"),
        ("晶圆厂成本超过300亿美元。", "晶圆厂成本可能超过300至400亿美元。"),
        ("It took three minutes.", "It took 3 minutes to think."),
        ("总参数有六千亿。", "总参数量高达6000多亿。"),
        ("The startup is worth over 1 billion dollars.", "The startup hits $1B+ valuation."),
        ("It has one hundred million users.", "It has 100 million users."),
    ],
)
def test_equal_numbers(said: str, told: str) -> None:
    """A number, share or date may be written in any of its forms."""
    assert FaultKind.NUMBER not in kinds(said, told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("这台机器卖3000块。", "这台机器卖2,000块。"),
        ("一个GPT3要44美元。", "一个GPT3要44万美元。"),
        ("一个GPT3要44万欧元。", "一个GPT3要44W美元。"),
        ("比例是1/28。", "比例是1/27。"),
        ("大约有100个参数。", "大约有10³个参数。"),
        ("内存降低了七成。", "内存降低了80%。"),
        ("内存降低了800%。", "内存降低了80%，有8种办法。"),
        ("文章写于2025年1月29日。", "文章写于2025-01-28。"),
        ("The essay was written in February 2025.", "The essay was written on 2025-01-28."),
        ("It took three hours.", "It took 3 minutes to think."),
        ("准确率提高到15%，成本降到9%。", "准确率提高到9%，成本降到15%。"),
    ],
)
def test_other_numbers(said: str, told: str) -> None:
    """Another value, unit, currency or day is a fault, and so is a number that stands in another's place."""
    assert FaultKind.NUMBER in kinds(said, told)


@pytest.mark.parametrize(
    ("said", "told", "is_told"),
    [
        ("谷歌订了30万张卡。", "Google刚说要30万张卡。", True),
        ("微软订了30万张卡。", "Google刚说要30万张卡。", False),
        ("Galois is the cat.", "我家小猫叫伽罗瓦。", True),
        ("Cauchy is the cat.", "我家小猫叫伽罗瓦。", False),
        ("小猫叫罗森布拉特。", "小猫叫伽罗瓦。", False),
        ("However, Costs are high.", "However, the costs are high.", True),
        ("The model is GPT-4.", "The model is GPT4, they say.", True),
        ("The model is GPT-5.", "The model is GPT4, they say.", False),
        ("Lee wrote that RL works.", "Reinforcement learning works, Lee wrote.", True),
        ("Meta released it.", "Google released it last year.", False),
        ("R1 is under the GPL license.", "R1用的是MIT许可协议。", False),
        ("R1 is under the Apache license.", "R1用的是MIT许可协议。", False),
        ("R1 is under the MIT license.", "R1用的是MIT许可协议。", True),
        ("They import TPUs freely.", "他们自由进口GPU。", False),
        ("They import GPUs freely.", "他们自由进口GPU。", True),
        ("RL makes it think.", "强化学习让它思考。", True),
        ("Taiwan spends $200 billion a year.", "与中国每年2000亿美元的补贴相比，美国太少。", False),
        ("China spends $200 billion a year.", "每年的补贴高达2000亿美元。", True),
        ("《超体》里的露西能读一页。", "《超体》的妹纸露西可以一次读一页。", True),
        ("《阿凡达》里的露西能读一页。", "《超体》的妹纸露西可以一次读一页。", False),
    ],
)
def test_names(said: str, told: str, *, is_told: bool) -> None:
    """A name has to stand in the passage, if need be in the other language where it is a known one."""
    assert (FaultKind.NAME not in kinds(said, told)) is is_told


def test_the_questions_words_may_be_named() -> None:
    """What the asker named is no invention."""
    assert FaultKind.NAME not in kinds("Siemens is not it.", "It is Google.", allowed="Is it Siemens?")


@pytest.mark.parametrize(
    ("said", "is_verbatim"),
    [
        ("He says “dogs bark at night”.", True),
        ('He says "dogs **bark** at  night."', True),
        ("He says “dogs … at night”.", True),
        ("He says “dogs bark by night”.", False),
        ("> Dogs never bark.", False),
        ("He says 'dogs bark at night'.", True),
        ("He says 'dogs bark by night'.", False),
        ("He says ‘dogs don't bark at night’.", False),
        ("The dogs' bark at night isn't the cats' bark.", True),
        ("He says ``dogs bark by night''.", False),
        ("He says “dogs bark at night.", True),
        ("He says “dogs bark by night.", False),
        ("His exact words: dogs bark by night.", False),
        ("His exact words: dogs bark at night.", True),
    ],
)
def test_quotations(said: str, *, is_verbatim: bool) -> None:
    """What stands in quotation marks stands in the passage, but for markup, blanks and marked omissions."""
    assert (FaultKind.QUOTATION not in kinds(said, "It is so: dogs bark at night. Who knows?")) is is_verbatim


@pytest.mark.parametrize(
    ("said", "told", "is_turned"),
    [
        ("存储不会重新回到AI的舞台。", "存储会重新回到AI的舞台。", True),
        ("存储会重新回到AI的舞台。", "存储不会重新回到AI的舞台。", True),
        ("存储会重新回到AI的舞台。", "存储会重新回到AI的舞台。", False),
        ("模型的成本低于人类的成本。", "模型的成本高于人类的成本。", True),
        ("模型的成本不高于人类的成本。", "模型的成本低于人类的成本。", False),
        ("The cost of training decreased last year.", "The cost of training increased last year.", True),
        ("Logic is not necessary for intelligence.", "Logic is necessary for intelligence.", True),
        ("Logic is not only necessary for intelligence.", "Logic is necessary for intelligence.", False),
    ],
)
def test_polarity(said: str, told: str, *, is_turned: bool) -> None:
    """A denial that the passage doesn't have, or the opposite comparison, is a fault; both together are none."""
    assert (FaultKind.POLARITY in kinds(said, told)) is is_turned


def test_a_figure_in_other_words_needs_no_other_word() -> None:
    """It is about the passage that tells it, and about none that tells another."""
    assert kinds("约四十四万美金。", "一个GPT3要44W美元。") == set()
    assert FaultKind.CITATION in kinds("约四十四万美金。", "一个GPT3要45W美元。")


def test_a_sentence_without_a_passage_has_no_support() -> None:
    """No citation, no support; nor does a passage on something else give any."""
    assert [fault.kind for fault in check("Dogs bark.", [])] == [FaultKind.CITATION]
    assert FaultKind.CITATION in kinds("Dogs bark loudly in the night.", "Training a model is expensive these days.")


@pytest.mark.parametrize(
    ("sentence", "asserts"),
    [
        ("根据这些文章：", False),
        ("文中没有提到作者的工资。", False),
        ("The passages do not say how much it cost.", False),
        ("是的。", False),
        ("## 成本", False),
        ("成本是46万美元。", True),
        ("作者认为人工智能会毁灭人类。", True),
        ("The author wants to move to the sea.", True),
        ("成本更高。", True),
    ],
)
def test_what_asserts_something(sentence: str, *, asserts: bool) -> None:
    """Lead-ins, headings and what the essays are silent about claim nothing."""
    assert asserts_something(sentence, "成本是多少") is asserts


@pytest.mark.parametrize(
    "text", ["一[1]。二[2]", "- 一。[1]\n- 二 [2][3]\n\n三", "a. [1] B c.\n```\nx[0]\ny\n```\nend", "", "[1]", "\n\n甲"]
)
def test_sentences_are_the_whole_text(text: str) -> None:
    """Nothing is lost between sentences, and a marker behind a full stop belongs before it."""
    sentences = read_sentences(text)
    assert "".join(s.text + s.gap for s in sentences) == text if text.strip() else sentences == []
    assert joined(sentences) == text.strip()
    assert all(s.said for s in sentences if s.text != "[1]")


@pytest.mark.parametrize(
    ("sentence", "asserts"),
    [
        ("文中没有提到伽罗瓦的死因。", False),
        ("The passages do not mention the cat.", False),
        ("文章没有说明是谁在 8 年后整理的。", False),
        ("文中没有提到细节，但柯西在 1999 年整理了伽罗瓦的遗稿。", True),
        ("文中没有提到细节，不过这件事很难，由老板一人做完，所以最后失败了。", True),
        ("The essay does not say who, but the papers were lost and never edited again.", True),
        ("文中没有提到细节，但也没有说他们不认识。", False),
        ("难道不是柯西整理的吗？", True),
        ("不确定性原理由海森堡于 1927 年提出。", True),
        ("The essay does not say why, but Galois died of pneumonia in 1840.", True),
    ],
)
def test_what_the_essays_are_silent_about_is_no_cover_for_a_claim(sentence: str, *, asserts: bool) -> None:
    """That the essays don't say may stand unchecked; figures that it brings along may not."""
    assert asserts_something(sentence, "伽罗瓦死后 8 年谁整理的遗稿") is asserts


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [("的", True), ("点击这里。", True), ("是。", False), ("8", False), ("…", False), ("| - |", False)],
)
def test_what_is_noise(sentence: str, *, is_one: bool) -> None:
    """A stray sign or a call to click says nothing; a yes, a figure and marks of a table may."""
    assert is_noise(sentence) is is_one


def test_footnote_marks_of_a_passage_are_no_numbers_of_it() -> None:
    """The mark of the eighth note does not say that anything took eight months."""
    told = "他的研究直到去世 8 年后才被重视[8]。"
    assert not kinds("他的研究直到去世 8 年后才被重视。", told)
    assert kinds("他的研究直到去世 8 个月后才被重视。", told) == {FaultKind.NUMBER}


def test_a_city_stands_in_the_text_in_either_language() -> None:
    """What a Chinese essay leaves unsaid of its country, it says of a city."""
    told = "深度求索的办公室在那里，有很多人。"
    assert FaultKind.NAME in kinds("DeepSeek has an office in Beijing.", told)
    assert FaultKind.NAME in kinds("DeepSeek has an office in Toronto.", told)
    assert FaultKind.NAME not in kinds("DeepSeek has an office in Beijing.", told.replace("那里", "北京"))
    assert FaultKind.NAME not in kinds("DeepSeek has an office in China.", told)
