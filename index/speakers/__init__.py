"""Entity resolution: who is meant by a name, a role or a title, across articles, questions and answers."""
