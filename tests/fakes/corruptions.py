"""Correct answers made of the golden questions' evidence, and the same with one fault each, drawn by seed."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.corpus.language import language_of
from bot.corpus.load import load_corpus
from bot.corpus.model import Passage
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
# Faults of each kind, a thousand in all.
WANTED = {
    "absent number": 100,
    "wrong number": 150,
    "swapped essay": 150,
    "quotation": 150,
    "figure": 150,
    "date": 50,
    "name": 150,
    "negation": 100,
}
OTHERS = 5  # passages that were given beside the cited ones

# Names that the evidence holds, sorted by what can stand for what without a break of grammar. The replacements come
# from the same row, and from the second list, which no essay need know.
NAMES = (
    ("伽罗瓦", "刘维尔", "闵斯基", "特朗普", "迪普希克", "杰文斯", "西西弗斯", "范德华", "露西"),
    ("谷歌", "英伟达", "台积电", "华为", "特斯拉", "德州仪器", "阿里"),
    ("Google", "Meta", "OpenAI", "NVIDIA", "DeepSeek", "Anthropic", "Perplexity", "Cursor", "Mistral", "AWS"),
    (
        "H100",
        "A100",
        "H20",
        "H200",
        "GPT-3",
        "GPT3",
        "GPT-4",
        "R1",
        "V3",
        "o3-mini",
        "DeepSeek-R1",
        "AlphaZero",
        "AlphaGo",
    ),
    ("中国", "日本", "台湾", "德克萨斯", "成都"),
    ("Galois", "Kaplan", "Altman", "Liouville", "Lü Zhengdong", "Moore"),
    ("PyTorch", "Transformer", "Llama", "Claude", "ChatGPT", "TPU", "MLA", "MoE", "PPO", "DPO", "RNN", "SFT", "RPA"),
)
STRANGERS = (
    ("柯西", "傅里叶", "罗森布拉特", "拜登", "加缪", "海森堡", "罗素", "瓦特", "卢梭"),
    ("微软", "亚马逊", "英特尔", "三星", "索尼", "软银", "百度"),
    ("Microsoft", "Amazon", "Intel", "Samsung", "Oracle", "Baidu", "Cohere", "Databricks", "Palantir", "Siemens"),
    ("B200", "V100", "GPT-5", "GPT-2", "R2", "V4", "o5", "Qwen-72B", "PaLM2", "Gemini-9"),
    ("法国", "印度", "韩国", "加利福尼亚", "南京"),
    ("Hoffmann", "Cauchy", "Bezos", "Riemann", "Zhang Wei", "Turing"),
    ("TensorFlow", "Mamba", "Falcon", "Bard", "Copilot", "ASIC", "GQA", "LoRA", "A3C", "KTO", "CNN", "RAGX", "BPM"),
)
_LEADS = {
    "zh": ("文中提到，{}。", "根据作者的说法，{}。", "简单说，{}。", "作者认为：{}。", "{}，这是文章里的说法。"),
    "en": (
        "According to the essay, {}.",
        "The author says that {}.",
        "In short, {}.",
        "As the text puts it, {}.",
        "{}, the essay says.",
    ),
}
_QUOTING = {
    "zh": ("作者写道：“{}”。", "原文是“{}”。", "文中说「{}」。"),
    "en": ('The author writes: "{}".', "In the essay's words, “{}.”", 'It says "{}" there.'),
}
_EQUIVALENTS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?<![\d.])(\d+)W(?=美元|张)", lambda m: f"{m[1]}万"),
    (r"(?<![\d.,])(\d)(\d{3})(?=张|倍|颗)", lambda m: f"{m[1]},{m[2]}"),
    (r"(\d{4})-(\d\d)-(\d\d)(?= )", lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日"),
    (r"(?<![\d.])(\d+)万(?=[条块])", lambda m: f"{int(m[1]) * 10_000:,}"),
    (r"(?<![\d.~-])([1-9])0%(?!到)", lambda m: "一二三四五六七八九"[int(m[1]) - 1] + "成"),
    (r"\$1B", lambda m: "$1 billion"),
    (r"(?<=\D)8 年", lambda m: "八年"),
    (r"100 million", lambda m: "100,000,000"),
)
_TURNS = tuple(
    (turn.split("/")[0], turn.split("/")[1])
    for line in (
        "不是/是|没有/有|不能/能|并非/正是|无法/可以|难以/容易|绝无可能/完全可能|不会/会|不可能/可能|不要/要",
        "不仅/不|提高/降低|降低/提高|超过/低于|至少/至多|高于/低于|增加/减少|避免/没有避免|更高/更低|是/不是",
        "能/不能|会/不会|可以/不可以|需要/不需要|有/没有|支持/不支持|存在/不存在| do not / do | don't / do ",
        " isn't / is | not / | never / always |impossible/possible| can't / can | is / is not | are / are not ",
        " can / cannot | could / could not | was / was not | more / less | higher / lower | may / may not ",
        " would / would not | decreasing / increasing | has / has never | have / have never ",
        "surpassed/did not surpass|outperforms/does not outperform",
    )
    for turn in line.split("|")
)
_NUMBER = re.compile(r"(?<![A-Za-z\d.:/-])(?<![A-Za-z] )\d+(?:\.\d+)?(?![\d.、]|[A-VX-Za-z]|:\d|-\d|月|日|年\d)")
_DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d|年(?:\d+月\d+日)?|(?=\)))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A sentence of an answer, the passages it cites and those it could have cited."""

    kind: str
    case: str
    question: str
    words: str  # of the essay, as they stand in the sentence
    sentence: str
    cited: tuple[Passage, ...]
    others: tuple[Passage, ...]


def seed_passages() -> tuple[Passage, ...]:
    """The passages of the essays that come with the bot, a token counted as some characters."""
    return load_corpus(SEEDS, lambda text: sum(1.0 if char > "\u2e7f" else 0.25 for char in text).__ceil__()).passages


def clean_answers(passages: Sequence[Passage], *, seed: int) -> list[Answered]:
    """Claims that hold: the evidence as it stands, retold, with numbers written otherwise, and quoted."""
    draw = random.Random(seed)
    cases = read_golden(SEEDS / "golden" / "dev.jsonl", corpus_texts(SEEDS))
    answers: list[Answered] = []
    for case in cases:
        for target in case.evidence:
            holding = [p for p in passages if _holds(p, target.span.file, target.span.start, target.span.end)]
            if holding:
                words = holding[0].text[target.span.start - holding[0].span.start :][
                    : target.span.end - target.span.start
                ]
                one = Answered(
                    kind="", case=case.id, question=case.question, words="", sentence="", cited=(holding[0],),
                    others=_others(passages, holding[0], draw),
                )  # fmt: skip
                answers.extend(_told(one, words.strip(" >*-\n。."), draw))
    return answers


def pointed(cases: Sequence[Case], passages: Sequence[Passage], *, seed: int) -> Iterator[Answered]:
    """The points of right answers, each a sentence over a passage that holds evidence of its question."""
    draw = random.Random(seed)
    for case in cases:
        span = case.evidence[0].span
        for holding in [p for p in passages if _holds(p, span.file, span.start, span.end)][:1]:
            for n, point in enumerate(case.answer_points):
                yield Answered(
                    kind="point", case=f"{case.id}/{n}", question=case.question, words=point, sentence=led(point, draw),
                    cited=(holding,), others=_others(passages, holding, draw),
                )  # fmt: skip


def led(words: str, draw: random.Random) -> str:
    """``words`` told as the essay's."""
    return draw.choice(_LEADS[language_of(words)]).format(words)


def corrupted(clean: Sequence[Answered], *, seed: int, wanted: Mapping[str, int]) -> Iterator[Answered]:
    """``wanted`` faults of each kind, each in a clean answer drawn anew."""
    draw = random.Random(seed)
    for kind, count in wanted.items():
        made: set[tuple[str, str, str]] = set()
        tries = 0
        while len(made) < count and tries < 400 * count:
            tries += 1
            one = draw.choice(clean)
            spoiled = _FAULTS[kind](one, draw)
            if spoiled is not None:
                identity = (spoiled.case, spoiled.sentence, "".join(p.id for p in spoiled.cited))
                if identity not in made or tries > 200 * count:
                    made.add((*identity[:2], f"{identity[2]}{tries if identity in made else ''}"))
                    yield replace(spoiled, kind=kind)


def _told(one: Answered, words: str, draw: random.Random) -> Iterator[Answered]:
    lang = language_of(words)
    one = replace(one, words=words)
    yield replace(one, kind="evidence", sentence=words + ("。" if lang == "zh" else "."))
    if "\n" not in words and not words.startswith(("[", "date", "**")):
        yield replace(one, kind="retold", sentence=led(words, draw))
    rewritten = words
    for pattern, change in _EQUIVALENTS:
        rewritten = re.sub(pattern, change, rewritten)
    if rewritten != words:
        yield replace(one, kind="equivalent", words=rewritten, sentence=rewritten)
    quoted = re.split(r"[“”\"「」『』*`\n]", words)
    if fragment := max(quoted, key=len).strip(" ，,、。.：:"):
        yield replace(one, kind="quoted", words=fragment, sentence=draw.choice(_QUOTING[lang]).format(fragment))


def _holds(passage: Passage, file: str, start: int, end: int) -> bool:
    return passage.span.file == file and passage.span.start <= start and end <= passage.span.end


def _others(passages: Sequence[Passage], cited: Passage, draw: random.Random) -> tuple[Passage, ...]:
    same = [p for p in passages if p.essay.key == cited.essay.key and p.id != cited.id]
    rest = [p for p in passages if p.essay.key != cited.essay.key]
    return (*draw.sample(same, min(2, len(same))), *draw.sample(rest, OTHERS - 2))


def _absent(one: Answered, draw: random.Random) -> Answered:
    return replace(one, cited=())


def _wrong(one: Answered, draw: random.Random) -> Answered | None:
    other = draw.choice(one.others[:2])
    if one.kind == "quoted" or _sentence_core(one) in other.text or one.sentence.startswith("["):
        return None
    return replace(one, cited=(other,), others=(*one.cited, *(p for p in one.others if p != other)))


def _swapped(one: Answered, draw: random.Random) -> Answered | None:
    other = draw.choice(one.others[2:])
    if _is_twin(one.cited[0], other):
        return None
    return replace(one, cited=(other,), others=(*one.cited, *(p for p in one.others if p != other)))


def _is_twin(one: Passage, other: Passage) -> bool:
    return one.essay.same_as == other.essay.title or other.essay.same_as == one.essay.title


def _sentence_core(one: Answered) -> str:
    return one.sentence.strip("。.")[:20]


def _quotation(one: Answered, draw: random.Random) -> Answered | None:
    match = re.search(r"[“「\"](.+)[”」\"]", one.sentence)
    if one.kind != "quoted" or match is None:
        return None
    words = match[1].rstrip(".")
    at = draw.randrange(len(words))
    if not words[at].isalnum():
        return None
    way = draw.randrange(3)
    if way == 0:
        changed = words[:at] + words[at + 1 :]
    elif way == 1:
        changed = words[:at] + ("也" if words[at] > "\u2e7f" else "x") + words[at:]
    else:
        changed = words[:at] + ("新" if words[at] > "\u2e7f" else "q") + words[at + 1 :]
    if not changed.strip() or any(changed.replace(" ", "") in p.text.replace(" ", "") for p in one.cited):
        return None
    return replace(one, sentence=one.sentence.replace(match[1], changed))


def _number(one: Answered, draw: random.Random) -> Answered | None:
    found = list(_NUMBER.finditer(one.words))
    if one.kind == "quoted" or not found or one.sentence.startswith("["):
        return None
    match = draw.choice(found)
    value = match[0]
    digit = draw.choice([n for n, char in enumerate(value) if char.isdigit()])
    new = value[:digit] + str((int(value[digit]) + draw.randint(1, 8)) % 10) + value[digit + 1 :]
    if draw.random() < 0.3:
        new = f"{value}0" if "." not in value else value.replace(".", "")
    if float(new) in {float(value), 0.0} or (len(new) > 1 and new[0] == "0" and new[1] != "."):
        return None
    return _respelled(one, match, new)


def _date(one: Answered, draw: random.Random) -> Answered | None:
    found = list(_DATE.finditer(one.words))
    if one.kind == "quoted" or not found:
        return None
    match = draw.choice(found)
    parts = list(re.finditer(r"\d+", match[0]))
    part = draw.choice(parts)
    limit = (2199, 12, 28)[parts.index(part)]
    new = (int(part[0]) + draw.randint(1, 9) - 1) % limit + 1
    return _respelled(one, match, f"{match[0][: part.start()]}{new:0{len(part[0])}d}{match[0][part.end() :]}")


def _name(one: Answered, draw: random.Random) -> Answered | None:
    rows = [(n, name) for n, row in enumerate(NAMES) for name in row if _stands(name, one.words)]
    if one.kind == "quoted" or not rows:
        return None
    row, name = draw.choice(rows)
    others = [other for other in (*NAMES[row], *STRANGERS[row]) if not _is_near(other, one)]
    if not others:
        return None
    return _reworded(one, one.words.replace(name, draw.choice(others), 1))


def _is_near(name: str, one: Answered) -> bool:
    (passage,) = one.cited
    plain = re.sub(r"[-\s]", "", f"{passage.text} {passage.header} {passage.essay.author} {one.question}").lower()
    return re.sub(r"[-\s]", "", name).lower() in plain


def _stands(name: str, sentence: str) -> bool:
    return re.search(rf"(?<![A-Za-z\d-]){re.escape(name)}(?![A-Za-z\d-])", sentence) is not None


def _negation(one: Answered, draw: random.Random) -> Answered | None:
    ways = [(a, b) for a, b in _TURNS if a in one.words]
    if one.kind == "quoted" or not ways:
        return None
    # What is denied is turned before anything else; a second denial beside it says little about reading.
    old, new = ways[0] if draw.random() < 0.6 else draw.choice(ways)
    return _reworded(one, one.words.replace(old, new, 1))


def _respelled(one: Answered, match: re.Match[str], new: str) -> Answered:
    return _reworded(one, one.words[: match.start()] + new + one.words[match.end() :])


def _reworded(one: Answered, words: str) -> Answered:
    return replace(one, sentence=one.sentence.replace(one.words, words), words=words)


_FAULTS: Mapping[str, Callable[[Answered, random.Random], Answered | None]] = {
    "absent number": _absent,
    "wrong number": _wrong,
    "swapped essay": _swapped,
    "quotation": _quotation,
    "figure": _number,
    "date": _date,
    "name": _name,
    "negation": _negation,
}
