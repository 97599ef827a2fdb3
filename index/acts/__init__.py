"""Dialogue acts: what somebody who types something wants of the bot, by a small trained head on the encoder's vector.

`index.training` makes it; model/CARD.md tells from what, and how well it does.
"""

from index.acts.classify import Act, Acts, Reading, load_acts

__all__ = ["Act", "Acts", "Reading", "load_acts"]
