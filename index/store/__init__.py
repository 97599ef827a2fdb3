"""The store of articles: what is kept and searched."""
