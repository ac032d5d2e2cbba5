"""Made-up essays for property tests: Markdown of known sentences, and a count of tokens that anybody can check."""

import re
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

TOKEN = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+|[^\sA-Za-z0-9\u3400-\u9fff]")
SPECIAL_TOKENS = 5

CHINESE_WORDS = [
    "模型",
    "推理",
    "训练",
    "数据",
    "算力",
    "注意力",
    "流形",
    "幻觉",
    "猫",
    "伽罗瓦",
    "时间",
    "芯片",
    "MLA",
    "R1 论文",
]
ENGLISH_WORDS = [
    "model",
    "token",
    "Transformer",
    "attention",
    "scale",
    "cat",
    "Dr. Bai",
    "e.g. this",
    "3.5",
    "GPT-4",
    "law",
]
WORD_COUNTS = st.integers(min_value=1, max_value=20)


def count_tokens(text: str) -> int:
    """Chinese characters, words and marks, and what an embedder adds to any text."""
    return len(TOKEN.findall(text)) + SPECIAL_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text and the sentences that were put into it, in order."""

    text: str
    sentences: tuple[str, ...]


def write_corpus(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below ``root`` byte for byte and return ``root``."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@st.composite
def chinese_sentences(draw: st.DrawFn) -> str:
    """Of 4 to some 150 characters, with a comma inside and one mark at the end."""
    before, after = draw(WORD_COUNTS), draw(WORD_COUNTS)
    words = draw(st.permutations(CHINESE_WORDS)) * 3
    return "".join(words[:before]) + "，" + "".join(words[before : before + after]) + draw(st.sampled_from("。！？"))


@st.composite
def english_sentences(draw: st.DrawFn) -> str:
    """Of 3 to some 60 words, abbreviations and numbers among them, with one mark at the end."""
    words = draw(st.permutations(ENGLISH_WORDS)) * 5
    ends = st.sampled_from([" ends.", " ends!", " ends?", ' "ends."', " (ends.)"])
    return "Thus " + " ".join(words[: draw(WORD_COUNTS) * 2]) + draw(ends)


@st.composite
def paragraphs(draw: st.DrawFn) -> Document:
    """Sentences of one language on one line."""
    if draw(st.booleans()):
        sentences = draw(st.lists(chinese_sentences(), min_size=1, max_size=8))
        if draw(st.booleans()):
            sentences[-1] = f"“{sentences[-1]}”"
        return Document(text="".join(sentences), sentences=tuple(sentences))
    sentences = draw(st.lists(english_sentences(), min_size=1, max_size=8))
    return Document(text=" ".join(sentences), sentences=tuple(sentences))


@st.composite
def lists(draw: st.DrawFn) -> Document:
    """Items of one sentence, numbered or not, announced by a line."""
    items = draw(st.lists(st.one_of(chinese_sentences(), english_sentences()), min_size=1, max_size=6))
    numbered = draw(st.booleans())
    lines = [f"{n}. {item}" if numbered else f"- {item}" for n, item in enumerate(items, 1)]
    return Document(text="\n".join(["要点如下：", *lines]), sentences=("要点如下：", *lines))


@st.composite
def tables(draw: st.DrawFn) -> Document:
    """A table with a rule under its head."""
    rows = draw(st.lists(st.sampled_from(CHINESE_WORDS + ENGLISH_WORDS), min_size=1, max_size=12))
    lines = ["| 名称 | 值 |", "| --- | --- |", *(f"| {row} | {n} |" for n, row in enumerate(rows))]
    return Document(text="\n".join(lines), sentences=tuple(lines))


@st.composite
def code_blocks(draw: st.DrawFn) -> Document:
    """Fenced code with lines that would be headings, rules and list items elsewhere."""
    pool = ["# no heading", "x = 1", "- no item", "print(x)", "y = f(x)  # 注释"]
    lines = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=15))
    return Document(text="\n".join(["```python", *lines, "```"]), sentences=tuple(lines))


def marks() -> st.SearchStrategy[Document]:
    """Blocks that hold no text."""
    texts = ["---", "* * *", "![](images/a.jpg)", "![](a.png)![](data:image/svg+xml;utf8,<svg></svg>)", ">", "\u00a0"]
    return st.sampled_from(texts).map(lambda text: Document(text=text, sentences=()))


def quotes() -> st.SearchStrategy[Document]:
    """Quoted paragraphs."""
    return paragraphs().map(lambda part: Document(text=f"> {part.text}", sentences=part.sentences))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A Markdown essay under headings that differ, in either convention of line breaks."""
    part = st.one_of(paragraphs(), paragraphs(), lists(), tables(), code_blocks(), marks(), quotes())
    parts: list[Document] = []
    for n in range(draw(st.integers(min_value=1, max_value=4))):
        heading = f"第{n}节 {draw(st.sampled_from(CHINESE_WORDS))}"
        level = draw(st.integers(min_value=1, max_value=3))
        parts.append(Document(text=f"{'#' * level} {heading}", sentences=(heading,)))
        parts.extend(draw(st.lists(part, max_size=6)))
    line_break = draw(st.sampled_from(["\n", "\r\n"]))
    gap = line_break * draw(st.integers(min_value=2, max_value=3))
    return Document(
        text=gap.join(part.text.replace("\n", line_break) for part in parts),
        sentences=tuple(sentence for part in parts for sentence in part.sentences),
    )
