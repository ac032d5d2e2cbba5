"""Whether a line of an essay is prose, or code, or an entry of its references."""

import re

_CODE = re.compile(
    r"\s*(?:import\s+\w|from\s+\S+\s+import\b|def\s+\w+\(|class\s+\w+[(:]|return\b[^。，]*[\w)\]}]\s*\Z|(?:print|console\.log)\("
    r"|[A-Za-z_][\w.\[\]]*\s*[-+*/|:]?=\s*\S|[A-Za-z_][\w.]*\([^()。，]*\)\s*;?\s*\Z|#include\b|//|[{}\]);]+\s*\Z)"
)
_REFERENCE = re.compile(
    r"\s*(?:\[\^?\w{1,12}\]|\d{1,3}\.)(?::\s|\s).{0,400}?(?:https?://|\(\d{4}[a-z]?\)|\(n\.d\.\)|\barXiv\b|\bdoi\b)",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"\s*<?https?://\S+>?\s*\Z")
_ASKS_FOR_OTHERS = re.compile(
    r"代码|函数|程序|导入|引用|参考|文献|论文|链接|网址|出处"
    r"|\b(?:python|code[ds]?|functions?|imports?|imported|programs?|scripts?|librar(?:y|ies)|references?|cite[ds]?|papers?|doi"
    r"|arxiv|links?|urls?|address(?:es)?)\b",
    re.IGNORECASE,
)


def is_prose(markdown: str) -> bool:
    """Whether ``markdown``, a sentence as it stands in an essay, is neither code nor a reference nor an address."""
    return not (_CODE.match(markdown) or _REFERENCE.match(markdown) or _ADDRESS.match(markdown))


def asks_for_others(question: str) -> bool:
    """Whether ``question`` may be answered by what is no prose. Errs towards yes."""
    return _ASKS_FOR_OTHERS.search(question) is not None
