"""A follow-up made a question of its own: by a model, or from the words said before."""

import pytest

from bot.answering.model import Turn
from bot.answering.phrases import phrases
from bot.answering.planned_search import Found
from bot.answering.stopwatch import Stopwatch
from bot.conversation.follow_up import FollowUps, gist
from bot.errors import ModelUnavailable, YinjuError
from bot.retrieval.model import Hit
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.passages import make_passage
from tests.fakes.said import SAID, WITH_WHAT_WAS_SAID, turns

STATEMENT = "MLA能将注意力机制的内存消耗降低80%到90%。"


@pytest.mark.parametrize(
    "question",
    [
        "谁的小猫叫伽罗瓦？",
        "台积电的工厂在哪里建成？",
        "知乎那位离职的员工说迪普希克坏在哪？",
        "How many minutes did R1 spend on the nine-digit multiplication?",
        "Whose cat is called Galois?",
    ],
)
async def test_a_new_question_as_a_reply_is_searched_for_as_it_is(question: str) -> None:
    """To reply is a way to call the bot; what is asked may have nothing to do with what is replied to."""
    model = FakeChatModel("something else")
    assert await FollowUps([model]).about(question, STATEMENT) == question
    assert model.asked == []


@pytest.mark.parametrize(
    "question",
    [
        "这个说法对吗",
        "请问这个说法有道理吗？",
        "你觉得他说得对吗",
        "为什么？",
        "出处呢",
        "是真的吗",
        "以上内容属实吗",
        "source?",
        "Why?",
        "Is this claim right?",
        "can you check whether this is correct?",
        "fact check please",
        "?",
    ],
)
async def test_a_reply_that_points_at_its_message_is_searched_for_with_it(question: str) -> None:
    """Somebody's statement and the doubt of it make one question; so do an answer and a bare why."""
    assert await FollowUps().about(question, STATEMENT) == f"{question} {STATEMENT}"


async def test_a_model_rewrites_a_follow_up() -> None:
    """One short call with the conversation in it."""
    model = FakeChatModel("<think>hm</think>“迪普希克的第二个坏是什么？”\n")
    assert await FollowUps([model]).standalone("第二个呢", SAID) == "迪普希克的第二个坏是什么？"
    assert "离职那位说迪普希克很坏" in model.asked[0][-1].content


@pytest.mark.parametrize(
    "model",
    [
        FakeChatModel(error=ModelUnavailable("x")),
        FakeChatModel("too late", pause_s=5),
        FakeChatModel(""),
        FakeChatModel("第二个呢"),
        FakeChatModel("第一行\n第二行"),
        FakeChatModel("很长" * 500),
    ],
)
async def test_a_model_that_fails_is_not_noticed(model: FakeChatModel) -> None:
    """Late, silent or talkative models leave the follow-up to the words that were said."""
    standalone = await FollowUps([model], timeout_s=0.1).standalone("第二个呢", SAID)
    assert standalone == WITH_WHAT_WAS_SAID


async def test_a_question_of_its_own_costs_no_call() -> None:
    """What stands on its own is left untouched, and so is the first question of all."""
    model = FakeChatModel("something else")
    follow_ups = FollowUps([model])
    assert await follow_ups.standalone("MLA到底省多少显存", SAID) == "MLA到底省多少显存"
    assert await follow_ups.standalone("第二个呢", []) == "第二个呢"
    assert model.asked == []


async def test_a_chain_of_follow_ups_goes_back_to_its_question() -> None:
    """The words come from the last question that stood on its own, and from all after it."""
    said = [Turn(role="user", content=text) for text in ("MLA到底省多少显存", "谁的小猫叫伽罗瓦", "它几岁了？")]
    assert await FollowUps().standalone("那狗呢？", said) == "谁的小猫叫伽罗瓦 它几岁了？ 那狗呢？"


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("回到MLA，它难在哪", "MLA到底省多少显存 回到MLA，它难在哪"),
        ("back to MLA: is it hard?", "MLA到底省多少显存 back to MLA: is it hard?"),
        ("回到刚才那个问题，为什么", "MLA到底省多少显存 回到刚才那个问题，为什么"),
        ("回到伽羅瓦的貓，牠多大了", "谁的小猫叫伽罗瓦 回到伽羅瓦的貓，牠多大了"),
    ],
)
async def test_coming_back_to_an_earlier_subject(question: str, standalone: str) -> None:
    """The question that was about it comes along, and nothing that was said since."""
    said = turns("MLA到底省多少显存", "谁的小猫叫伽罗瓦", "它几岁了？")
    assert await FollowUps().standalone(question, said) == standalone


async def test_a_follow_up_to_a_return_hangs_on_what_was_returned_to() -> None:
    """The subject is the one that was come back to, not the one in between."""
    said = turns("MLA到底省多少显存", "谁的小猫叫伽罗瓦", "回到MLA，它难在哪")
    standalone = await FollowUps().standalone("那成本呢", said)
    assert standalone == "MLA到底省多少显存 回到MLA，它难在哪 嗯 那成本呢"


async def test_a_bare_return_is_no_link_of_the_chain() -> None:
    """What it came back to is."""
    said = turns("MLA到底省多少显存", "谁的小猫叫伽罗瓦", "回到MLA")
    assert await FollowUps().standalone("那成本呢", said) == "MLA到底省多少显存 嗯 那成本呢"


async def test_a_long_chain_keeps_its_first_question() -> None:
    """Whatever comes in between, the subject was named there."""
    said = turns("谁的小猫叫伽罗瓦", "它几岁了？", "为什么？", "具体呢？", "还有吗")
    standalone = await FollowUps().standalone("然后呢？", said)
    assert standalone == "谁的小猫叫伽罗瓦 还有吗 嗯 然后呢？"


async def test_a_new_name_leaves_the_old_answer_behind() -> None:
    """The words about the old one would outweigh it."""
    said = [Turn(role="user", content="马斯克的集群有多少块GPU"), Turn(role="assistant", content="马斯克有20万块。")]
    assert await FollowUps().standalone("那Meta呢", said) == "马斯克的集群有多少块GPU 那Meta呢"


def test_the_gist_of_an_answer() -> None:
    """Markers, markup, the lead of quotes and long tails go; an answer that says there is none has no gist."""
    quoted = f"{phrases('zh').quoted_lead}\n\n> **猫**叫伽罗瓦。 [1]\n\n> 它很懒。 [2]"
    assert gist(quoted) == "猫叫伽罗瓦。 它很懒。"
    foreign = f"{phrases('zh-Hant').quoted_lead}\n\n> It is lazy. [1]{phrases('zh-Hant').original}"
    assert gist(foreign) == "It is lazy."
    assert gist(f"{phrases('en').declined}\n\nThe nearest essays are: …") == ""
    assert len(gist("很长" * 500)) == 200


OPEN_THREAD = [
    Turn(role="user", content="R1的幻觉率是多少"),
    Turn(role="assistant", content="R1的幻觉率是14.3%，高于V3的3.9%[1]。"),
]


@pytest.mark.parametrize("question", ["哪些领域最严重", "为什么要开源", "有便宜的替代吗", "Is distillation legal?"])
async def test_a_model_that_repeats_a_question_in_doubt_is_believed(question: str) -> None:
    """It was asked whether something is left out, and says no."""
    model = FakeChatModel(question)
    assert await FollowUps([model]).standalone(question, OPEN_THREAD) == question
    assert len(model.asked) == 1


@pytest.mark.parametrize("question", ["为什么差这么多", "它呢", "vs V3?"])
async def test_a_model_that_repeats_half_a_question_is_not_believed(question: str) -> None:
    """What points back cannot stand alone, whatever the model says."""
    standalone = await FollowUps([FakeChatModel(question)]).standalone(question, OPEN_THREAD)
    assert standalone.startswith("R1的幻觉率是多少")


@pytest.mark.parametrize(
    ("question", "rewriting"),
    [
        ("哪些领域最严重", "R1的幻觉率在哪些领域最严重"),
        ("为什么差这么多", "R1的幻觉率为什么比V3高这么多"),
        ("准确吗", "R1的幻觉率准确吗"),
    ],
)
async def test_a_model_is_asked_about_a_short_question_in_an_open_thread(question: str, rewriting: str) -> None:
    """And what it fills in is searched for."""
    assert await FollowUps([FakeChatModel(rewriting)]).standalone(question, OPEN_THREAD) == rewriting


async def test_a_short_question_stands_alone_without_a_model() -> None:
    """It names something, which the old thread would outweigh."""
    assert await FollowUps().standalone("哪些领域最严重", OPEN_THREAD) == "哪些领域最严重"


@pytest.mark.parametrize("question", ["用一句话总结", "翻译成英文", "你确定吗", "Source?"])
async def test_another_form_of_what_was_said_is_searched_for_as_that(question: str) -> None:
    """The question before it, its own thread included; and such a request is no subject for the next one."""
    history = [*OPEN_THREAD, *turns("总结一下上面的回答")]
    assert await FollowUps().standalone(question, history) == "R1的幻觉率是多少"
    standalone = await FollowUps().standalone(question, [*OPEN_THREAD, *turns("那V3呢")])
    assert standalone == "R1的幻觉率是多少 那V3呢"


async def test_thanks_and_emoji_are_no_part_of_a_thread() -> None:
    """Nor is what was answered to them."""
    history = [*turns("R1的幻觉率是多少"), *turns("谢谢", "🙂")]
    assert await FollowUps().standalone("那为什么呢", history) == "R1的幻觉率是多少 嗯 那为什么呢"


async def test_of_quotes_only_the_names_are_carried_over() -> None:
    """Whole quotes would find themselves again."""
    quoted = f"{phrases('zh').quoted_lead}\n\n> 据 Vectara 测试，AI 里 R1 的 tokens 比 V3 多 14.3%。 [1]"
    history = [Turn(role="user", content="R1的幻觉率是多少"), Turn(role="assistant", content=quoted)]
    assert await FollowUps().standalone("为什么这么高", history) == "R1的幻觉率是多少 Vectara V3 为什么这么高"


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("回到张忠谋，他哪年创立台积电", "张忠谋，他哪年创立台积电"),
        ("Going back to export controls, will they cause a war?", "export controls, will they cause a war?"),
        ("回到第一个问题", "MLA到底省多少显存"),
        ("回到刚才的问题", "MLA到底省多少显存"),
    ],
)
async def test_coming_back_to_what_was_never_asked(question: str, standalone: str) -> None:
    """The subject named stands alone; where it is only counted, the question itself is meant."""
    said = turns("MLA到底省多少显存", "谁的小猫叫伽罗瓦")
    assert await FollowUps().standalone(question, said) == standalone


class Essays:
    """Finds ``text`` for everything, and takes it for an answer to ``answered``; or fails."""

    def __init__(self, text: str, *, answered: str = "", error: YinjuError | None = None) -> None:
        self._text, self._answered, self._error = text, answered, error

    async def find(self, question: str, *, k: int, watch: Stopwatch | None = None) -> Found:
        if self._error is not None:
            raise self._error
        hit = Hit(
            passage=make_passage(self._text),
            score=1,
            similarity=1,
            dense=1,
            lexical=1,
            coverage=1,
            sentence_scores=(1,),
        )
        return Found(hits=[hit], is_sufficient=question == self._answered)


@pytest.mark.parametrize(
    ("essays", "hangs"),
    [
        (Essays("语言文字这些领域的幻觉最严重"), True),
        (Essays("语言文字这些领域的幻觉最严重", answered="哪些领域最严重"), False),
        (Essays("台积电的工厂"), False),
        (Essays("", error=ModelUnavailable("x")), False),
    ],
)
async def test_the_essays_tell_what_a_short_question_hangs_on(essays: Essays, hangs: bool) -> None:
    """Without a model: on what was said if they do not answer it alone, and have its words beside that."""
    standalone = await FollowUps(search=essays).standalone("哪些领域最严重", OPEN_THREAD)
    assert (standalone != "哪些领域最严重") is hangs
    assert standalone.endswith("哪些领域最严重")
