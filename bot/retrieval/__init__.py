"""Embedder port, passage store, lexical index, fusion, search, ingest."""
