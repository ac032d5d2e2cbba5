"""What the channels say of themselves, in Chinese and English. What answers say is ``bot.answering.phrases``."""

from dataclasses import dataclass, fields
from functools import cache

from bot.answering.asker_language import AskerLanguage
from bot.retrieval.opencc import traditional

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})  # subtags of the script, and of the places where it is written


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPhrases:
    """One language's texts, plain; ``{…}`` is filled in. None blames the asker."""

    placeholder: str
    greeting: str
    help: str
    text_only: str
    nothing_asked: str
    nothing_deep: str
    not_allowed: str
    not_stored: str
    unknown_command: str
    forgotten: str
    nothing_to_forget: str
    sources: str
    twin: str
    essays: str
    no_essays: str
    page_gone: str
    passage_gone: str
    earlier: str
    later: str
    command_start: str
    command_help: str
    command_ask: str
    command_deep: str
    command_essays: str
    command_new: str


_ZH = ChannelPhrases(
    placeholder="正在翻阅文章……",
    greeting="你好，我是引据。问我这些文章里的任何事，我会找出原文来回答，每句话都附上出处。"
    "\n\n直接发问题就行；在群里请 @我、回复我，或者用 /ask。\n/essays 看有哪些文章，/help 看用法。",
    help="怎么用：\n"
    "• 私聊：直接发问题。\n"
    "• 群聊：@我、回复我的消息，或用 /ask 加上问题。回复或引用某条消息再问，那条消息也会算进问题里。\n"
    "• 接着问：可以追问“那第二条呢？”，我记得这段对话。\n\n"
    "/ask 提问\n/deep 深入地问：拆成几个小问题，写一份报告\n/essays 文章列表\n"
    "/new 忘掉这段对话，重新开始\n/help 这份说明\n\n"
    "答案里的 [1] 这样的数字是链接，点开就能看到原文。",
    text_only="我只看得懂文字。请把问题写下来发给我吧。",
    nothing_asked="想问什么呢？请回复这条消息，或者在 /ask 后面写上问题。",
    nothing_deep="想深入了解什么呢？请在 /deep 后面写上问题，比如“/deep 大模型是怎么变便宜的？”。"
    "我会把它拆成几个小问题，逐个查找，写成一份带出处的报告，要多等一会儿。",
    not_allowed="抱歉，我只在指定的聊天里回答问题。想用的话，请联系管理我的人。",
    not_stored="抱歉，这个问题没能记下来，请过一会儿再发一次。",
    unknown_command="我不认识这个命令。直接发问题就行，/help 里有用法。",
    forgotten="好的，这段对话我忘掉了，我们重新开始。",
    nothing_to_forget="这里还没有对话可忘。请直接提问吧。",
    sources="出处",
    twin="另有 {title}",
    essays="文章列表（共 {count} 篇）",
    no_essays="这里还没有收录文章。",
    page_gone="这一页已经不在了，请用 /essays 重新打开列表。",
    passage_gone="这段原文已经不在原处了，文章可能更新过。直接问我，我再找找看。",
    earlier="‹ 上一段",
    later="下一段 ›",
    command_start="打个招呼",
    command_help="怎么用",
    command_ask="向这些文章提问",
    command_deep="拆成几个小问题，写一份报告",
    command_essays="文章列表",
    command_new="忘掉这段对话，重新开始",
)
_EN = ChannelPhrases(
    placeholder="Looking through the essays…",
    greeting="Hello, I am Yinju. Ask me anything about the essays here; I answer from their own words, "
    "and every claim links to its source."
    "\n\nJust send a question. In a group, mention me, reply to me, or use /ask.\n"
    "/essays lists the essays, /help says more.",
    help="How to use me:\n"
    "• In private: just send a question.\n"
    "• In a group: mention me, reply to one of my messages, or write /ask and the question. "
    "If you reply to a message or quote it, it becomes part of the question.\n"
    "• Follow up: “And the second one?” works, for I remember this conversation.\n\n"
    "/ask a question\n/deep a question to divide and write a report on\n/essays the list of essays\n"
    "/new forget this conversation and start afresh\n/help this text\n\n"
    "Numbers like [1] in an answer are links to the source.",
    text_only="I can only read text. Please write your question down for me.",
    nothing_asked="What would you like to ask? Reply to this message, or write the question after /ask.",
    nothing_deep="What would you like to look into? Write the question after /deep, for example "
    "“/deep How did large models become cheaper?”. I divide it, look into each part, and write a report "
    "with its sources; that takes a little longer.",
    not_allowed="Sorry, I only answer in certain chats. Please ask whoever runs me if you would like to join.",
    not_stored="Sorry, this question could not be kept. Please send it again in a while.",
    unknown_command="I don't know this command. Just send a question; /help says how.",
    forgotten="Done: this conversation is forgotten, and we start afresh.",
    nothing_to_forget="There is no conversation to forget yet. Just ask.",
    sources="Sources",
    twin="also as {title}",
    essays="The essays ({count})",
    no_essays="There are no essays here yet.",
    page_gone="This page is no longer there; /essays opens the list again.",
    passage_gone="This passage is no longer where it was; the essay may have changed. Ask me, and I will look again.",
    earlier="‹ earlier",
    later="later ›",
    command_start="Say hello",
    command_help="How to use me",
    command_ask="Ask the essays a question",
    command_deep="Divide a question and write a report",
    command_essays="The list of essays",
    command_new="Forget this conversation and start afresh",
)


def channel_phrases(lang: AskerLanguage) -> ChannelPhrases:
    """The texts in the asker's language."""
    return {"zh": _ZH, "zh-Hant": _hant(), "en": _EN}[lang]


@cache
def _hant() -> ChannelPhrases:
    return ChannelPhrases(**{phrase.name: traditional(getattr(_ZH, phrase.name)) for phrase in fields(_ZH)})


def language_of_code(code: str | None) -> AskerLanguage:
    """The language for someone whose app is set to ``code`` (IETF tag); Chinese where it is not known."""
    tag = (code or "zh").casefold().replace("_", "-")
    if not tag.startswith("zh"):
        return "en"
    return "zh-Hant" if _TRADITIONAL & set(tag.split("-")) and "hans" not in tag else "zh"


def is_own_phrase(text: str) -> bool:
    """Whether ``text`` is one of these, said by the bot itself."""
    return any(text == getattr(said, phrase.name) for said in (_ZH, _hant(), _EN) for phrase in fields(said))
