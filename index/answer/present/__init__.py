"""How answers read: the catalogue of phrases, statements in plain words, and the verbatim gate at the exit."""
