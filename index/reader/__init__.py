"""How well a piece of text answers a question, and with which words: a small trained network.

`index.training` makes it; model/CARD.md tells from what, and how well it does.
"""

from index.reader.read import Reader, Reading, load_reader, mean

__all__ = ["Reader", "Reading", "load_reader", "mean"]
