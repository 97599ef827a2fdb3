"""From text to a parsed scene: regions, sentences, quotations, tokens."""
