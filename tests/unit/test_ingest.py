"""Bringing the index up to date, over a store in memory and vectors without a model."""

import json
import logging
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import filelock
import numpy as np
import pytest

from bot.errors import CorpusError, IndexDamaged, IndexMissing, IngestRunning
from bot.retrieval.index import Index
from bot.retrieval.ingest import IngestSummary, ingest
from bot.retrieval.model import DataUnwritable
from bot.retrieval.open_index import open_index
from bot.retrieval.vector_cache import VectorCache, export_vectors
from tests.fakes.embedder import HashEmbedder
from tests.fakes.ingest_progress import RecordedProgress
from tests.fakes.passage_store import MemoryPassageStore, StoreContents


def essay_text(title: str, *, sections: int = 3, changed: int | None = None) -> str:
    """Sections long enough to be a passage each."""
    parts = [f"# {title}\n"]
    for number in range(sections):
        word = "rewritten" if number == changed else "original"
        parts.append(f"## Part {number}\n\nThis is the {word} part {number} of {title}. " + "It goes on a little. " * 4)
    return "\n\n".join(parts) + "\n"


class Library:
    """A corpus folder, a data folder, a store and an embedder that belong together."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.data = root / "data"
        self.corpus.mkdir()
        self.contents = StoreContents()
        self.embedder = HashEmbedder()
        self.progress = RecordedProgress()

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).write_text(text, encoding="utf-8")

    async def ingest(self) -> IngestSummary:
        self.embedder.embedded.clear()
        self.progress = RecordedProgress()
        return await ingest(
            corpus_dir=self.corpus,
            data_dir=self.data,
            embedder=self.embedder,
            open_store=lambda: MemoryPassageStore(self.contents),
            progress=self.progress,
        )

    def open(self) -> Index:
        return open_index(
            data_dir=self.data,
            open_store=lambda: MemoryPassageStore(self.contents),
            embedder_name=self.embedder.name,
        )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    found = Library(tmp_path)
    found.write("a.md", essay_text("Cats"))
    found.write("b.md", essay_text("Dogs"))
    return found


def counts(summary: IngestSummary) -> tuple[int, int, int, int]:
    return summary.added, summary.changed, summary.removed, summary.unchanged


async def test_a_first_ingest_stores_every_passage(library: Library) -> None:
    """All essays are added, the progress is told, and the index can be opened."""
    summary = await library.ingest()
    assert (summary.essays, counts(summary)) == (2, (2, 0, 0, 0))
    assert summary.passages == len(library.contents.rows) == len(library.open().passages)
    assert library.progress.total == library.progress.done == summary.passages
    assert [title for title, _ in library.progress.essays] == ["Cats", "Dogs"]
    assert library.progress.ended
    assert summary.seconds > 0


async def test_a_passage_is_embedded_under_its_header(library: Library) -> None:
    """Title and section stand before the text; a sentence stands alone."""
    await library.ingest()
    passage = library.open().passages[1]
    assert f"{passage.header}\n{passage.text}" in library.embedder.embedded
    assert passage.sentence_text(passage.sentences[0]) in library.embedder.embedded


async def test_an_unchanged_corpus_embeds_nothing_and_reads_no_store(library: Library) -> None:
    """The second run looks at sizes and times and returns."""
    first = await library.ingest()
    used = library.contents.used
    second = await library.ingest()
    assert library.contents.used == used
    assert second.seconds < 1
    assert library.embedder.embedded == []
    assert replace(second, seconds=0) == replace(first, added=0, unchanged=2, seconds=0)
    assert library.progress.total == 0


async def test_an_edited_essay_embeds_its_changed_passages_only(library: Library) -> None:
    """The sections before and after the edit keep their vectors, though the later one moved."""
    await library.ingest()
    before = {row.passage.text: row for row in library.contents.rows.values()}
    library.write("a.md", essay_text("Cats", changed=1))
    summary = await library.ingest()
    assert counts(summary) == (0, 1, 0, 1)
    (embedded,) = [text for text in library.embedder.embedded if text.startswith("Cats")]
    assert "rewritten" in embedded
    rows = [row for row in library.contents.rows.values() if row.passage.span.file == "a.md"]
    text = (library.corpus / "a.md").read_text(encoding="utf-8")
    assert all(text[row.passage.span.start : row.passage.span.end] == row.passage.text for row in rows)
    kept = [row for row in rows if row.passage.text in before]
    assert len(kept) == len(rows) - 1
    assert all(np.array_equal(row.vector, before[row.passage.text].vector) for row in kept)


async def test_moved_passages_are_updated_without_embedding(library: Library) -> None:
    """A blank line at the top moves every span, and changes no essay."""
    await library.ingest()
    library.write("a.md", "\n" + essay_text("Cats"))
    summary = await library.ingest()
    assert counts(summary) == (0, 0, 0, 2)
    assert library.embedder.embedded == []
    assert library.open().essays[0].span.start == 1


async def test_a_removed_file_leaves_the_index(library: Library) -> None:
    """Its passages are gone, the others stay."""
    await library.ingest()
    (library.corpus / "a.md").unlink()
    summary = await library.ingest()
    assert (summary.essays, counts(summary)) == (1, (0, 0, 1, 1))
    assert {row.passage.essay.title for row in library.contents.rows.values()} == {"Dogs"}
    assert library.embedder.embedded == []


async def test_an_empty_corpus_makes_an_empty_index(library: Library) -> None:
    """No essays are no error."""
    for path in library.corpus.iterdir():
        path.unlink()
    summary = await library.ingest()
    assert (summary.essays, summary.passages) == (0, 0)
    assert len(library.open().passages) == 0
    assert (await library.ingest()).unchanged == 0


async def test_a_missing_corpus_folder_is_the_operators_matter(library: Library) -> None:
    """The index is left as it is."""
    await library.ingest()
    rows = dict(library.contents.rows)
    library.corpus = library.corpus / "nowhere"
    with pytest.raises(CorpusError):
        await library.ingest()
    assert library.contents.rows == rows


async def test_a_data_folder_that_cannot_be_made_is_the_operators_matter(library: Library) -> None:
    """A file stands in its place: one clear line, not a traceback."""
    library.data.write_text("in the way")
    with pytest.raises(DataUnwritable, match="DATA_DIR"):
        await library.ingest()


async def test_skipped_files_are_told_again_when_nothing_changed(library: Library) -> None:
    """The operator hears of a file that cannot be used in every run."""
    (library.corpus / "c.md").write_bytes(b"\xff\xfe broken")
    first = await library.ingest()
    second = await library.ingest()
    assert [entry.file for entry in first.skipped] == ["c.md"]
    assert second.skipped == first.skipped


async def test_a_second_ingest_at_the_same_time_is_refused_at_once(library: Library) -> None:
    """Two writers would corrupt the store."""
    library.data.mkdir()
    with filelock.FileLock(library.data / "ingest.lock"), pytest.raises(IngestRunning):
        await library.ingest()
    assert library.contents.rows == {}
    assert (await library.ingest()).added == 2


@pytest.mark.parametrize("harm", ["damaged", "foreign", "gone"])
async def test_a_store_that_cannot_be_used_is_built_anew(library: Library, harm: str) -> None:
    """Search says what to do, and the next ingest does it."""
    await library.ingest()
    if harm == "damaged":
        library.contents.damaged = True
    elif harm == "foreign":
        library.contents.identity = "1: another embedder"
    else:
        library.contents.identity = None
        library.contents.rows.clear()
    with pytest.raises((IndexDamaged, IndexMissing)):
        library.open()
    summary = await library.ingest()
    assert counts(summary) == (2, 0, 0, 0)
    assert len(library.open().passages) == summary.passages


async def test_another_embedder_embeds_everything_anew(library: Library) -> None:
    """Vectors of two models do not compare."""
    await library.ingest()
    library.embedder = HashEmbedder(name="another")
    summary = await library.ingest()
    assert counts(summary) == (2, 0, 0, 0)
    assert len(library.embedder.embedded) > 0


async def test_a_state_that_cannot_be_read_costs_a_comparison_only(library: Library) -> None:
    """Nothing is embedded again."""
    await library.ingest()
    (library.data / "ingest.json").write_text('{"fingerprint": 1}')
    summary = await library.ingest()
    assert counts(summary) == (0, 0, 0, 2)
    assert library.embedder.embedded == []


async def test_the_state_is_gone_while_the_index_is_incomplete(library: Library) -> None:
    """A failure in the middle leaves whole rows, and the next run embeds only the rest."""
    embed = library.embedder.embed_passages

    async def failing(texts: list[str], **options: object) -> object:
        if library.progress.essays:
            assert not (library.data / "ingest.json").exists()
            raise ConnectionError("down")
        return await embed(texts, **options)

    library.embedder.embed_passages = failing
    with pytest.raises(ConnectionError):
        await library.ingest()
    half = len(library.contents.rows)
    assert half > 0
    assert len(library.open().passages) == half
    library.embedder.embed_passages = embed
    summary = await library.ingest()
    assert counts(summary) == (1, 0, 0, 1)
    assert len(library.contents.rows) > half
    assert not any("Cats" in text for text in library.embedder.embedded)


async def test_an_update_that_failed_is_not_taken_for_done(library: Library) -> None:
    """Even where the essay was put back as it was, what the failed run had stored is found and removed."""
    await library.ingest()
    original = (library.corpus / "a.md").read_text(encoding="utf-8")
    library.write("a.md", essay_text("Cats", changed=1))

    class FailingStore(MemoryPassageStore):
        def delete(self, ids: Collection[str]) -> None:
            raise ConnectionError("down")

    with pytest.raises(ConnectionError):
        await ingest(
            corpus_dir=library.corpus,
            data_dir=library.data,
            embedder=library.embedder,
            open_store=lambda: FailingStore(library.contents),
            progress=library.progress,
        )
    library.write("a.md", original)
    await library.ingest()
    assert not any("rewritten" in row.passage.text for row in library.contents.rows.values())


async def test_a_store_that_was_removed_is_filled_again(library: Library) -> None:
    """A state file without its store is no proof of an index."""
    await library.ingest()
    library.contents = StoreContents()
    assert counts(await library.ingest()) == (2, 0, 0, 0)


async def test_search_before_the_first_ingest_says_what_to_do(library: Library) -> None:
    """An index that was never made is missing, not damaged."""
    with pytest.raises(IndexMissing, match="yinju ingest"):
        library.open()


async def test_cached_vectors_are_not_embedded(library: Library) -> None:
    """With the vectors beside the essays a first start embeds nothing, and gives the same index."""
    await library.ingest()
    fresh = {row.passage.id: row for row in library.contents.rows.values()}
    written = await export_vectors(corpus_dir=library.corpus, embedder=library.embedder, progress=library.progress)
    assert written == len(VectorCache.load(library.corpus / "vectors.npz")) > 0

    other = StoreContents()
    library.contents, library.data = other, library.data.with_name("other")
    summary = await library.ingest()
    assert summary.added == 2
    assert library.embedder.embedded == []
    for row in other.rows.values():
        np.testing.assert_array_equal(row.vector, fresh[row.passage.id].vector)
        np.testing.assert_array_equal(row.sentence_vectors, fresh[row.passage.id].sentence_vectors)


async def test_exported_vectors_are_the_same_bytes_again_and_hold_nothing_old(library: Library) -> None:
    """The file changes only when the essays do, and then forgets what they no longer say."""
    path = library.corpus / "vectors.npz"

    async def export() -> bytes:
        await export_vectors(corpus_dir=library.corpus, embedder=library.embedder, progress=RecordedProgress())
        return path.read_bytes()

    first = await export()
    assert await export() == first
    (library.corpus / "b.md").unlink()
    smaller = await export()
    assert len(smaller) < len(first)
    path.unlink()
    assert await export() == smaller


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 truncated"])
def test_a_cache_that_cannot_be_read_is_empty(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    """The vectors are computed instead, and the operator is told."""
    path = tmp_path / "vectors.npz"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert len(VectorCache.load(path)) == 0
    assert "vectors.npz cannot be used" in caplog.text


def test_a_cache_of_another_shape_is_empty(tmp_path: Path) -> None:
    """Arrays that are none of ours are not taken for vectors."""
    path = tmp_path / "vectors.npz"
    np.savez(path, keys=np.zeros((2, 4), dtype=np.uint8), vectors=np.zeros((2, 8), dtype=np.float16))
    assert len(VectorCache.load(path)) == 0


def test_a_vector_is_known_by_its_embedder_and_its_text(tmp_path: Path) -> None:
    """The same text of another model is another vector."""
    cache = VectorCache()
    cache.put("a", "text", np.ones(3))
    cache.save(tmp_path / "vectors.npz")
    loaded = VectorCache.load(tmp_path / "vectors.npz")
    assert loaded.get("a", "text") is not None
    assert loaded.get("b", "text") is None
    assert loaded.get("a", "other") is None


async def test_the_state_tells_what_the_index_holds(library: Library) -> None:
    """A small file that an operator can read."""
    summary = await library.ingest()
    state = json.loads((library.data / "ingest.json").read_text(encoding="utf-8"))
    assert (state["essays"], state["passages"]) == (summary.essays, summary.passages)
