"""English words: folding, tables of words, synonyms, antonyms, spelling. Knows nothing of articles."""
