"""A made-up corpus of any size, and an embedder for it: to measure time and memory, never quality."""

import itertools
import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.corpus.model import Language
from bot.retrieval.model import Embedder, Matrix, Vector
from bot.retrieval.terms import terms

PASSAGES_AN_ESSAY = 9
SENTENCES_A_PASSAGE = (5, 10)
WORDS_A_SENTENCE = (8, 16)
VOCABULARY = 20_000  # words of each language, the n-th a share of 1/n: as in real texts
TOPICS = 300
TOPIC_WORDS = 40
TOPIC_SHARE = 0.3  # of an essay's words are those of its topic
FIRST_HAN, HAN_COUNT = 0x4E00, 3_000
SYLLABLES = ("ba", "co", "di", "fe", "gu", "ha", "jo", "ki", "lu", "me", "no", "pa", "ro", "sa", "tu", "vi")
DIRECTIONS = 8_192
DIMENSION = 384
CONE = 2.0  # how far all texts of a real model lie from the origin, beside what tells them apart
BYTES_A_TOKEN = 4


def write_corpus(root: Path, *, passages: int, seed: int = 0) -> None:
    """Write essays that ``load_corpus`` cuts into ``passages``, if ``MadeUpEmbedder`` counts the tokens.

    About 9 passages an essay, 5 to 10 sentences a passage; every other essay is Chinese. The first
    essays of a larger corpus are those of a smaller one, with the same ``seed``.
    """
    root.mkdir(parents=True, exist_ok=True)
    writer = _Writer(seed)
    for number, first in enumerate(range(0, passages, PASSAGES_AN_ESSAY)):
        text = writer.essay(number, sections=min(PASSAGES_AN_ESSAY, passages - first))
        (root / f"essay{number:06d}.md").write_text(text, encoding="utf-8")


def made_up_questions(count: int, *, seed: int = 0) -> list[str]:
    """Questions in the words of the corpus of that ``seed``, every other one Chinese."""
    writer = _Writer(seed)
    return [writer.question(number) for number in range(count)]


class MadeUpEmbedder(Embedder):
    """Each term is a direction of its own, and a text the sum of its terms, moved by its language; 40 µs a text."""

    def __init__(self) -> None:
        draw = np.random.default_rng(0)
        self._directions: Matrix = draw.standard_normal((DIRECTIONS, DIMENSION), dtype=np.float32)
        cone = draw.standard_normal((3, DIMENSION), dtype=np.float32)
        self._means: dict[Language, Vector] = {"zh": CONE * (cone[0] + cone[1]), "en": CONE * (cone[0] + cone[2])}

    @property
    def name(self) -> str:
        """Made up."""
        return "made-up"

    @property
    def dimension(self) -> int:
        """That of a small model."""
        return DIMENSION

    @property
    def language_means(self) -> Mapping[Language, Vector]:
        """Not known, as of a model behind a server."""
        return {}

    def count_tokens(self, text: str) -> int:
        """About as many as a real model counts."""
        return len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN + 2

    async def embed_question(self, text: str) -> Vector:
        """The vector of a question, at once."""
        return self._vector(text)

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        """The vectors of passages or sentences, in order, at once."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
            done(1)
        return vectors

    def _vector(self, text: str) -> Vector:
        rows = [zlib.crc32(term.encode("utf-8", "replace")) % DIRECTIONS for term in set(terms(text))]
        sum_of_terms = self._directions[sorted(rows)].sum(axis=0) / np.float32(max(len(rows), 1) ** 0.5)
        vector: Vector = sum_of_terms + self._means["en" if text.isascii() else "zh"]
        vector /= np.linalg.norm(vector)
        return vector


class _Writer:
    """Draws words: those of an essay's topic, and common ones."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        draw = random.Random(seed)  # noqa: S311 (nobody has to be kept from guessing)
        self._words: dict[Language, list[str]] = {
            "zh": ["".join(chr(FIRST_HAN + draw.randrange(HAN_COUNT)) for _ in range(2)) for _ in range(VOCABULARY)],
            "en": ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(VOCABULARY)],
        }
        self._topics = [draw.sample(range(VOCABULARY // 10, VOCABULARY), TOPIC_WORDS) for _ in range(TOPICS)]
        self._shares = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def essay(self, number: int, *, sections: int) -> str:
        draw, lang, topic = self._start("essay", number)
        parts = [f"# {self._phrase(draw, lang, topic)} {number}"]
        for section in range(sections):
            count = draw.randint(*SENTENCES_A_PASSAGE)
            sentences = [self._sentence(draw, lang, topic) for _ in range(count)]
            parts += [f"## {self._phrase(draw, lang, topic)} {section}", ("" if lang == "zh" else " ").join(sentences)]
        return "\n\n".join(parts) + "\n"

    def question(self, number: int) -> str:
        draw, lang, topic = self._start("question", number)
        asked = self._phrase(draw, lang, topic), self._phrase(draw, lang, topic)
        return "{}和{}是什么关系？".format(*asked) if lang == "zh" else "How does {} bear on {}?".format(*asked)

    def _start(self, what: str, number: int) -> tuple[random.Random, Language, list[int]]:
        draw = random.Random(f"{self._seed} {what} {number}")  # noqa: S311 (as above)
        return draw, "zh" if number % 2 else "en", self._topics[draw.randrange(TOPICS)]

    def _phrase(self, draw: random.Random, lang: Language, topic: Sequence[int]) -> str:
        return ("" if lang == "zh" else " ").join(self._words[lang][word] for word in draw.choices(topic, k=2))

    def _sentence(self, draw: random.Random, lang: Language, topic: Sequence[int]) -> str:
        count = draw.randint(*WORDS_A_SENTENCE)
        of_topic = draw.choices(topic, k=round(count * TOPIC_SHARE))
        common = draw.choices(range(VOCABULARY), cum_weights=self._shares, k=count - len(of_topic))
        words = [self._words[lang][word] for word in of_topic + common]
        draw.shuffle(words)
        return f"{''.join(words)}。" if lang == "zh" else f"{' '.join(words).capitalize()}."
