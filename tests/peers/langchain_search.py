"""LangChain's retrieval as its documentation sets it up, with the embedder that Yinju has.

Files are split by RecursiveCharacterTextSplitter with the separators that the documentation gives for languages
without word boundaries, stored in Chroma, and found by its retriever, alone ("vectors") or in an
EnsembleRetriever beside a BM25Retriever, half and half ("hybrid"). BM25Retriever's own splitting at blanks would
find no Chinese word, so it gets the words that `Bm25` has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.corpus.model import Span
from tests.peers.embedder import SharedEmbedder
from tests.peers.ranking import located
from tests.peers.systems import Words

# https://docs.langchain.com/oss/python/integrations/splitters/recursive_text_splitter
SEPARATORS = ["\n\n", "\n", " ", ".", ",", "\u200b", "\uff0c", "\u3001", "\uff0e", "\u3002", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkSize:
    """Characters of a chunk, and how many of them it shares with the next."""

    chars: int
    overlap: int


# The documentation's tutorial has 1,000 and 200; e5 reads 512 tokens, some 500 Chinese characters.
CHUNK_SIZES = tuple(ChunkSize(chars=chars, overlap=chars // 5) for chars in (1000, 500, 250))


class E5Embeddings(Embeddings):
    """The shared embedder behind LangChain's interface."""

    def __init__(self, embedder: SharedEmbedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """With the prefix of passages."""
        vectors: list[list[float]] = self._embedder.passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """With the prefix of questions."""
        vector: list[float] = self._embedder.question(text).tolist()
        return vector


class LangChain:
    """One way of setting it up."""

    def __init__(self, name: str, retriever: BaseRetriever, texts: Mapping[str, str]) -> None:
        self.name = name
        self._retriever = retriever
        self._texts = texts

    def search(self, question: str, k: int) -> list[Span]:
        """The k best."""
        return [self._span(document) for document in self._retriever.invoke(question)[:k]]

    def _span(self, document: Document) -> Span:
        file = document.metadata["source"]
        return located(document.page_content, self._texts[file], hint=document.metadata.get("start_index"), file=file)


def langchain_systems(
    texts: Mapping[str, str], size: ChunkSize, embedder: SharedEmbedder, words: Words, *, k: int
) -> tuple[LangChain, LangChain]:
    """The pipeline over these files, with vectors alone and hybrid."""
    splitter = RecursiveCharacterTextSplitter(
        separators=SEPARATORS, chunk_size=size.chars, chunk_overlap=size.overlap, add_start_index=True
    )
    chunks = splitter.split_documents(
        [Document(page_content=text, metadata={"source": file}) for file, text in texts.items()]
    )
    store = Chroma.from_documents(chunks, E5Embeddings(embedder), collection_name=f"peer-{uuid4().hex}")
    vectors = store.as_retriever(search_kwargs={"k": k})
    bm25 = BM25Retriever.from_documents(chunks, preprocess_func=words, k=k)
    hybrid = EnsembleRetriever(retrievers=[bm25, vectors], weights=[0.5, 0.5])
    return (
        LangChain(f"LangChain, vectors, chunks of {size.chars}", vectors, texts),
        LangChain(f"LangChain, hybrid, chunks of {size.chars}", hybrid, texts),
    )
