"""Whether a question names its own subject, told from its words; kept apart from the lists of ``test_dependence``."""

import pytest

from bot.conversation.completeness import Completeness, completeness, depends_on_what_was_said

NEW = """\
立委是谁
什么是蒸馏
熵是什么
幻觉是什么
猫叫什么
小猫叫什么名字
作者离职了吗
作者养猫吗
开源有什么好处
什么是涌现
张忠谋是谁
什么是苦涩的教训
顿悟是什么意思
低维流形指什么
什么叫对齐
涌现是真的吗
作者几岁了
芯片是谁走私的
谁发明了自注意力
为什么需要位置编码
数据中心怎么散热
晶圆厂多少钱一座
出口管制有用吗
比较一下R1和V3
程序员会被取代吗
What happened to Intel?
Does the author like cats?
Who is Morris Chang?
What is reinforcement learning?
Is censorship a problem?
Why do models hallucinate?
What are tokens?
What happened to symbolism?
What does the author do for a living?
How do transformers work?
So what is instruction tuning?
Is nuclear power used?
什么是稀疏注意力
黄仁勋说过什么
比特币耗电吗
How big is the Memphis cluster?
Before DeepSeek, did anyone open their weights?
""".splitlines()
FOLLOW_UPS = """\
为什么差这么多
为什么这么高
Meta也是吗
马斯克又有多少
换成Claude呢
换成Meta会怎样
和Llama比怎么样
跟V3比差多少
比以前高吗
Nathan同意吗
原因是什么
有什么后果
创始人是谁
怎么减少
多少钱
政府有没有补贴他们
用一句话总结
翻译成英文
你确定吗
Does Nathan agree?
What does Nathan think?
vs V3?
versus Claude?
Compared with GPT-4?
Compare both
Any cheaper alternative?
Any evidence?
How many GPUs?
Who paid?
Which ones lost?
Since when?
In one sentence
Under what conditions?
What is the price?
What can ordinary people do about that?
Are you sure?
""".splitlines()


@pytest.mark.parametrize("question", NEW)
def test_a_question_with_a_subject_stands_alone(question: str) -> None:
    """However short: what something is, who somebody is, what the author does."""
    assert not depends_on_what_was_said(question)


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_what_is_said_of_nothing_hangs_on_what_was_said(question: str) -> None:
    """A comparison's other side, what belongs to something, whether somebody agrees, another form of the answer."""
    assert depends_on_what_was_said(question)


@pytest.mark.parametrize(
    "question", ["电费占多少", "按谁的价格算的", "有便宜的替代吗", "哪些领域最严重", "中国会怎么应对"]
)
def test_a_short_question_is_in_doubt(question: str) -> None:
    """It names something, and may be meant of what was said all the same."""
    assert completeness(question) is Completeness.SHORT


@pytest.mark.parametrize("question", ["为什么要开源", "谁养猫", "谁写的", "怎么避免"])
def test_a_question_of_one_word_is_in_greater_doubt(question: str) -> None:
    """Nothing points back, yet next to nothing is named."""
    assert completeness(question) is Completeness.DOUBTFUL
