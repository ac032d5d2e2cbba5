"""A long answer: a question divided, each part searched and answered by itself, one report of them all."""
