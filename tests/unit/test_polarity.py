"""Whether a sentence denies what its passage holds, or holds what its passage denies."""

import pytest

from bot.answering.verification.check import FaultKind, check, read_evidence
from tests.fakes.passages import make_essay, make_passage

_JOBS = (
    "I do not agree with the idea that while old jobs are replaced, more new jobs will be created by AI."
    " They would be a mixture of human labor."
)
_CAT = "我家小猫的名字叫伽罗瓦。没有可信的历史告诉我们伽罗瓦是如何去世的，虽然最浪漫的说法是他与人决斗而死。"
_COST = "按A100的8卡机10W美元一台算，不考虑基建、网络、人工等费用，一个GPT3要44W美元。"
_FOUNDER = "他曾是德州仪器的高管，因未获晋升而愤然离职，前往台湾创立了台积电。"
_FERRY = (
    "Children travel free, but dogs are not allowed on board. The company has never lost a passenger. "
    "The harbour master disagrees with Weller about the new pier, which was built "
    "by Lindqvist & Sons rather than by the town."
)
_FERRY_ZH = "十二岁以下的儿童免费，但是狗不得上船。公司从未失去过一名乘客。"
_SCALING = "Scaling Law 和 Moore's Law 一样，是一种结果而不是原因。科技的进步没有银色子弹。"
_RATES = "R1's hallucination rate is 14.3%, significantly higher than V3's 3.9%."
_RATES_ZH = "R1的幻觉率14.3%，显著高于其前身V3的3.9%。"


def _is_turned(said: str, told: str) -> bool:
    passage = make_passage(told, essay=make_essay("Notes", lang="zh" if "是" in told else "en"))
    return FaultKind.POLARITY in {fault.kind for fault in check(said, [read_evidence(passage)])}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("More new jobs will be created by AI.", _JOBS),
        ("He agrees that more new jobs will be created.", _JOBS),
        ("He agrees that more new jobs will be created by AI.", _JOBS),
        ("可信的历史告诉我们伽罗瓦是如何去世的。", _CAT),
        ("考虑基建、网络、人工等费用。", _COST),
        ("其中考虑了基建、网络、人工等费用。", _COST),
        ("他因获晋升而离职。", _FOUNDER),
        ("Yes, dogs are allowed on board.", _FERRY),
        ("Yes. Dogs may come on board.", _FERRY),
        ("Dogs are allowed on board.", _FERRY),
        ("The company has lost a passenger.", _FERRY),
        ("The company has lost several passengers.", _FERRY),
        ("Yes, the company has lost a passenger.", _FERRY),
        ("The harbour master agrees with Weller about the new pier.", _FERRY),
        ("The harbour master agrees with Weller.", _FERRY),
        ("The new pier was not built by Lindqvist & Sons.", _FERRY),
        ("The new pier was built by the town rather than by Lindqvist & Sons.", _FERRY),
        ("可以，狗可以上船。", _FERRY_ZH),
        ("狗得上船。", _FERRY_ZH),
        ("狗可以上船。", _FERRY_ZH),
        ("公司失去过乘客。", _FERRY_ZH),
        ("公司失去过一名乘客。", _FERRY_ZH),
        ("Scaling Law 是原因而不是结果。", _SCALING),
        ("Scaling Law 不是结果，而是原因。", _SCALING),
        ("Scaling Law 是一种原因，而非结果。", _SCALING),
        ("R1的幻觉率3.9%，显著高于V3的14.3%。", _RATES_ZH),
        ("V3的幻觉率高于R1。", _RATES_ZH),
        ("V3's hallucination rate is higher than R1's.", _RATES),
        ("R1's hallucination rate is lower than V3's.", _RATES),
        ("R1's rate of 3.9% is higher than V3's 14.3%.", _RATES),
    ],
)
def test_the_opposite_is_a_fault(said: str, told: str) -> None:
    """Nor does a part of a denied sentence pass, a mirrored contrast, or a comparison with its sides swapped."""
    assert _is_turned(said, told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The guest does not agree that more new jobs will be created by AI.", _JOBS),
        ("The author disagrees with the idea that more new jobs will be created by AI.", _JOBS),
        ("He rejects the idea that more new jobs will be created by AI.", _JOBS),
        ("No, he does not believe that AI will create more new jobs.", _JOBS),
        ("没有可信的历史告诉我们伽罗瓦是如何去世的。", _CAT),
        ("伽罗瓦如何去世没有可信的历史。", _CAT),
        ("最浪漫的说法是伽罗瓦与人决斗而死。", _CAT),
        ("不考虑基建、网络、人工等费用。", _COST),
        ("未计入基建、网络、人工等费用。", _COST),
        ("张忠谋因为没有获得晋升而离职。", _FOUNDER),
        ("他因未获晋升离职。", _FOUNDER),
        ("他因未获晋升而愤然离职，前往台湾创立了台积电。", _FOUNDER),
        ("Dogs are not allowed on board.", _FERRY),
        ("Dogs are forbidden on board.", _FERRY),
        ("Dogs may not come on board.", _FERRY),
        ("No dogs are allowed on board.", _FERRY),
        ("No, the company has never lost a passenger.", _FERRY),
        ("No passenger was ever lost.", _FERRY),
        ("The company hasn't lost any passenger.", _FERRY),
        ("The harbour master disagrees with Weller.", _FERRY),
        ("The harbour master does not agree with Weller.", _FERRY),
        ("The new pier was built by Lindqvist & Sons, not the town.", _FERRY),
        ("狗不得上船。", _FERRY_ZH),
        ("不可以，狗不能上船。", _FERRY_ZH),
        ("狗不可以上船。", _FERRY_ZH),
        ("禁止狗上船。", _FERRY_ZH),
        ("公司从未失去过乘客。", _FERRY_ZH),
        ("公司没有失去过乘客。", _FERRY_ZH),
        ("Scaling Law 是一种结果，不是原因。", _SCALING),
        ("Scaling Law 是一种结果而不是原因。", _SCALING),
        ("Scaling Law 不是原因，而是结果。", _SCALING),
        ("Scaling Law 是结果，而非原因。", _SCALING),
        ("R1的幻觉率14.3%，显著高于V3的3.9%。", _RATES_ZH),
        ("R1的幻觉率高于V3。", _RATES_ZH),
        ("V3的幻觉率低于R1。", _RATES_ZH),
        ("V3 hallucinates less than R1.", _RATES),
        ("V3's hallucination rate is lower than R1's.", _RATES),
        ("V3 的幻觉率比 R1 低。", _RATES_ZH),
        ("V3的幻觉率 3.9% 显著低于 R1 的 14.3%。", _RATES_ZH),
    ],
)
def test_the_same_in_other_words_is_none(said: str, told: str) -> None:
    """Two ways of denying, the mirror of a comparison and a contrast told the other way round all say the same."""
    assert not _is_turned(said, told)


@pytest.mark.parametrize(
    ("said", "told", "is_turned"),
    [
        ("PaLM was not trained on 6144 TPUs.", "如果Palm指示了正确的路径的话，他是在6144颗TPU上训练出来的。", True),
        ("PaLM was trained on 6144 TPUs.", "如果Palm指示了正确的路径的话，他是在6144颗TPU上训练出来的。", False),
        ("PaLM was not trained on 6144 TPUs.", "Palm并不是在6144颗TPU上训练出来的。", False),
        ("PaLM isn't just trained on 6144 TPUs.", "Palm是在6144颗TPU上训练出来的。", False),
        ("PaLM was not trained for free.", "Palm是在6144颗TPU上训练出来的。", False),
        ("PaLM不是在6144颗TPU上训练出来的。", "They trained PaLM on 6,144 TPUs.", True),
    ],
)
def test_a_denial_in_another_language(said: str, told: str, *, is_turned: bool) -> None:
    """What the passage tells of the same names and figures in another language is not denied."""
    assert _is_turned(said, told) is is_turned
