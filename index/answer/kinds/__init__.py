"""One module for each kind of question: evidence in, answer out."""
