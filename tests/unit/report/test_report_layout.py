"""Nothing lies outside the canvas and no two texts lie on each other, whatever the titles."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from report_frames import first_scenarios, study_tables

from sim.glossary import Language
from sim.measure.tables import StudyTables
from sim.report.flows import draw_flows
from sim.report.in_county import draw_in_county
from sim.report.leak import draw_leak
from sim.report.summary import yearly_flows
from sim.report.visits import draw_visits
from sim.report.words import Words
from sim.report.workload import draw_load

TAIL = {
    "zh": "：床位、人员、转诊与医保支付（DRG）方式改革同时推进",
    "en": " with every bed, staffing, referral and payment measure in force",
}
CASES = [(1, "en"), (3, "zh"), (6, "en"), (6, "zh")]
SMALLEST = 9.0  # points


def named(number: int, lang: Language) -> StudyTables:
    return first_scenarios(study_tables(2), number, TAIL[lang])


def draw(name: str, tables: StudyTables, lang: Language) -> Figure:
    scenarios = tables.scenarios
    if name == "in_county":
        return draw_in_county(tables.scorecard, scenarios, Words.of(lang))
    if name == "leak":
        return draw_leak(yearly_flows(tables.flows, 1.0), scenarios, Words.of(lang))
    if name == "load":
        return draw_load(
            tables.indicators, tables.facilities, tables.waits, scenarios, Words.of(lang)
        )
    if name == "visits":
        return draw_visits(
            yearly_flows(tables.flows, 1.0), tables.scorecard, scenarios, Words.of(lang)
        )
    return draw_flows(
        yearly_flows(tables.flows, 1.0),
        scenarios,
        str(scenarios["scenario"].iloc[-1]),
        Words.of(lang),
    )


def tick_labels(axis: Axis) -> list[Text]:
    """The labels that are drawn: ticks beyond the limits have some, too."""
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * (high - low)
    return [
        tick.label1
        for tick in axis.get_major_ticks()
        if low - room <= tick.get_loc() <= high + room and tick.label1.get_visible()
    ]


def texts_of(axes: Axes) -> list[Text]:
    titles = [text for text in axes.get_children() if isinstance(text, Text)]
    legend = axes.get_legend()
    if legend is not None:
        titles += legend.get_texts()
    if axes.axison:
        titles += [axes.xaxis.label, axes.yaxis.label]
        titles += tick_labels(axes.xaxis) + tick_labels(axes.yaxis)
    return titles


def shown_texts(figure: Figure) -> list[Text]:
    texts = [text for text in figure.get_children() if isinstance(text, Text)]
    for legend in figure.legends:
        texts += legend.get_texts()
    for axes in figure.axes:
        texts += texts_of(axes)
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    return [(text.get_text(), text.get_window_extent()) for text in shown_texts(figure)]


def collisions(found: list[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    """Pairs of texts that share more than the edge of their boxes."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(found, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def outside(figure: Figure, found: list[tuple[str, Bbox]]) -> list[str]:
    return [
        text
        for text, box in found
        if box.x0 < -0.5
        or box.y0 < -0.5
        or box.x1 > figure.bbox.width + 0.5
        or box.y1 > figure.bbox.height + 0.5
    ]


def assert_readable(figure: Figure) -> None:
    found = boxes(figure)
    assert len(found) > 5
    assert outside(figure, found) == []
    assert collisions(found) == []
    assert min(text.get_fontsize() for text in shown_texts(figure)) >= SMALLEST
    for legend in figure.legends:
        frame = legend.get_window_extent()
        assert frame.y0 >= -0.5
        assert frame.y1 <= figure.bbox.height + 0.5


def test_the_check_finds_texts_on_each_other_and_outside() -> None:
    figure = Figure(figsize=(4, 3))
    figure.text(0.5, 0.5, "one")
    figure.text(0.51, 0.5, "other")
    figure.text(0.98, 0.1, "too far right")
    found = boxes(figure)
    assert collisions(found) == [("one", "other")]
    assert outside(figure, found) == ["too far right"]


@pytest.mark.parametrize(
    ("name", "number", "lang"),
    [
        *(("in_county", number, lang) for number, lang in CASES),
        *(("load", number, lang) for number, lang in CASES),
        # Built alike: what one shows of its rows and legend holds for the other.
        *(("leak", number, lang) for number, lang in CASES[::2]),
        *(("visits", number, lang) for number, lang in CASES[1::2]),
    ],
)
def test_figures_are_readable_with_long_titles(name: str, number: int, lang: Language) -> None:
    assert_readable(draw(name, named(number, lang), lang))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_flows_are_readable_with_long_titles(lang: Language) -> None:
    assert_readable(draw("flows", named(1, lang), lang))


@pytest.mark.filterwarnings("error:constrained_layout")
def test_six_long_titles_beside_one_tier_have_room_for_their_legend() -> None:
    tables = named(6, "en")
    clinics = tables.indicators[tables.indicators["tier"] == "village"]
    assert_readable(
        draw_load(clinics, tables.facilities, tables.waits, tables.scenarios, Words.of("en"))
    )


def test_targets_close_together_at_the_edge_keep_their_names_apart() -> None:
    tables = first_scenarios(study_tables(2), 3)
    card = tables.scorecard.copy()
    rate = card["indicator"] == "in_county_rate"
    card.loc[rate, ["mean", "low", "high", "value_2020", "target"]] = [0.31, 0.2, 0.42, 0.99, 0.99]
    assert_readable(draw_in_county(card, tables.scenarios, Words.of("en")))
