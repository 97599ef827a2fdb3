"""What a statement does to a claim, and whether it answers a question: a small trained network.

`index.training` makes it; model/CARD.md tells from what, and how well it does.
"""

from index.judge.premise import in_context
from index.judge.weigh import Judge, Stance, load_judge

__all__ = ["Judge", "Stance", "in_context", "load_judge"]
