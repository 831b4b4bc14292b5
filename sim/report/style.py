"""The common look of all figures: colours, type, saving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import offset_copy

from sim.report.fonts import drawable, families, make_drawable
from sim.report.wording import wrapped
from sim.report.words import Words

# Okabe and Ito's palette: told apart with every common form of colour blindness.
TIER_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "village": "#009E73",
        "township": "#56B4E9",
        "county": "#0072B2",
        "city": "#E69F00",
        "province": "#D55E00",
        "outside": "#7F7F7F",
    }
)
REASON_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "preference": "#E69F00",
        "capability": "#0072B2",
        "capacity": "#D55E00",
        "emergency": "#CC79A7",
        "referred_treatable": "#56B4E9",
    }
)
GREY = "#555555"
PALE = "#DDDDDD"
DPI = 150
_COMPRESSION = 3  # of PNG: half the time of the usual 6 for files a tenth larger
MOST_HEIGHT = 40.0  # inches: 6,000 pixels
TITLE_SIZE, NOTE_SIZE = 15, 10  # points
LINE_HEIGHT = 0.19  # inches, of names beside an axis


def figure_style() -> AbstractContextManager[None]:
    """Return a context in which new figures get the common look; nothing is changed outside it."""
    settings: Any = {
        "font.family": families(),
        "font.size": 10.5,
        "axes.titlesize": 12,
        "axes.labelsize": 10.5,
        "figure.titlesize": TITLE_SIZE,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10.5,
        "legend.fontsize": 10,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.axisbelow": True,
        "grid.color": PALE,
        "text.parse_math": False,  # names come from planners: a dollar sign is a dollar sign
        "figure.facecolor": "white",
    }
    return matplotlib.rc_context(settings)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure that makes room for its labels by itself.

    Parameters
    ----------
    width, height : float
        Inches; no figure becomes higher than `MOST_HEIGHT`.
    """
    # Some room between panels, for the outermost tick labels of neighbours.
    return Figure(
        figsize=(width, min(height, MOST_HEIGHT)), layout=ConstrainedLayoutEngine(wspace=0.04)
    )


def headline(figure: Figure, title: str, note: str, caption: str = "") -> None:
    """Put the title over a figure, and under it an explanation and what the figure is of."""
    columns = {  # a letter is about half as wide as high
        size: int(0.93 * figure.get_figwidth() * 72 / (size / 2))
        for size in (TITLE_SIZE, NOTE_SIZE)
    }
    figure.suptitle(wrapped(title, columns[TITLE_SIZE]), x=0.01, ha="left")
    note = "\n".join(wrapped(text, columns[NOTE_SIZE]) for text in (note, caption) if text)
    figure.supxlabel(note, x=0.01, ha="left", fontsize=NOTE_SIZE, color=GREY)


def rows_height(names: Iterable[str], least: float) -> float:
    """Return the height in inches of rows whose names may have several lines.

    Parameters
    ----------
    names : iterable of str
        Names of the rows, broken into lines.
    least : float
        Height of a row with a name of one line.
    """
    lines = [name.count("\n") + 1 for name in names]
    return len(lines) * max(least, LINE_HEIGHT * max(lines, default=1) + 0.12)


def legend_above(
    axis: Axes,
    named: tuple[Sequence[Artist], Sequence[str]] | None = None,
    columns: int = 4,
    points: float = 4.0,
    colour: str = "black",
) -> None:
    """Put the names of an axis's series above it, at its left edge.

    Parameters
    ----------
    axis : Axes
        Whose labelled artists are named.
    named : tuple of artists and names, optional
        Named in their place.
    columns : int
        Names in a line.
    points : float
        How far above the axis.
    colour : str
        Of the names.
    """
    handles, names = named or axis.get_legend_handles_labels()
    axis.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        bbox_transform=offset_copy(
            axis.transAxes, axis.get_figure(root=True), 0.0, points, "points"
        ),
        ncols=columns,
        columnspacing=1.4,
        handlelength=1.6,
        borderaxespad=0.0,
        borderpad=0.0,
        labelcolor=colour,
        fontsize=9.5,
    )


def text_colour(background: str) -> str:
    """Return black or white, whichever reads better on a background colour."""
    red, green, blue = to_rgb(background)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def darker(colour: str) -> str:
    """Return a darker shade of a colour, for words on white."""
    red, green, blue = to_rgb(colour)
    return to_hex((red * 0.7, green * 0.7, blue * 0.7))


def name_rows(axis: Axes, names: Sequence[str]) -> None:
    """Write names beside the rows of an axis, which lie at 0, 1, 2 and so on from the top."""
    axis.set_yticks(range(len(names)), [drawable(name) for name in names])
    axis.set_ylim(max(len(names), 1) - 0.5, -0.5)
    bare(axis)


def bare(axis: Axes) -> None:
    """Take the left spine and its tick marks away: rows of names need none."""
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)


def mark_no_data(axis: Axes, words: Words) -> None:
    """Say in the middle of a panel that there is nothing to show."""
    axis.text(0.5, 0.5, words["text.no_data"], transform=axis.transAxes, ha="center", color=GREY)


def finished(figure: Figure) -> Figure:
    """Lay the figure out while the common look is in force, and return it.

    Tick labels come into being when a figure is first drawn; they must get our fonts. The layout is kept
    for good, so that saving does not work it out again for every file.
    """
    make_drawable(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def save_figure(figure: Figure, path: Path) -> list[Path]:
    """Save a figure as PNG (150 dpi) and SVG, the same bytes for the same figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to save.
    path : Path
        File name without its ending; the folder must exist.

    Returns
    -------
    list of Path
        The PNG and the SVG file.
    """
    make_drawable(figure)
    png, svg = (path.with_name(f"{path.name}.{ending}") for ending in ("png", "svg"))
    # Not by `savefig`, which draws everything once more to find a size that is known.
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).print_png(  # type: ignore[no-untyped-call]
        png, metadata={"Software": None}, pil_kwargs={"compress_level": _COMPRESSION}
    )
    # Text is drawn as outlines in SVG, so that it shows where the font is not installed; ids are
    # derived from a fixed salt and no date is written, so that equal figures are equal files.
    with matplotlib.rc_context({"svg.hashsalt": "tiered-care", "svg.fonttype": "path"}):
        canvas = FigureCanvasSVG(figure)
        canvas.print_svg(svg, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return [png, svg]
