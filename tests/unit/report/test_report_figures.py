"""Figures show the numbers of the tables, every scenario, and gaps as gaps."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from report_frames import BY_TIER, SCENARIOS, first_scenarios, study_tables

from sim.glossary import LEAK_REASONS, TIERS, label
from sim.measure.compare import summarise
from sim.measure.tables import StudyTables
from sim.report import style
from sim.report.figures import study_figures
from sim.report.flows import NODE_WIDTH, draw_flows, spread
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.style import TIER_COLOURS, save_figure
from sim.report.visits import draw_visits
from sim.report.words import Words
from sim.report.workload import draw_load

NAN = float("nan")


@pytest.fixture
def tables() -> StudyTables:
    return first_scenarios(study_tables(3), 3)


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


def bars(axes: Axes) -> dict[str, list[float]]:
    """Widths of stacked bars by legend entry, from the top row down."""
    return {
        str(group.get_label()): [float(bar.get_width()) for bar in group]
        for group in axes.containers
    }


def segments(axes: Axes) -> list[list[float]]:
    """The x ends of the interval lines, in the order drawn."""
    return [
        [float(x) for x in line.get_xdata()]
        for line in axes.lines
        if len(line.get_xdata()) == 2 and line.get_linestyle() == "-" and line.get_linewidth() > 1.7
    ]


def dots(axes: Axes, marker: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in axes.lines
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def legend_names(figure: Figure) -> list[str]:
    legends = [*figure.legends, *(a.get_legend() for a in figure.axes)]
    return [
        text.get_text().replace("\n", " ")
        for legend in legends
        if legend is not None
        for text in legend.get_texts()
    ]


def test_in_county_draws_means_intervals_and_references(tables: StudyTables) -> None:
    left, right = draw_in_county(tables.scorecard, tables.scenarios, Words.of("en")).axes
    card = tables.scorecard.set_index("indicator")
    for axes, key in ((left, "in_county_rate"), (right, "in_county_admission_share")):
        rows = card.loc[key]
        assert dots(axes, "o") == [(x * 100, y) for y, x in enumerate(rows["mean"])]
        ends = (rows[["low", "high"]] * 100).to_numpy().tolist()
        assert segments(axes) == [pytest.approx(pair) for pair in ends]
        assert [w for w in words(axes) if w.endswith("%")][-3:] == [
            f"{mean:.1%}" for mean in rows["mean"]
        ]
    common = card.loc["in_county_rate_common", "mean"] * 100
    assert [x for x, _ in dots(left, "D")] == pytest.approx(list(common))
    assert "Target ≥90%" in words(left)
    assert {"Target ≥70%", "Province 2020: 62.75%"} <= set(words(right))
    assert [line.get_xdata()[0] for line in right.lines][:2] == pytest.approx([62.75, 70.0])
    low, high = left.get_xlim()
    assert all(low < x < high for x in common)


def test_leak_parts_add_up_to_the_share_that_left(tables: StudyTables) -> None:
    (axes,) = draw_leak(tables.flows, tables.scenarios, Words.of("zh")).axes
    drawn = bars(axes)
    for row, name in enumerate(tables.scenarios["scenario"]):
        flows = tables.flows[tables.flows["scenario"] == name]
        everything = flows["count"].sum()
        for reason in LEAK_REASONS:
            count = flows.loc[flows["reason"] == reason, "count"].sum()
            assert drawn[label(f"reason.{reason}", "zh")][row] == pytest.approx(
                100 * count / everything
            )
        left = flows.loc[flows["reason"] != "", "count"].sum() / everything
        assert f"{left:.1%}" in words(axes)


def test_visits_are_the_shares_of_tiers(tables: StudyTables) -> None:
    (axes,) = draw_visits(tables.flows, tables.scorecard, tables.scenarios, Words.of("en")).axes
    seen = tables.flows[tables.flows["kind"] != "admission"]
    counts = seen.groupby(["scenario", "tier"])["count"].sum().unstack()
    shares = counts.div(counts.sum(axis=1), axis=0) * 100
    for tier in TIERS:
        expected = shares.loc[list(tables.scenarios["scenario"]), tier]
        assert bars(axes)[label(f"tier.{tier}", "en")] == pytest.approx(list(expected))
    assert [line.get_xdata()[0] for line in axes.lines] == [65.0, 65.0]


def test_load_draws_every_tier_and_scenario_in_the_units_shown(tables: StudyTables) -> None:
    figure = draw_load(tables.indicators, tables.scenarios, Words.of("en"))
    summary = summarise(tables.indicators).set_index(["indicator", "scenario", "tier"])
    markers = dict(zip(tables.scenarios["scenario"], "os^", strict=True))
    for axes, (indicator, scale) in zip(
        figure.axes,
        (("bed_occupancy", 100), ("doctor_wait_mean", 1), ("bed_wait_mean", 1 / 60)),
        strict=True,
    ):
        for name, marker in markers.items():
            expected = [
                summary.loc[(indicator, name, tier), "mean"] * scale for tier in BY_TIER[indicator]
            ]
            drawn = [x for x, _ in dots(axes, marker)]
            assert sorted(drawn) == pytest.approx(sorted(expected))
    assert figure.axes[0].get_yticklabels()[0].get_text() == "Province"
    assert legend_names(figure) == [SCENARIOS[name][1] for name in markers]


def test_flows_are_as_wide_as_their_shares(tables: StudyTables) -> None:
    figure = draw_flows(tables.flows, tables.scenarios, "plan-2025", Words.of("en"))
    chosen = tables.flows[tables.flows["scenario"] == "plan-2025"]
    for axes, stays in zip(figure.axes, (False, True), strict=True):
        flows = chosen[(chosen["kind"] == "admission") == stays]
        total = flows["count"].sum()
        nodes = [p for p in axes.patches if isinstance(p, Rectangle)]
        for column, x in (("first_tier", 0.0), ("tier", 1 - NODE_WIDTH)):
            heights = {
                mpl.colors.to_hex(node.get_facecolor()).upper(): node.get_height()
                for node in nodes
                if node.get_x() == pytest.approx(x)
            }
            shares = flows.groupby(column)["count"].sum() / total
            expected = {TIER_COLOURS[t]: share for t, share in shares.items() if share > 0}
            assert heights == pytest.approx(expected)
        bands = [p.get_path().vertices for p in axes.patches if isinstance(p, PathPatch)]
        widths = [band[7][1] - band[0][1] for band in bands]
        pairs = flows.groupby(["first_tier", "tier"])["count"].sum() / total
        assert sorted(widths) == pytest.approx(sorted(pairs[pairs > 0]))


def test_labels_that_touch_move_apart_evenly() -> None:
    assert spread([0.0, 0.5, 1.0], 0.2) == [0.0, 0.5, 1.0]
    assert spread([0.5, 0.5], 0.2) == pytest.approx([0.4, 0.6])
    heights = spread([0.0, 0.01, 0.02, 0.9], 0.1)
    assert np.diff(heights).min() >= 0.1 - 1e-12


def test_a_title_that_begins_with_an_underscore_or_holds_dollars_is_shown_as_it_is(
    tables: StudyTables,
) -> None:
    titles = ["_draft", "$5 to $6_a", "plain"]
    scenarios = tables.scenarios.assign(title_en=titles)
    figure = draw_load(tables.indicators, scenarios, Words.of("en"))
    assert legend_names(figure) == titles
    assert not any(text.get_parse_math() for text in figure.legends[0].get_texts())


def test_one_replication_has_dots_and_no_intervals() -> None:
    tables = first_scenarios(study_tables(1), 2)
    figure = draw_in_county(tables.scorecard, tables.scenarios, Words.of("en"))
    assert [len(dots(axes, "o")) for axes in figure.axes] == [2, 2]
    assert [segments(axes) for axes in figure.axes] == [[], []]
    load = draw_load(tables.indicators, tables.scenarios, Words.of("en"))
    assert [segments(axes) for axes in load.axes] == [[], [], []]
    assert len(dots(load.axes[0], "o")) == 4


def test_intervals_of_shares_stay_between_0_and_100_per_cent(tables: StudyTables) -> None:
    full = tables.indicators["indicator"] == "bed_occupancy"
    values = [0.9, 1.0, 1.0]
    indicators = tables.indicators.assign(
        value=tables.indicators["value"].where(
            ~full, [values[r] for r in tables.indicators["replication"]]
        )
    )
    occupancy = draw_load(indicators, tables.scenarios, Words.of("en")).axes[0]
    assert max(max(ends) for ends in segments(occupancy)) == 100.0
    card = tables.scorecard.assign(low=-0.1, high=1.1)
    for axes in draw_in_county(card, tables.scenarios, Words.of("en")).axes:
        assert segments(axes) == [[0.0, 100.0]] * 3


def test_values_that_are_not_defined_leave_gaps(tables: StudyTables) -> None:
    card = tables.scorecard.copy()
    card.loc[card["scenario"] == "no-reform-2025", ["mean", "low", "high"]] = NAN
    left, _ = draw_in_county(card, tables.scenarios, Words.of("en")).axes
    assert [y for _, y in dots(left, "o")] == [0, 2]
    assert [y for _, y in dots(left, "D")] == [0, 2]
    undefined = tables.indicators["tier"] == "township"
    indicators = tables.indicators.assign(value=tables.indicators["value"].mask(undefined))
    load = draw_load(indicators, tables.scenarios, Words.of("en"))
    assert "Township" not in [t.get_text() for t in load.axes[0].get_yticklabels()]


@pytest.mark.filterwarnings("error:constrained_layout")
def test_a_study_without_any_value_says_so(tables: StudyTables) -> None:
    card = tables.scorecard.assign(mean=NAN, low=NAN, high=NAN)
    for figure in (
        draw_in_county(card, tables.scenarios, Words.of("en")),
        draw_load(tables.indicators.iloc[:0], tables.scenarios, Words.of("en")),
        draw_flows(tables.flows.iloc[:0], tables.scenarios, "plan-2025", Words.of("en")),
    ):
        assert all("no data" in words(axes) for axes in figure.axes)
    (leak,) = draw_leak(tables.flows.iloc[:0], tables.scenarios, Words.of("zh")).axes
    assert [w.strip() for w in words(leak)] == ["无数据"] * 3


def test_a_county_nobody_leaves_has_bars_of_nothing(tables: StudyTables) -> None:
    inside = tables.flows[tables.flows["reason"] == ""]
    (axes,) = draw_leak(inside, tables.scenarios, Words.of("en")).axes
    assert words(axes) == ["0.0%"] * 3
    assert axes.get_xlim()[1] > 1
    assert legend_names(axes.figure) == [label(f"reason.{r}", "en") for r in LEAK_REASONS]


def test_a_county_without_a_city_tier(tables: StudyTables) -> None:
    flows = tables.flows[(tables.flows["tier"] != "city") & (tables.flows["first_tier"] != "city")]
    figure = draw_flows(flows, tables.scenarios, "plan-2025", Words.of("en"))
    assert not any("City" in w for axes in figure.axes for w in words(axes))
    (visits,) = draw_visits(flows, tables.scorecard, tables.scenarios, Words.of("en")).axes
    assert bars(visits)["City"] == [0.0] * 3
    indicators = tables.indicators[tables.indicators["tier"] != "city"]
    load = draw_load(indicators, tables.scenarios, Words.of("en")).axes[0]
    assert [t.get_text() for t in load.get_yticklabels()] == [
        "Province",
        "County",
        "Township",
        "Village",
    ]


def test_an_unknown_leak_reason_is_refused(tables: StudyTables) -> None:
    flows = tables.flows.assign(reason="weather")
    with pytest.raises(ValueError, match="weather"):
        draw_leak(flows, tables.scenarios, Words.of("en"))


def test_a_plan_without_a_target_draws_no_line(tables: StudyTables) -> None:
    card = tables.scorecard.assign(operator="", target=NAN, value_2020=NAN)
    (axes,) = draw_visits(tables.flows, card, tables.scenarios, Words.of("en")).axes
    assert list(axes.lines) == []
    left, _ = draw_in_county(card, tables.scenarios, Words.of("en")).axes
    assert not any("Target" in w for w in words(left))


def test_every_figure_is_saved_and_settings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files are compared below; here a smaller picture is enough.
    monkeypatch.setattr(style, "DPI", 30)
    before = dict(mpl.rcParams)
    files = [
        file
        for name, figure in study_figures(first_scenarios(study_tables(2), 1), Words.of("zh"))
        for file in save_figure(figure, tmp_path / name)
    ]
    assert dict(mpl.rcParams) == before
    names = ["in_county", "leak", "load", "visits", "flows_baseline-2020"]
    assert [file.name for file in files] == [f"{n}.{e}" for n in names for e in ("png", "svg")]
    assert all(file.stat().st_size > 2_000 for file in files)


def test_the_same_tables_give_the_same_files(tables: StudyTables, tmp_path: Path) -> None:
    one, other = (
        save_figure(draw_leak(tables.flows, tables.scenarios, Words.of("zh")), tmp_path / name)
        for name in ("one", "other")
    )
    assert [file.suffix for file in one] == [".png", ".svg"]
    for file, twin in zip(one, other, strict=True):
        assert file.read_bytes() == twin.read_bytes()
    svg = one[1].read_text(encoding="utf-8")
    assert "<text" not in svg  # outlines, so that it shows without the font
    assert "dc:date" not in svg


def test_a_frame_is_not_changed_by_drawing(tables: StudyTables) -> None:
    before = tables.scorecard.copy()
    draw_in_county(tables.scorecard, tables.scenarios, Words.of("en"))
    pd.testing.assert_frame_equal(tables.scorecard, before)
