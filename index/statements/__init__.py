"""Who said what: quotation regions, cues, clauses, people."""

# The version of all that decides what is found in an article: raise it whenever other statements come out, so that
# articles that were read before are read again.
RULES = 1
