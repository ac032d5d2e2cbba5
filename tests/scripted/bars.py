"""What the reader of each scripted model may be given at the worst."""

from collections.abc import Callable, Iterator

from tests.scripted.play import Played

Bar = Callable[[Played], bool]

_EVERY_MODEL: dict[str, Bar] = {
    "no question fails": lambda p: p.count("failed") == 0,
    "quotes are letter for letter": lambda p: p.figures.get("quote_accuracy", 1) == 1,
    "an answer takes 20 seconds at most": lambda p: p.slowest_s < 20,
    "an answer has 4,000 characters at most": lambda p: p.longest <= 4_000,
    "answers in another language are rare": lambda p: _in_another_language(p) <= len(p.judgements) / 20,
}
_RIGHT: dict[str, Bar] = {
    "most of what the essays answer is answered": lambda p: p.count("answered") >= 0.6 * len(p.judgements),
    "points are covered": lambda p: p.figures["points_covered"] >= 0.85,
    "what is cited answers": lambda p: p.figures["citation_precision"] >= 0.9,
    "sentences stand on what they cite": lambda p: p.figures["sentence_support"] >= 0.75,
}
_ONLY_QUOTES: dict[str, Bar] = {
    "nothing of it is shown": lambda p: p.count("answered") == 0,
    "the essays are quoted": lambda p: p.count("quoted") >= 0.8 * len(p.judgements),
}
_ONLY_DECLINED: dict[str, Bar] = {"every question is declined": lambda p: p.count("declined") == len(p.judgements)}

BARS: dict[str, dict[str, Bar]] = {
    "perfect": _RIGHT,
    "sloppy": {
        "a wrong number in one sentence of thirty": lambda p: len(p.wrong) <= p.shown / 30,
        "what is cited answers": lambda p: p.figures["citation_precision"] >= 0.8,
        "points without numbers are covered": lambda p: p.figures["points_covered"] >= 0.7,
    },
    "citing at random": {
        "what is cited answers": lambda p: p.figures["citation_precision"] >= 0.7,
        "sentences stand on what they cite": lambda p: p.figures["sentence_support"] >= 0.8,
        "points are covered": lambda p: p.figures["points_covered"] >= 0.75,
    },
    "citing nothing": {
        "most is answered": lambda p: p.count("answered") >= 0.4 * len(p.judgements),
        "what is cited answers": lambda p: p.figures["citation_precision"] >= 0.7,
        "sentences stand on what they cite": lambda p: p.figures["sentence_support"] >= 0.85,
    },
    "ignoring the passages": {
        "an invented sentence for one question in ten": lambda p: len(p.wrong) <= len(p.judgements) / 10,
        "the essays are quoted": lambda p: p.count("quoted") >= 0.7 * len(p.judgements),
    },
    "lying": {
        "a wrong claim in three sentences of ten": lambda p: len(p.wrong) <= 0.3 * p.shown,
        "points are covered": lambda p: p.figures["points_covered"] >= 0.8,
    },
    "I don't know": _ONLY_DECLINED,
    "INSUFFICIENT": _ONLY_DECLINED,
    "wrong language": {  # a line of names and dates may pass
        "nearly nothing of it is shown": lambda p: p.shown <= len(p.judgements) / 20,
        "the essays are quoted": lambda p: p.count("quoted") >= 0.7 * len(p.judgements),
    },
    "wrong language, obeys": {
        "some is answered": lambda p: p.count("answered") >= 0.1 * len(p.judgements),
        "the others are quoted": lambda p: p.count("answered") + p.count("quoted") >= 0.8 * len(p.judgements),
    },
    "endless": {"it answers": lambda p: p.count("answered") >= 0.5 * len(p.judgements)},
    "broken JSON": {  # what had arrived before it broke
        "what is cited answers": lambda p: p.figures["citation_precision"] >= 0.5,
        "sentences stand on what they cite": lambda p: p.figures["sentence_support"] >= 0.85,
        "a sentence or two of an answer are shown": lambda p: p.shown <= 2 * p.count("answered"),
        "the others are quoted": lambda p: p.count("answered") + p.count("quoted") >= 0.8 * len(p.judgements),
    },
    "empty stream": _ONLY_QUOTES,
}


def _in_another_language(played: Played) -> int:
    return sum(judgement.scores.get("own_language") == 0 for judgement in played.judgements)


def missed(played: Played) -> Iterator[str]:
    """The bars that the reader of this model saw missed."""
    for name, bar in (_EVERY_MODEL | BARS[played.model]).items():
        if not bar(played):
            yield name
