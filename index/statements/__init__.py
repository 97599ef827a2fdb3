"""Who said what: quotation regions, cues, clauses, people."""
