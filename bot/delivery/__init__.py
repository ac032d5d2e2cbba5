"""From a question received to an answer delivered, across crashes."""
