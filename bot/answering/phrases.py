"""What the bot says in its own words while answering, in the asker's language."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

from bot.answering.asker_language import AskerLanguage
from bot.answering.model import Notice
from bot.corpus.language import language_of
from bot.retrieval.opencc import traditional


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language's texts. All are Markdown; none blames the asker."""

    quoted_lead: str
    declined: str
    declined_empty: str
    contradicted_lead: str
    computed: str
    original: str
    translation: str
    nearest_lead: str
    not_a_question: str
    greeted: str
    thanked: str
    chatted: str
    introduced: str
    all_essays: str
    some_essays: str
    one_essay: str
    failed: str
    model_unreachable: str
    model_late: str
    model_busy: str
    model_refused: str
    model_silent: str
    model_lost: str
    broken_off: str
    out_of_time: str
    out_of_tokens: str
    undivided: str
    unplanned: str
    planning: str
    searching: str
    writing: str
    summary_lead: str
    unsaid_lead: str
    title_open: str
    title_close: str
    list_comma: str
    full_stop: str


_ZH = Phrases(
    quoted_lead="文中与此最相关的原话：",
    contradicted_lead="问题里说“{stated}”，文中的说法是：",
    computed="（计算：{equation}）",
    original="（英文原文）",
    translation="译文（模型翻译）：",
    declined="这些文章里没有找到能回答这个问题的内容。",
    declined_empty="这里还没有收录文章，暂时答不了问题。",
    nearest_lead="相近的文章有：",
    not_a_question="没能从这条消息里读出问题。请用一句话问问这些文章里的内容。",
    greeted="你好！想知道这些文章里写了什么，直接用一句话问我就行。",
    thanked="不客气！关于这些文章，随时可以接着问。",
    chatted="我在呢！闲聊我不在行，这些文章里写了什么倒可以问我。",
    introduced="我是引据，一个读文章的机器人：问我这些文章里的内容，我找出原文来回答，附上出处；文章里没写的，我会直说。",
    all_essays="这里收有 {count} 篇文章：{named}。",
    some_essays="这里收有 {count} 篇文章，其中有{named}。",
    one_essay="这里收有一篇文章：{named}。",
    failed="抱歉，查找文章时出了故障，这个问题暂时没能回答。请过一会儿再试。",
    model_unreachable="（语言模型暂时联系不上，以下直接引用原文。）",
    model_late="（语言模型没能及时回答，以下直接引用原文。）",
    model_busy="（语言模型现在太忙，以下直接引用原文。）",
    model_refused="（语言模型没有接受请求，要由管理员检查设置；以下直接引用原文。）",
    model_silent="（语言模型没有给出可用的回答，以下直接引用原文。）",
    model_lost="（语言模型中途停了，没写完的部分直接引用原文。）",
    broken_off="（语言模型没写完就中断了，以下是已经写完的句子。）",
    out_of_time="（到了时间上限：没写完的就此打住，没写到的直接引用原文。）",
    out_of_tokens="（到了篇幅上限：没写完的就此打住，没写到的直接引用原文。）",
    undivided="（这个问题没有可以分开查的几个方面，所以照平常的方式回答。）",
    unplanned="（这次没能把问题拆成可以分开查的几个方面，所以照平常的方式回答。）",
    planning="拆分问题",
    searching="查找“{question}”",
    writing="写第 {n} 节，共 {total} 节：{question}",
    summary_lead="**要点**",
    unsaid_lead="**文章没有谈到的**",
    title_open="《",
    title_close="》",
    list_comma="、",
    full_stop="。",
)
_EN = Phrases(
    quoted_lead="What the essays say that comes closest:",
    contradicted_lead="The question says “{stated}”; the essays say:",
    computed=" (computed: {equation})",
    original=" (original in Chinese)",
    translation="Translation (by the model): ",
    declined="The essays don't seem to answer this question.",
    declined_empty="There are no essays here yet, so no question can be answered for now.",
    nearest_lead="The nearest essays are: ",
    not_a_question="I couldn't make out a question in this message. Ask about the essays in a sentence.",
    greeted="Hello! Ask me anything about the essays in a sentence.",
    thanked="You're welcome! Ask about the essays whenever you like.",
    chatted="I'm here! I'm not much good at small talk, but do ask me what the essays say.",
    introduced="I'm Yinju, a bot that has read some essays: ask what they say, and I answer from their own words, "
    "with the sources. Where they don't say, I tell you so.",
    all_essays="There are {count} essays here: {named}.",
    some_essays="There are {count} essays here, among them {named}.",
    one_essay="There is one essay here: {named}.",
    failed="Sorry, something went wrong while searching the essays, and this question has no answer yet. "
    "Please try again in a while.",
    model_unreachable="(The language model could not be reached, so here are the essays' own words.)",
    model_late="(The language model did not answer in time, so here are the essays' own words.)",
    model_busy="(The language model is too busy just now, so here are the essays' own words.)",
    model_refused="(The language model did not take the request, which is for the operator to look into; "
    "here are the essays' own words.)",
    model_silent="(The language model gave no answer that can be used, so here are the essays' own words.)",
    model_lost="(The language model stopped on the way, so what it left unwritten is in the essays' own words.)",
    broken_off="(The language model was cut off while writing; these are the sentences that it had finished.)",
    out_of_time="(The time for a report ran out: what was begun is cut short, the rest is in the essays' own words.)",
    out_of_tokens="(A report may be no longer: what was begun is cut short, the rest is in the essays' own words.)",
    undivided="(There were no separate aspects of this question to look into, so here is an ordinary answer.)",
    unplanned="(The question could not be divided into aspects this time, so here is an ordinary answer.)",
    planning="Dividing the question",
    searching="Searching for “{question}”",
    writing="Writing section {n} of {total}: {question}",
    summary_lead="**In short**",
    unsaid_lead="**What the essays don't say**",
    title_open="“",
    title_close="”",
    list_comma=", ",
    full_stop=".",
)


def phrases(lang: AskerLanguage) -> Phrases:
    """The texts in the asker's language."""
    return {"zh": _ZH, "zh-Hant": _hant(), "en": _EN}[lang]


@cache
def _hant() -> Phrases:
    return Phrases(**{phrase.name: traditional(getattr(_ZH, phrase.name)) for phrase in fields(_ZH)})


def quoted_lead(lang: AskerLanguage, contradicted: str | None) -> str:
    """What stands above quotes; ``contradicted``: what the question states and the first of them does not."""
    if contradicted is None:
        return phrases(lang).quoted_lead
    stated = traditional(contradicted) if lang == "zh-Hant" else contradicted
    return phrases(lang).contradicted_lead.format(stated=stated)


def notice_line(notice: Notice, lang: AskerLanguage) -> str:
    """The line that a channel shows above an answer that carries ``notice``."""
    line: str = getattr(phrases(lang), notice.value)
    return line


def original_label(lang: AskerLanguage, quote: str) -> str:
    """What is said beside a quote in another language than the asker's; empty where it is in theirs."""
    return phrases(lang).original if is_foreign(lang, quote) else ""


def is_foreign(lang: AskerLanguage, text: str) -> bool:
    """Whether ``text`` is in another language than the asker's; the script of Chinese makes no difference."""
    return (language_of(text) == "en") is not (lang == "en")


def title_in(lang: AskerLanguage, title: str) -> str:
    """An essay's title, marked as one."""
    said = phrases(lang)
    if title.startswith("《") and title.endswith("》") and title.count("《") == 1:
        return title
    # Titles within a title take the single form: 《R1：〈立委列传〉》.
    return f"{said.title_open}{title.replace('《', '〈').replace('》', '〉')}{said.title_close}"


def essays_line(lang: AskerLanguage, named: Sequence[str], *, count: int) -> str:
    """The sentence that says how many essays there are and names some; empty where none is named.

    ``named`` is Markdown.
    """
    said = phrases(lang)
    if not named:
        return ""
    text = said.some_essays if len(named) < count else said.all_essays if count > 1 else said.one_essay
    return text.format(count=count, named=said.list_comma.join(named))


def nearest_line(lang: AskerLanguage, named: Sequence[str]) -> str:
    """The sentence that names the nearest essays; empty where there are none. ``named`` is Markdown."""
    said = phrases(lang)
    return f"{said.nearest_lead}{said.list_comma.join(named)}{said.full_stop}" if named else ""
