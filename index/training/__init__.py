"""Making the reader again: from questions over texts to the file that ships. Nothing that answers imports this."""
