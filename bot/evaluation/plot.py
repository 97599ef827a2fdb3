"""A picture of how well answers are withheld: the risk-coverage curve and the reliability diagram, as a PNG.

matplotlib draws it; it is an extra of the package, because only this needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import ExitCode, Refused
from bot.evaluation.report import Section

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#0072b2", "#d55e00")  # told apart by everybody (Okabe and Ito, "Color universal design", 2008)
_GREY = "#767676"
_ABOVE: dict[str, Any] = {"zorder": 3, "clip_on": False}  # the axes: shares of 0 and 1 lie on them
_LARGEST = 320  # square points, of the mark that stands for all answers


def check(file: Path) -> None:
    """Find out before anything is asked whether the picture can be drawn.

    Raises:
        Refused: matplotlib is missing, or the file is no PNG or in no folder.
    """
    if file.suffix.lower() != ".png":
        raise Refused(f"--plot {file}: give the name of a PNG file, such as plot.png.", ExitCode.USAGE)
    if not file.parent.is_dir():
        raise Refused(f"--plot {file}: there is no folder {file.parent}; make it first.", ExitCode.USAGE)
    try:
        import matplotlib  # noqa: F401 - only whether it is there
    except ImportError:
        hint = "install it with `pip install '.[plot]'` in Wuzhen's folder"
        raise Refused(f"--plot needs matplotlib, which is not installed: {hint}.", ExitCode.CONFIGURATION) from None


def draw(sections: Sequence[Section], file: Path) -> None:
    """Draw both diagrams, a colour for each section in which something was asked, into a PNG file.

    Raises:
        OSError: the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)  # draws to memory, on machines without a screen, too
    left, right = figure.subplots(1, 2)
    for section, colour in zip((one for one in sections if one.judged), _COLOURS, strict=False):
        _draw_risks(left, section, colour)
        _draw_reliability(right, section, colour)
    right.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, zorder=1, label="as sure as right")
    _finish(left, "Risk and coverage", "Coverage: share of questions answered", "Risk: share of wrong answers")
    _finish(right, "Reliability", "Score: how sure the answer is (larger mark: more answers)", "Share of right answers")
    figure.savefig(file, format="png")


def _draw_risks(axes: Axes, section: Section, colour: str) -> None:
    """The curve, and the point on which answers are given or withheld."""
    curve = section.risks
    coverage = np.arange(1, len(curve) + 1) / len(curve)
    area = section.figures["aurc"]
    label = f"{section.title} (area {area:.3f})"
    axes.plot(coverage, curve, color=colour, linewidth=1.8, label=label, **_ABOVE)
    point = section.operating_point
    if point is not None:
        label = f"operating point: {point[0]:.0%} answered, {point[1]:.0%} wrong"
        axes.plot(*point, "o", color=colour, markersize=10, markeredgecolor="white", label=label, **_ABOVE)


def _draw_reliability(axes: Axes, section: Section, colour: str) -> None:
    """A mark for each range of scores; its area grows with the share of answers in it."""
    bins = section.reliability
    scores, right = [one.score for one in bins], [one.right for one in bins]
    sizes = [20 + _LARGEST * one.count / len(section.judged) for one in bins]
    label = f"{section.title} (calibration error {section.figures['ece']:.3f})"
    axes.plot(scores, right, color=colour, linewidth=1.2, alpha=0.6, **_ABOVE)
    axes.scatter(scores, right, s=sizes, color=colour, edgecolors="white", label=label, **_ABOVE)


def _finish(axes: Axes, title: str, across: str, up: str) -> None:
    from matplotlib.collections import PathCollection

    axes.set_title(title, pad=14)
    axes.set(xlabel=across, ylabel=up, xlim=(0, 1), ylim=(0, 1))
    axes.grid(color="#e5e5e5", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    # below, where it hides nothing
    shown = axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), frameon=False, fontsize=9.5)
    for handle in shown.legend_handles:
        if isinstance(handle, PathCollection):
            handle.set_sizes([60])  # else as large as the first mark
