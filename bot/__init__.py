"""Yinju (引据): answers from a body of essays, each claim linked to its sentence."""

__version__ = "0.1.0"
