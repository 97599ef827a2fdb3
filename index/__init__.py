"""Articles, the statements in them, and answers about them. Knows nothing of Discord."""
