"""History, the follow-up made a question of its own, forgetting."""
