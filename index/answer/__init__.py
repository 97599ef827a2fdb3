"""From evidence to an answer: deciding, composing, and the gate that lets only verbatim words out."""
