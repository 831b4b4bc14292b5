"""Figures show the numbers of their tables, in the language asked for, with nothing overlapping."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from report_tables import SCENARIOS, study_tables

from sim.glossary import LANGUAGES, LEAK_REASONS, Language
from sim.measure.tables import StudyTables
from sim.report.figures import draw_all
from sim.report.flows import draw_flows, spread
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.load import draw_load
from sim.report.style import save_figure
from sim.report.summary import flow_shares, leak_shares, visit_shares
from sim.report.visits import draw_visits

TABLES = study_tables()


def drawing(name: str, tables: StudyTables, lang: Language) -> Figure:
    if name == "in_county":
        return draw_in_county(tables.scorecard, tables.scenarios, lang)
    if name == "leak":
        return draw_leak(tables.flows, tables.scenarios, lang)
    if name == "load":
        return draw_load(tables.indicators, tables.scenarios, lang)
    if name == "visits":
        return draw_visits(tables.flows, tables.scorecard, tables.scenarios, lang)
    return draw_flows(tables.flows, tables.scenarios, name, lang)


def texts(figure: Figure) -> list[Text]:
    found = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["in_county", "leak", "load", "visits", "plan-2025"])
def test_no_text_overlaps_another_or_is_cut(name: str, lang: Language) -> None:
    figure = drawing(name, TABLES, lang)
    FigureCanvasAgg(figure).draw()
    width, height = figure.canvas.get_width_height()
    # Tick labels outside the axis limits exist but are not drawn; a legend's box is its own affair.
    boxes = {
        text: text.get_window_extent()
        for text in texts(figure)
        if text.get_window_extent().width > 0
    }
    ticks = {label for axis in figure.axes for label in hidden_ticks(axis)}
    shown = {text: box for text, box in boxes.items() if text not in ticks}
    for text, box in shown.items():
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"cut: {text.get_text()}"
    for (one, box), (two, other) in combinations(shown.items(), 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        along = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across < 1 or along < 1, f"overlap: {one.get_text()!r} and {two.get_text()!r}"


def hidden_ticks(axis: matplotlib.axes.Axes) -> set[Text]:
    """Return tick labels that lie outside the limits of their axis, or on an axis switched off."""
    hidden = set()
    for line, (low, high) in ((axis.xaxis, axis.get_xlim()), (axis.yaxis, axis.get_ylim())):
        first, last = sorted((low, high))
        for tick in line.get_major_ticks():
            if not axis.axison or not first <= tick.get_loc() <= last:
                hidden |= {tick.label1, tick.label2}
    return hidden


def test_all_figures_are_saved_with_settings_untouched(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    files = draw_all(study_tables(replications=1, scenarios=1), tmp_path / "figures", "zh")
    names = ["in_county", "leak", "load", "visits", "flows_baseline-2020"]
    assert [file.name for file in files] == [f"{n}.{end}" for n in names for end in ("png", "svg")]
    assert all(file.stat().st_size > 5_000 for file in files)
    assert dict(matplotlib.rcParams) == before


def test_equal_figures_are_equal_files(tmp_path: Path) -> None:
    tables = study_tables(scenarios=2)
    for copy in ("one", "two"):
        save_figure(drawing("leak", tables, "zh"), tmp_path / copy)
    for ending in ("png", "svg"):
        pair = [(tmp_path / f"{copy}.{ending}").read_bytes() for copy in ("one", "two")]
        assert pair[0] == pair[1]


@pytest.mark.parametrize(("lang", "words"), [("zh", "规划目标情景"), ("en", "Plan targets 2025")])
def test_titles_are_in_the_language(lang: Language, words: str) -> None:
    for name in ("leak", "load", "visits", "in_county"):
        assert words in {text.get_text() for text in texts(drawing(name, TABLES, lang))}


def test_leak_reasons_add_up_to_the_out_of_county_share() -> None:
    flows = TABLES.flows
    shares = leak_shares(flows)
    for name in SCENARIOS:
        rows = flows[flows["scenario"] == name]
        outside = rows.loc[rows["reason"] != "", "count"].sum() / rows["count"].sum()
        assert shares.loc[name].sum() == pytest.approx(outside, abs=1e-12)
    assert list(shares.columns) == list(LEAK_REASONS)
    (axis,) = drawing("leak", TABLES, "en").axes
    for place, name in enumerate(SCENARIOS):
        parts = [bars.patches[place].get_width() for bars in axis.containers]
        assert sum(parts) == pytest.approx(shares.loc[name].sum() * 100)
        assert f"{shares.loc[name].sum():.1%}" in {text.get_text() for text in axis.texts}


def test_an_unknown_leak_reason_is_refused() -> None:
    flows = TABLES.flows.assign(reason="weather")
    with pytest.raises(ValueError, match="weather"):
        leak_shares(flows)


def test_visit_shares_leave_admissions_out_and_add_up() -> None:
    shares = visit_shares(TABLES.flows)
    assert shares.sum(axis=1).to_list() == pytest.approx([1.0] * len(SCENARIOS))
    only = TABLES.flows[TABLES.flows["kind"] == "admission"]
    assert visit_shares(pd.concat([TABLES.flows, only])).equals(shares)


def test_flow_bands_are_the_shares_of_the_table() -> None:
    shares = flow_shares(TABLES.flows, "plan-2025", ["admission"])
    assert shares.to_numpy().sum() == pytest.approx(1)
    bands = [p for p in drawing("plan-2025", TABLES, "en").axes[1].patches if type(p) is PathPatch]
    heights = [band.get_path().vertices[-2, 1] - band.get_path().vertices[0, 1] for band in bands]
    wanted = shares.to_numpy().ravel()
    assert heights == pytest.approx(wanted[wanted > 0])


def test_flows_without_visits_say_so() -> None:
    flows = TABLES.flows[TABLES.flows["kind"] != "admission"]
    figure = draw_flows(flows, TABLES.scenarios, "plan-2025", "en")
    assert "no data" in {text.get_text() for text in figure.axes[1].texts}


def test_in_county_dots_intervals_and_lines_stand_where_the_scorecard_says() -> None:
    left, right = drawing("in_county", TABLES, "en").axes
    card = TABLES.scorecard.set_index(["indicator", "scenario"]).loc["in_county_rate"]
    dots = [line.get_xdata()[0] for line in left.lines if line.get_marker() == "o"]
    assert dots == pytest.approx((card["mean"] * 100).to_list())
    bars = [line.get_xdata() for line in left.lines if line.get_linewidth() == 2.2]
    assert np.asarray(bars) == pytest.approx((card[["low", "high"]] * 100).to_numpy())
    vertical = [line.get_xdata()[0] for line in right.lines if line.get_linewidth() == 1.6]
    assert sorted(vertical) == pytest.approx([62.75, 70.0])


def test_one_replication_has_dots_without_intervals() -> None:
    tables = study_tables(replications=1, scenarios=2)
    for name, width in (("in_county", 2.2), ("load", 1.8)):
        lines = [line for axis in drawing(name, tables, "en").axes for line in axis.lines]
        assert not [line for line in lines if line.get_linewidth() == width]
        assert [line for line in lines if line.get_marker() in ("o", "s")]


def test_load_shows_minutes_and_hours() -> None:
    tables = study_tables(scenarios=1)
    occupancy, doctor, bed = drawing("load", tables, "en").axes
    rows = tables.indicators[tables.indicators["tier"] == "city"]
    for axis, key, scale in (
        (occupancy, "bed_occupancy", 100),
        (doctor, "doctor_wait_mean", 1),
        (bed, "bed_wait_mean", 1 / 60),
    ):
        mean = rows.loc[rows["indicator"] == key, "value"].mean() * scale
        dots = [x for line in axis.lines if line.get_marker() == "o" for x in line.get_xdata()]
        assert any(dot == pytest.approx(mean) for dot in dots)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8).map(sorted),
    st.floats(0.001, 0.2),
)
def test_labels_spread_in_order_and_stay_put_when_there_is_room(
    centres: list[float], spacing: float
) -> None:
    heights = spread(centres, spacing)
    assert all(b - a >= spacing - 1e-9 for a, b in pairwise(heights))
    assert np.mean(heights) == pytest.approx(np.mean(centres), abs=1e-9)
    apart = all(b - a >= spacing for a, b in pairwise(centres))
    if apart:
        assert heights == pytest.approx(centres)


def test_tables_without_a_column_are_refused() -> None:
    frames = {name: getattr(TABLES, name) for name in TABLES.__dataclass_fields__}
    frames["flows"] = frames["flows"].drop(columns="reason")
    with pytest.raises(ValueError, match=r"flows\.reason"):
        StudyTables(**frames)
