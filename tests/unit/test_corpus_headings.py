"""Sections: marked headings, and the lines of plain text that are headings too."""

from pathlib import Path

import pytest

from bot.corpus.load import load_corpus
from tests.fakes.documents import count_tokens, write_corpus

PARAGRAPH = "这是一段正文，它有好几句话。第二句在这里。第三句也在。"


def sections(root: Path, text: str) -> list[str]:
    """The names of the sections of a file with this text, in order."""
    corpus = load_corpus(write_corpus(root, {"a.md": text}), count_tokens)
    return list(dict.fromkeys(passage.section for passage in corpus.passages))


def test_deeper_headings_carry_their_parents(tmp_path: Path) -> None:
    """A section is named by its heading, behind those that it stands under; the title is not among them."""
    text = f"# 题\n\n{PARAGRAPH}\n\n## 甲\n\n{PARAGRAPH}\n\n### 乙 ###\n\n{PARAGRAPH}\n\n## 丙\n\n{PARAGRAPH}"
    assert sections(tmp_path, text) == ["", "甲", "甲 › 乙", "丙"]


@pytest.mark.parametrize(
    "line",
    [
        "符号逻辑的回归",
        "1.2 逻辑学视角",
        "一、单层感知机的致命缺陷",
        "4. 为什么法丛方向上的攻击有效?",
        "(2) 显式多候选生成(需主动配置)",
        "Q3: 第三阶段为什么要微调?有何作用?",
        "符号与概率的桥梁:CoT的奥秘",
        "Information Bottleneck and Compression Distortion",
        "III. Adversarial Examples: Fragility at Distribution Boundaries",
        "The Database Analogy (and Why It 'Misled' Us)",
        "**七律·跃龙门**",
        "参考文献:",
    ],
)
def test_plain_lines_that_are_headings(tmp_path: Path, line: str) -> None:
    """Numbered lines, emphasised lines, and short ones that stand alone open a section and stay in its text."""
    text = f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}"
    corpus = load_corpus(write_corpus(tmp_path, {"a.txt": text}), count_tokens)
    assert len({passage.section for passage in corpus.passages}) == 2
    assert corpus.passages[-1].text.startswith(line)


@pytest.mark.parametrize(
    "line",
    [
        "怎么讲?",
        "一语中的。",
        "白老师说:",
        "output=F(input)",
        "f(x+δ) → f(x)",
        "Infinite stacking won't lead to infinite growth",
        "立委在加拿大(1995)",
        "- 一个条目",
        "https://example.org/a",
        "——关于Scaling Law的一些思考",
        "决策边界:不同地形的分界线(如森林与草原的过渡带)",
        "2. General intelligence violently overshadowing shallow vertical solutions.",
    ],
)
def test_plain_lines_that_are_none(tmp_path: Path, line: str) -> None:
    """Questions, sentences, formulas, captions, items, addresses and terms with explanations stay text."""
    assert sections(tmp_path, f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}") == [""]


def test_short_lines_are_text_where_headings_are_marked(tmp_path: Path) -> None:
    """In Markdown with headings of its own, a short line that stands alone is text."""
    assert sections(tmp_path, f"# 题\n\n{PARAGRAPH}\n\n符号逻辑的回归\n\n{PARAGRAPH}") == [""]


def test_comments_in_code_are_no_headings(tmp_path: Path) -> None:
    """Lines that begin with # within code, fenced or not, open no section, and the code stays in one passage."""
    code = "import numpy as np\n\n# 定义网络结构\nW1 = np.array([[1, -1]])\n\ndef f(X):\n    # 第一层\n    return X"
    assert sections(tmp_path, f"{PARAGRAPH}\n\n{code}\n\n{PARAGRAPH}") == [""]
    assert sections(tmp_path, f"# 题\n\n```\n# 注释\n```\n\n{PARAGRAPH}") == [""]


def test_an_unclosed_fence_swallows_nothing(tmp_path: Path) -> None:
    """Without its closing mark a fence is no code, and the headings behind it count."""
    assert sections(tmp_path, f"# 题\n\n```\n\n{PARAGRAPH}\n\n## 甲\n\n{PARAGRAPH}") == ["", "甲"]


def test_a_heading_without_text_goes_with_the_next(tmp_path: Path) -> None:
    """A heading with nothing under it stands before the text of the following section."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": f"# 题\n\n## 甲\n\n## 乙\n\n{PARAGRAPH}"}), count_tokens)
    assert [(p.section, p.text) for p in corpus.passages] == [("乙", f"题\n\n## 甲\n\n## 乙\n\n{PARAGRAPH}")]


def test_a_last_heading_without_text_ends_the_section_before(tmp_path: Path) -> None:
    """A heading at the very end, such as that of a list which was lost, stays with the last passage."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.txt": f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n【相关】\n"}), count_tokens)
    assert [p.text for p in corpus.passages] == [f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n【相关】"]


def test_references_are_a_section_with_an_entry_a_sentence(tmp_path: Path) -> None:
    """A list of references is kept under its own heading, each entry one sentence."""
    entries = ["[1]: Guo, D., Yang, D. (2025). R1. arXiv.", "[2]: Vinyals, O. (2014). Grammar. arXiv."]
    text = f"# 题\n\n{PARAGRAPH}\n\nReferences:\n" + "\n".join(entries)
    passage = load_corpus(write_corpus(tmp_path, {"a.md": text}), count_tokens).passages[-1]
    assert passage.section == "References"
    assert [passage.sentence_text(s) for s in passage.sentences] == ["References:", *entries]
