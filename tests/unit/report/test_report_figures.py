"""Figures show the numbers of the tables, every scenario, and gaps as gaps."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from report_frames import SCENARIOS, caption_of, first_scenarios, many_scenarios, study_tables

from sim.glossary import LEAK_REASONS, TIERS, Language, label
from sim.measure.compare import summarise
from sim.measure.tables import StudyTables
from sim.report import style
from sim.report.counties import draw_counties
from sim.report.figures import MOST_FLOWS, study_figures
from sim.report.flows import NODE_WIDTH, draw_flows
from sim.report.in_county import PANELS, draw_in_county
from sim.report.leak import draw_leak
from sim.report.rows import MOST_ROWS
from sim.report.spread import spread
from sim.report.style import MOST_HEIGHT, TIER_COLOURS, save_figure
from sim.report.summary import largest_total, yearly_flows
from sim.report.visits import draw_visits
from sim.report.words import Words
from sim.report.workload import draw_load, occupancy_by_kind

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
        if len(line.get_xdata()) == 2 and line.get_marker() == "|"
    ]


def cells(axes: Axes) -> list[list[str]]:
    """The texts of the cells, row by row; an empty cell has none."""
    found = {text.get_position(): text.get_text() for text in axes.texts}
    rows, columns = len(axes.get_yticks()), len(axes.get_xticks())
    return [[found.get((x, y), "") for x in range(columns)] for y in range(rows)]


def load_of(tables: StudyTables, lang: Language = "en") -> Figure:
    return draw_load(
        tables.indicators, tables.facilities, tables.waits, tables.scenarios, Words.of(lang)
    )


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
    figure = draw_in_county(tables.scorecard, tables.scenarios, Words.of("en"))
    card = tables.scorecard.set_index("indicator")
    assert len(figure.axes) == len(PANELS)
    for axes, key in zip(figure.axes, PANELS, strict=True):
        rows = card.loc[key]
        assert dots(axes, "o") == [(x * 100, y) for y, x in enumerate(rows["mean"])]
        ends = (rows[["low", "high"]] * 100).to_numpy().tolist()
        assert segments(axes) == [pytest.approx(pair) for pair in ends]
        # Every number says whether it meets the target.
        assert words(axes) == [
            f"{row['mean']:.1%} {label('verdict.' + row['verdict'], 'en')}"
            for _, row in rows.iterrows()
        ]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_in_county_names_whose_value_of_2020_it_shows(tables: StudyTables) -> None:
    figure = draw_in_county(tables.scorecard, tables.scenarios, Words.of("en"))
    named = [[t.get_text() for t in axes.get_legend().get_texts()] for axes in figure.axes]
    assert named[0] == ["Target ≥90%", "Base 86.0%"]
    assert named[2] == ["Target ≥70%", "Base 63.0%", "Province 2020: 62.75%"]
    drawn = {
        line.get_linestyle(): float(line.get_xdata()[0])
        for line in figure.axes[2].lines
        if list(line.get_ydata()) == [0, 1]
    }
    assert drawn == pytest.approx({"-": 70.0, ":": 63.0, "--": 62.75})


def test_a_scenario_alone_has_no_base_line(tables: StudyTables) -> None:
    one = first_scenarios(tables, 1)
    figure = draw_in_county(one.scorecard, one.scenarios, Words.of("en"))
    assert [t.get_text() for t in figure.axes[0].get_legend().get_texts()] == ["Target ≥90%"]


def test_leak_parts_add_up_to_the_share_that_left(tables: StudyTables) -> None:
    (axes,) = draw_leak(yearly_flows(tables.flows, 0.5), tables.scenarios, Words.of("zh")).axes
    drawn = bars(axes)
    for row, name in enumerate(tables.scenarios["scenario"]):
        flows = tables.flows[tables.flows["scenario"] == name]
        everything = flows["count"].sum()
        for reason in LEAK_REASONS:
            count = flows.loc[flows["reason"] == reason, "count"].sum()
            assert drawn[label(f"reason.{reason}", "zh")][row] == pytest.approx(
                100 * count / everything
            )
            # Every part has its number, also a thin one.
            assert f"{100 * count / everything:.1f}" in words(axes)
        left = flows.loc[flows["reason"] != "", "count"].sum()
        # Two replications of half a year.
        assert f"{left / everything:.1%}（每年{left:,.0f}人次）" in words(axes)


def test_visits_are_the_shares_of_tiers(tables: StudyTables) -> None:
    yearly = yearly_flows(tables.flows, 1.0)
    (axes,) = draw_visits(yearly, tables.scorecard, tables.scenarios, Words.of("en")).axes
    seen = tables.flows[tables.flows["kind"] != "admission"]
    counts = seen.groupby(["scenario", "tier"])["count"].sum().unstack()
    shares = counts.div(counts.sum(axis=1), axis=0) * 100
    names = list(tables.scenarios["scenario"])
    for tier in TIERS:
        assert bars(axes)[label(f"tier.{tier}", "en")] == pytest.approx(
            list(shares.loc[names, tier])
        )
    sums = shares.loc[names, ["village", "township"]].sum(axis=1)
    assert [w for w in words(axes) if w.startswith("Primary")] == [
        f"Primary {share:.1f}%" for share in sums
    ]
    assert [line.get_xdata()[0] for line in axes.lines] == [65.0]
    assert "Target >65%" in words(axes)


def test_load_has_a_cell_for_every_kind_tier_and_priority(tables: StudyTables) -> None:
    occupancy, doctors, beds = load_of(tables).axes
    assert cells(occupancy) == [["52", "86"]] * 3
    means = summarise(tables.indicators).set_index(["indicator", "scenario", "tier"])["mean"]
    expected = [
        [f"{means[('doctor_wait_mean', name, tier)]:.1f}" for tier in TIERS[:5]]
        for name in tables.scenarios["scenario"]
    ]
    assert cells(doctors) == expected
    # 18.2 minutes at three tiers with three priorities, in hours.
    assert cells(beds) == [["0.3"] * 9] * 3
    names = [t.get_text().replace("\n", " ") for t in doctors.get_xticklabels()]
    assert names == ["Village", "Township", "County", "City", "Province"]
    rows = [t.get_text() for t in doctors.get_yticklabels()]
    assert rows == [SCENARIOS[name][1] for name in tables.scenarios["scenario"]]


def test_occupancy_of_a_kind_is_that_of_all_its_beds() -> None:
    beds = pd.DataFrame(
        {
            "scenario": "a",
            "kind": ["county_general", "county_general", "village_clinic"],
            "tier": ["county", "county", "village"],
            "staffed_beds": [300.0, 100.0, 0.0],
            "bed_occupancy": [0.9, 0.5, NAN],
        }
    )
    assert occupancy_by_kind(beds).to_dict() == {"county_general": {"a": pytest.approx(0.8)}}


def test_flows_of_all_scenarios_are_on_one_scale(tables: StudyTables) -> None:
    yearly = yearly_flows(tables.flows, 0.5)
    half = yearly.assign(
        count=yearly["count"].mask(yearly["scenario"] != "plan-2025").fillna(yearly["count"] / 2)
    )
    for name in ("baseline-2020", "plan-2025"):
        figure = draw_flows(half, tables.scenarios, name, Words.of("en"))
        chosen = half[half["scenario"] == name]
        limits = {axes.get_ylim() for axes in figure.axes}
        assert len(limits) == 1
        for axes, stays in zip(figure.axes, (False, True), strict=True):
            kinds = ("admission",) if stays else ("outpatient", "emergency")
            flows = chosen[chosen["kind"].isin(kinds)]
            scale = largest_total(half, kinds)
            nodes = [p for p in axes.patches if isinstance(p, Rectangle)]
            for column, x in (("first_tier", 0.0), ("tier", 1 - NODE_WIDTH)):
                heights = {
                    mpl.colors.to_hex(node.get_facecolor()).upper(): node.get_height()
                    for node in nodes
                    if node.get_x() == pytest.approx(x)
                }
                shares = flows.groupby(column)["count"].sum() / scale
                expected = {TIER_COLOURS[t]: share for t, share in shares.items() if share > 0}
                assert heights == pytest.approx(expected)
            bands = [p.get_path().vertices for p in axes.patches if isinstance(p, PathPatch)]
            widths = [band[7][1] - band[0][1] for band in bands]
            pairs = flows.groupby(["first_tier", "tier"])["count"].sum() / scale
            assert sorted(widths) == pytest.approx(sorted(pairs[pairs > 0]))
            assert f"{flows['count'].sum():,.0f} a year" in axes.get_title()


def test_labels_that_touch_move_apart_evenly() -> None:
    assert spread([0.0, 0.5, 1.0], 0.2) == [0.0, 0.5, 1.0]
    assert spread([0.5, 0.5], 0.2) == pytest.approx([0.4, 0.6])
    heights = spread([0.0, 0.01, 0.02, 0.9], 0.1)
    assert np.diff(heights).min() >= 0.1 - 1e-12


def test_a_title_that_begins_with_an_underscore_or_holds_dollars_is_shown_as_it_is(
    tables: StudyTables,
) -> None:
    titles = ["_draft", "$5 to $6_a", "plain"]
    odd = replace(tables, scenarios=tables.scenarios.assign(title_en=titles))
    rows = load_of(odd).axes[0].get_yticklabels()
    assert [text.get_text() for text in rows] == titles
    assert not any(text.get_parse_math() for text in rows)


def test_one_replication_has_dots_and_no_intervals() -> None:
    tables = first_scenarios(study_tables(1), 2)
    figure = draw_in_county(tables.scorecard, tables.scenarios, Words.of("en"))
    assert [len(dots(axes, "o")) for axes in figure.axes] == [2] * len(PANELS)
    assert [segments(axes) for axes in figure.axes] == [[]] * len(PANELS)


def test_intervals_of_shares_stay_between_0_and_100_per_cent(tables: StudyTables) -> None:
    card = tables.scorecard.assign(low=-0.1, high=1.1)
    figure = draw_in_county(card, tables.scenarios, Words.of("en"))
    for axes in figure.axes:
        assert segments(axes) == [[0.0, 100.0]] * 3
        # Intervals that say nothing do not press the dots against the edge.
        assert axes.get_xlim() == (50.0, 100.0)


def test_values_that_are_not_defined_leave_gaps(tables: StudyTables) -> None:
    card = tables.scorecard.copy()
    card.loc[card["scenario"] == "no-reform-2025", ["mean", "low", "high"]] = NAN
    left, *_ = draw_in_county(card, tables.scenarios, Words.of("en")).axes
    assert [y for _, y in dots(left, "o")] == [0, 2]
    undefined = tables.indicators["tier"] == "township"
    indicators = tables.indicators.assign(value=tables.indicators["value"].mask(undefined))
    _, doctors, _ = load_of(replace(tables, indicators=indicators)).axes
    assert "Township" not in [t.get_text() for t in doctors.get_xticklabels()]
    idle = tables.waits.assign(
        served=tables.waits["served"].mask(tables.waits["tier"] == "city", 0)
    )
    *_, beds = load_of(replace(tables, waits=idle)).axes
    assert not any("City" in t.get_text() for t in beds.get_xticklabels())


@pytest.mark.filterwarnings("error:constrained_layout")
def test_a_study_without_any_value_says_so(tables: StudyTables) -> None:
    card = tables.scorecard.assign(mean=NAN, low=NAN, high=NAN)
    none = yearly_flows(tables.flows.iloc[:0], 1.0)
    empty = replace(
        tables,
        indicators=tables.indicators.iloc[:0],
        facilities=tables.facilities.iloc[:0],
        waits=tables.waits.iloc[:0],
    )
    for figure in (
        draw_in_county(card, tables.scenarios, Words.of("en")),
        load_of(empty),
        draw_flows(none, tables.scenarios, "plan-2025", Words.of("en")),
    ):
        assert all("no data" in words(axes) for axes in figure.axes)
    (leak,) = draw_leak(none, tables.scenarios, Words.of("zh")).axes
    assert [w.strip() for w in words(leak)] == ["无数据"] * 3


def test_a_county_nobody_leaves_has_bars_of_nothing(tables: StudyTables) -> None:
    inside = tables.flows[tables.flows["reason"] == ""]
    (axes,) = draw_leak(yearly_flows(inside, 1.0), tables.scenarios, Words.of("en")).axes
    assert words(axes) == ["0.0% (0 a year)"] * 3
    assert axes.get_xlim()[1] > 1
    assert legend_names(axes.figure) == [label(f"reason.{r}", "en") for r in LEAK_REASONS]


def test_a_county_without_a_city_tier(tables: StudyTables) -> None:
    flows = tables.flows[(tables.flows["tier"] != "city") & (tables.flows["first_tier"] != "city")]
    yearly = yearly_flows(flows, 1.0)
    figure = draw_flows(yearly, tables.scenarios, "plan-2025", Words.of("en"))
    assert not any("City" in w for axes in figure.axes for w in words(axes))
    (visits,) = draw_visits(yearly, tables.scorecard, tables.scenarios, Words.of("en")).axes
    assert bars(visits)["City"] == [0.0] * 3
    indicators = tables.indicators[tables.indicators["tier"] != "city"]
    _, doctors, _ = load_of(replace(tables, indicators=indicators)).axes
    names = [t.get_text() for t in doctors.get_xticklabels()]
    assert names == ["Village", "Township", "County", "Province"]


def test_an_unknown_leak_reason_is_refused(tables: StudyTables) -> None:
    flows = tables.flows.assign(reason="weather")
    with pytest.raises(ValueError, match="weather"):
        draw_leak(yearly_flows(flows, 1.0), tables.scenarios, Words.of("en"))


def test_a_plan_without_a_target_draws_no_line(tables: StudyTables) -> None:
    card = tables.scorecard.assign(operator="", target=NAN, value_2020=NAN)
    yearly = yearly_flows(tables.flows, 1.0)
    (axes,) = draw_visits(yearly, card, tables.scenarios, Words.of("en")).axes
    assert list(axes.lines) == []
    figure = draw_in_county(card, tables.scenarios, Words.of("en"))
    assert not any("Target" in name for name in legend_names(figure))


def test_every_figure_is_saved_and_settings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files are compared below; here a smaller picture is enough.
    monkeypatch.setattr(style, "DPI", 30)
    before = dict(mpl.rcParams)
    files = [
        file
        for name, figure in study_figures(
            first_scenarios(study_tables(2), 1), Words.of("zh"), caption_of()
        )
        for file in save_figure(figure, tmp_path / name)
    ]
    assert dict(mpl.rcParams) == before
    names = ["in_county", "leak", "load", "visits", "flows_baseline-2020"]
    assert [file.name for file in files] == [f"{n}.{e}" for n in names for e in ("png", "svg")]
    assert all(file.stat().st_size > 2_000 for file in files)


def test_the_same_tables_give_the_same_files(tables: StudyTables, tmp_path: Path) -> None:
    one, other = (
        save_figure(
            draw_leak(yearly_flows(tables.flows, 1.0), tables.scenarios, Words.of("zh")),
            tmp_path / name,
        )
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


def test_what_a_figure_is_of_stands_under_it(tables: StudyTables) -> None:
    for name, figure in study_figures(tables, Words.of("zh"), caption_of()):
        below = figure.get_supxlabel().replace("\n", "")
        for part in (
            "尤溪县",
            "341,638人",
            "2025-01-06",
            "52周",
            "模拟8次",
            "种子1",
            "0.1.0",
            "未校准",
        ):
            assert part in below, (name, part)
        assert "合计" not in below.partition("尤溪县")[2], name


def two_counties(tables: StudyTables) -> StudyTables:
    """The same with a second county, which keeps 10 points less of its care."""
    whole = tables.indicators["county"] != 0
    second = tables.indicators[whole].assign(county=350582)
    second = second.assign(value=second["value"] - 0.1)
    return replace(tables, indicators=pd.concat([tables.indicators, second], ignore_index=True))


def test_counties_stand_apart_where_a_figure_pools_them(tables: StudyTables) -> None:
    caption = caption_of({350426: ("尤溪县", "Youxi"), 350582: ("晋江市", "Jinjiang")})
    figures = dict(study_figures(two_counties(tables), Words.of("en"), caption))
    assert "pools 2 counties" in figures["in_county"].get_supxlabel().replace("\n", " ")
    (axes,) = figures["counties"].axes
    rows = [t.get_text() for t in axes.get_yticklabels()]
    assert rows == ["Youxi", "Jinjiang"]
    values = np.array([[float(text.rstrip("%")) for text in row] for row in cells(axes)])
    assert values[0] - values[1] == pytest.approx(10.0, abs=0.11)
    assert "counties" not in dict(study_figures(tables, Words.of("en"), caption_of()))


def test_a_county_without_an_interval_is_undecided() -> None:
    table = pd.DataFrame(
        {
            "scenario": "a",
            "county": [1, 2],
            "mean": [0.95, 0.8],
            "verdict": ["undecided", "not_met"],
        }
    )
    scenarios = pd.DataFrame({"scenario": ["a"], "order": 0, "title_zh": "甲", "title_en": "A"})
    figure = draw_counties(table, scenarios, {1: "One", 2: "Two"}, "≥90%", Words.of("en"))
    (axes,) = figure.axes
    colours = [mpl.colors.to_hex(c).upper() for c in axes.collections[0].get_facecolors()]
    assert colours == ["#DDDDDD", "#F2B98A"]


def test_of_many_scenarios_the_highest_and_lowest_are_shown_in_figures_of_bounded_size() -> None:
    tables = many_scenarios(60)
    sizes = {}
    for name, figure in study_figures(tables, Words.of("en"), caption_of()):
        sizes[name] = float(figure.get_figheight())
        if name == "in_county":
            rows = [t.get_text() for t in figure.axes[0].get_yticklabels()]
            below = figure.get_supxlabel().replace("\n", " ")
    assert len(rows) == MOST_ROWS
    assert rows[:3] == ["Scenario 0", "Scenario 1", "Scenario 2"]
    assert rows[-1] == "Scenario 59"
    assert "60 scenarios" in below
    flows = [name for name in sizes if name.startswith("flows_")]
    assert flows == ["flows_s000", "flows_s001", "flows_s059"]
    assert max(sizes.values()) <= MOST_HEIGHT
    assert MOST_FLOWS < 60


def test_memory_does_not_grow_with_the_number_of_figures() -> None:
    tables = many_scenarios(MOST_FLOWS)
    figures = study_figures(tables, Words.of("en"), caption_of())
    held = []
    for name, figure in figures:
        del figure
        if name.startswith("flows_"):
            if not tracemalloc.is_tracing():
                tracemalloc.start()
            gc.collect()  # axes and figures hold each other
            held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert len(held) == MOST_FLOWS
    # A figure of flows is some megabytes; those that were given out are gone.
    assert held[-1] - held[1] < 500_000
    assert plt.get_fignums() == []
