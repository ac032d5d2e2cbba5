"""The models that a script plays, from one that does all right to one that says nothing.

Each is a function of the question, for it knows the golden answer, and of the passages that it is given. What a model
says against better knowledge is noted in ``Script.planted``, so that whatever reaches the reader of it can be counted
without asking the checks.
"""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from bot.answering.prompt import INSUFFICIENT, quoted_material
from bot.answering.verification.sentences import read_sentences
from bot.corpus.language import language_of
from bot.evaluation.model import Case
from tests.fakes.corruptions import led
from tests.fakes.openai_server import Request, Step
from tests.scripted.asked import Asked, read_request

_MARKER = re.compile(r"\[(\d+)\]")
_LETTER = re.compile(r"[^\W_]")
_NUMBER = re.compile(r"(?<![A-Za-z\d.-])\d+(?![A-Za-z\d])")
_END_MARKS = "。.！!？?；;"
_INVENTED = {
    "zh": (
        "业内普遍认为这一数字在2019年已经达到3.7倍。",
        "斯坦福大学的吴恩达教授曾公开证实了这一点。",
        "主要原因是监管部门的限制和资金的不足。",
        "多数专家建议普通用户谨慎对待，不要轻信宣传。",
        "微软为此投入了460亿美元，并雇用了1,200名工程师。",
        "这种做法后来被证明是失败的，项目在次年就被叫停了。",
    ),
    "en": (
        "Experts agree that the figure had reached 3.7 times by 2019.",
        "Professor Andrew Ng of Stanford has confirmed this in public.",
        "The main reasons are strict regulation and a lack of funding.",
        "Most analysts advise ordinary users to be careful and not to trust advertisements.",
        "Microsoft spent 46 billion dollars on it and hired 1,200 engineers.",
        "The attempt turned out to be a failure and was stopped in the following year.",
    ),
}
_NOT_KNOWN = {"zh": "抱歉，我不知道。", "en": "I'm sorry, I don't know."}
_OTHER_LANGUAGE = {
    "zh": "The passage explains this in detail and gives the reasons that the author has for it. "
    "He adds that he would do the same again.",
    "en": "这一段详细地解释了原因，作者也给出了他自己的理由。他还说如果再来一次他也会这么做。",
}


@dataclass(slots=True)
class Script:
    """What the models know (the golden questions), their chance, and what they said against better knowledge."""

    cases: Sequence[Case]
    planted: dict[str, set[str]] = field(default_factory=dict)
    _by_question: Mapping[str, Case] = field(init=False)

    def __post_init__(self) -> None:
        self._by_question = {_squeezed(quoted_material(case.question)): case for case in self.cases}

    def case(self, asked: Asked) -> Case:
        """The golden question that is asked."""
        return self._by_question[_squeezed(asked.question)]

    def chance(self, asked: Asked) -> random.Random:
        """Dice that fall alike for the same question."""
        return random.Random(self.case(asked).id)

    def plant(self, case: Case, sentence: str) -> str:
        """``sentence``, noted as one that who asks ``case`` should not see."""
        self.planted.setdefault(case.id, set()).update(letters_by_sentence(sentence))
        return sentence

    def told(self, case: Case, claim: str) -> str:
        """``claim`` as a sentence of its own: golden claims are mostly fragments."""
        return led(claim, random.Random(f"{case.id}{claim}"))

    def is_planted(self, case: Case, letters: str) -> bool:
        """Whether a sentence of an answer, as ``letters_by_sentence`` gives it, is one of those."""
        return any(said and said in letters for said in self.planted.get(case.id, ()))


def letters_by_sentence(text: str) -> list[str]:
    """The letters and digits of each sentence, markers aside."""
    return ["".join(_LETTER.findall(sentence.said)) for sentence in read_sentences(text)]


Author = Callable[[Script, Asked], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedModel:
    """A model: its text for a question, how the server treats it, and what it makes of a sentence to correct.

    ``rewrites``: asked for the right language, it obeys.
    """

    name: str
    answers: Author
    repairs: Author = lambda _script, _asked: ""
    rewrites: bool = False
    endless: bool = False
    broken_json_after: int | None = None
    says_nothing: bool = False

    def step(self, script: Script) -> Step:
        """How a server plays it."""
        if self.says_nothing:
            return Step(finish_reason=None, usage=False, done=False)
        return Step(
            text=lambda request: self._written(script, request),
            endless=self.endless,
            broken_json_after=self.broken_json_after,
            chunk_chars=200 if self.endless else 40,
        )

    def _written(self, script: Script, request: Request) -> str:
        asked = read_request(request)
        if asked.is_for_an_answer:
            text = self.answers(script, asked) + ("\n\n" if self.endless else "")
            return as_json(text) if asked.form else text
        if asked.form == "corrected_sentence":
            return json.dumps({"sentence": self.repairs(script, asked)}, ensure_ascii=False)
        if asked.form == "rewritten_answer":
            return json.dumps({"answer": rewritten(script, asked) if self.rewrites else asked.prompt.splitlines()[-1]})
        return ""  # neither plans nor translations, nor follow-ups: the bot goes on without


def as_json(text: str) -> str:
    """The same answer, of the form ``answer``."""
    sentences = [
        {"sources": list(sentence.numbers), "text": sentence.said} for sentence in read_sentences(text) if sentence.said
    ]
    if text == INSUFFICIENT:
        sentences = []
    return json.dumps({"answerable": bool(sentences), "sentences": sentences}, ensure_ascii=False)


# --- the authors ---


def perfect(script: Script, asked: Asked) -> str:
    """The golden points, each with the passages that hold the evidence; the evidence itself where it is readable."""
    case = script.case(asked)
    held = {
        target.quote: n for target in case.targets for n, text in asked.passages.items() if _holds(text, target.quote)
    }
    if not held:
        return INSUFFICIENT
    markers = "".join(f"[{n}]" for n in sorted(set(held.values())))
    own = [(quote, n) for quote, n in held.items() if language_of(quote) == case.lang]
    points = [_marked(point, markers, case.lang) for point in case.answer_points]
    return "\n".join([*points, *(_marked(quoted_material(quote), f"[{n}]", case.lang) for quote, n in own)])


def sloppy(script: Script, asked: Asked) -> str:
    """Every number is another one."""
    case, chance, said = script.case(asked), script.chance(asked), ""
    for sentence in read_sentences(perfect(script, asked)):
        changed = _with_wrong_numbers(sentence.text, chance)
        if changed != sentence.text:
            script.plant(case, changed)
        said += changed + sentence.gap
    return said


def sloppy_again(script: Script, asked: Asked) -> str:
    """A sentence that came back to be corrected, with other wrong numbers."""
    sentence = asked.prompt.split("<sentence>\n")[1].split("\n</sentence>")[0]
    letters = "".join(letters_by_sentence(sentence))
    again = _with_wrong_numbers(sentence, random.Random(sentence))
    for case in script.cases:
        if script.is_planted(case, letters):
            script.plant(case, again)
    return again


def citing_at_random(script: Script, asked: Asked) -> str:
    """Right sentences, each with the number of some passage, or of none."""
    chance, last = script.chance(asked), max(asked.passages, default=0)
    return _MARKER.sub(lambda _: f"[{chance.randint(1, last + 1)}]", perfect(script, asked))


def citing_nothing(script: Script, asked: Asked) -> str:
    """Right sentences without a number."""
    return _MARKER.sub("", perfect(script, asked))


def ignoring(script: Script, asked: Asked) -> str:
    """Out of its own memory, whatever the passages say."""
    case, chance = script.case(asked), script.chance(asked)
    said = [script.plant(case, one) for one in chance.sample(_INVENTED[case.lang], k=3)]
    return " ".join(_marked(one, f"[{chance.choice(list(asked.passages))}]", case.lang) for one in said)


def lying(script: Script, asked: Asked) -> str:
    """What the golden question says must not be said, beside what is right; nothing of its own else."""
    case, right = script.case(asked), perfect(script, asked)
    if right == INSUFFICIENT:
        return right
    n = _MARKER.search(right)[0]
    return "\n".join(
        [*(_marked(script.plant(case, script.told(case, claim)), n, case.lang) for claim in case.must_not), right]
    )


def not_knowing(script: Script, asked: Asked) -> str:
    """That it does not know."""
    return _NOT_KNOWN[script.case(asked).lang]


def insufficient(script: Script, asked: Asked) -> str:
    """That the passages don't answer, in the word that was agreed on."""
    return INSUFFICIENT


def in_another_language(script: Script, asked: Asked) -> str:
    """The evidence as it stands where that is in the other language, else sentences in that."""
    case = script.case(asked)
    foreign = [
        _marked(quoted_material(target.quote), f"[{n}]", "")
        for target in case.targets
        for n, text in asked.passages.items()
        if _holds(text, target.quote) and language_of(target.quote) != case.lang
    ]
    return "\n".join(foreign[:2]) or _marked(_OTHER_LANGUAGE[case.lang], "[1]", "")


def rewritten(script: Script, asked: Asked) -> str:
    """An answer in the wrong language said in the right one: the golden points, under the same numbers."""
    numbers = list(dict.fromkeys(_MARKER.findall(asked.prompt.splitlines()[-1]))) or ["1"]
    answer = asked.prompt
    case = next((one for one in script.cases for t in one.targets if quoted_material(t.quote)[:30] in answer), None)
    if case is None:
        return ""
    points = zip(case.answer_points, islice(cycle(numbers), len(case.answer_points)), strict=True)
    return "\n".join(_marked(point, f"[{n}]", case.lang) for point, n in points)


MODELS = (
    ScriptedModel(name="perfect", answers=perfect),
    ScriptedModel(name="sloppy", answers=sloppy, repairs=sloppy_again),
    ScriptedModel(name="citing at random", answers=citing_at_random),
    ScriptedModel(name="citing nothing", answers=citing_nothing),
    ScriptedModel(name="ignoring the passages", answers=ignoring),
    ScriptedModel(name="lying", answers=lying),
    ScriptedModel(name="I don't know", answers=not_knowing),
    ScriptedModel(name="INSUFFICIENT", answers=insufficient),
    ScriptedModel(name="wrong language", answers=in_another_language),
    ScriptedModel(name="wrong language, obeys", answers=in_another_language, rewrites=True),
    ScriptedModel(name="endless", answers=perfect, endless=True),
    ScriptedModel(name="broken JSON", answers=perfect, broken_json_after=1),
    ScriptedModel(name="empty stream", answers=perfect, says_nothing=True),
)


def _holds(passage: str, quote: str) -> bool:
    return quoted_material(quote) in passage


def _marked(text: str, markers: str, lang: str) -> str:
    """``text`` with ``markers`` at each of its sentences, before the end mark."""
    marked = ""
    for sentence in read_sentences(text.strip(" >*-\n")):
        body = sentence.said.rstrip(_END_MARKS)
        end = sentence.said[len(body) :] or {"zh": "。", "en": "."}.get(lang, "")
        marked += f"{body}{markers}{end}" + (" " if end == "." else "")
    return marked.strip()


def _with_wrong_numbers(text: str, chance: random.Random) -> str:
    parts = re.split(r"(\[\d+\])", text)
    return "".join(
        part if n % 2 else _NUMBER.sub(lambda m: _another(m[0], chance), part) for n, part in enumerate(parts)
    )


def _another(number: str, chance: random.Random) -> str:
    first = str((int(number[0]) + chance.randint(1, 8) - 1) % 9 + 1)
    return first + number[1:] if first != number[0] else f"{number}7"


def _squeezed(text: str) -> str:
    return "".join(text.split())
