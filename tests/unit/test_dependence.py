import pytest

from bot.conversation.completeness import depends_on_what_was_said
from bot.conversation.dependence import names_another

FOLLOW_UPS = """\
那第二条呢？
第二个呢
那H20呢
为什么？
为啥呢
它有什么缺点
他后来去哪了
这个方法有什么问题？
具体怎么做
还有吗
然后呢？
那篇文章的作者是谁
前者和后者哪个更好
还有别的原因吗
那他怎么看OpenAI
能举个例子吗
详细讲讲
那另一个他觉得适合拿来干啥
这是什么意思
怎么解决的
哪一年？
在那篇里他怎么说
这两者的区别是什么
好的。那第三点呢？
And the second one?
why?
what about the other one
how does it work?
who said that?
is that true?
and in China?
can you give an example
tell me more
what does he think of it
which one is better?
why not
So what happened next?
are they expensive?
when was that
does the author agree with this?
第一类是什么？
这位数学家是怎么死的？
那碩士讀的是什麼
為什麼呢？
How many GPUs does his company have?
why did he leave his old job?
How much memory does it save?
Who at DeepSeek invented it?
Which company uses it?
What problem does it solve?
Compare them with GPT-3
same for GPT-3
Is this cheaper than Llama?
Who first proposed those laws?
Why do such laws break down?
How long did they hold Claude 3.5 Sonnet back?
And how many GPUs were used?
哪家公司用了它？
Meta 也用它吗？
能省多少内存？
上述技术的局限是什么？
对此作者怎么评价？
作者对此有什么看法？
何时发布的？
该公司创始人是谁？
英文全称是什么？
跟强化学习有什么关系？
相比之下 GQA 怎么样？
同样的技术呢
作者的这个观点对吗
作者的理由呢
能降低多少显存？
繼續講
具体怎么训练的
别的公司呢
为什么？我想知道 DeepSeek 的理由
""".splitlines()
QUESTIONS = """\
谁的小猫叫伽罗瓦
MLA到底省多少显存
什么是思维链？
DeepSeek是谁做的
H20和H100的区别是什么
红烧肉咋做才不腻
写在甲辰年末那篇怎么讲摩尔定律的
知乎那位怎么看GPT
那只叫伽罗瓦的猫几岁了
立委当年在哪里插队
台积电的创始人是谁
作者认为大模型的泡沫什么时候会破
幻觉最容易出现在哪些地方？
推理模型的缩放定律是怎样的呢？
其他国家怎么看出口管制
What is MLA?
who founded TSMC?
How long did it take DeepSeek to get 100M users?
What does the movie Lucy have to do with transformers?
Whose cat is called Galois?
How did Musk power his cluster?
Is it ok to train on copyrighted data in Japan?
Why do agents fail on long jobs even when each of their steps is right?
Explain scaling laws
What is the idea that Li Wei defends?
why is Taiwan so important for chips
Does DeepSeek publish its weights?
What is grokking?
so what is an s-curve?
那“YOLO”又是什么
那H20是什么
那隻叫伽羅瓦的貓幾歲了
What did Musk say about his cluster?
别的公司为什么没有采用MLA？
继续教育的意义是什么？
吉他和钢琴哪个难学？
那些年语言学家在做什么？
这几年大模型有什么进展？
这首歌《世界赠予我的》有什么短板？
具体的训练流程 DeepSeek R1 分几步？
作者的小猫叫什么名字？
小猫叫什么？MLA 能降低多少内存？
作者的小猫叫什么名字？MLA 能降低多少内存？
可以用大模型写论文吗
同样的钱能买多少张H20
Does it make sense to train a model on books?
Why does it matter that DeepSeek opened its weights?
那个甩手不搞AI的老哥撂挑子图啥啊
能源会限制AI吗？
我该怎么学AI
So what does the author think about RPA startups?
And DeepSeek R1, how was it trained?
Really large models: how are they trained?
How much does it cost to train GPT-4?
What makes it hard to train GPT-4?
When DeepSeek trained R1, did it use SFT?
Why would teaching R1 to reason make it worse at something as easy as summarizing?
What do the essays say in this style of RL about the mistakes that snowball?
""".splitlines()


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_follow_ups_are_told(question: str) -> None:
    """A question that opens like a reply, points back or says next to nothing hangs on what was said."""
    assert depends_on_what_was_said(question)


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_of_their_own_are_left_alone(question: str) -> None:
    """A question that names what it is about stands on its own, short or long."""
    assert not depends_on_what_was_said(question)


@pytest.mark.parametrize(
    ("question", "another"),
    [
        ("那Meta呢，多少卡用来训练", True),
        ("那《超体》呢", True),
        ("And what about Claude?", True),
        ("那后来顶替它的H20呢", False),
        ("How does Claude compare with it?", False),
        ("那H100呢", False),
        ("And the price?", False),
    ],
)
def test_a_new_name_takes_the_place_of_the_old_one(question: str, another: bool) -> None:
    """But not where a pronoun keeps the old one in play, and not a name that was there already."""
    assert names_another(question, "H800跟H100差在哪里") is another
