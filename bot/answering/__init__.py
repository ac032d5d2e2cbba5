"""Prompt, model port, citations, sufficiency, extractive answer."""
