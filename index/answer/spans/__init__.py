"""Short answers: the words of a sentence that answer a fact."""
