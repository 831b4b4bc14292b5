"""The picture of a warm-up shows every quantity, both warm-ups, and gaps as gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.glossary import Language, label
from sim.report.warm_up import MOST_PANELS, draw_warm_up
from sim.report.words import Words

DAY = 1440.0


def frames(quantities: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    minutes = (np.arange(60) + 0.5) * DAY
    welch = pd.concat(
        pd.DataFrame({"quantity": q, "minutes": minutes, "value": 0.5, "moving_average": 0.25})
        for q in quantities
    )
    judged = pd.DataFrame({"quantity": quantities, "needed": 10 * DAY, "warm_up": 56 * DAY})
    return welch, judged


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_quantity_has_a_panel(lang: Language) -> None:
    names = ["bed_occupancy", "bed_wait_mean:county", "wait_mean:clinic"]
    welch, judged = frames(names)
    judged.loc[2, "needed"] = float("nan")
    welch.loc[welch["quantity"] == "bed_wait_mean:county", "value"] = float("nan")
    figure = draw_warm_up(welch, judged, "A", Words.of(lang), differences=True)
    first, empty, network, unused = figure.axes
    assert first.get_title(loc="left") == Words.of(lang).quantity("bed_occupancy", differences=True)
    assert label("unit.points", lang) in first.get_title(loc="left")
    lines = [line.get_xdata()[0] for line in first.lines if len(line.get_xdata()) == 2]
    assert lines == [0.0, 56.0, 10.0]
    # Shares are shown in per cent.
    assert first.lines[0].get_ydata()[0] == 50.0
    assert label("text.no_data", lang) in [text.get_text() for text in empty.texts]
    assert network.get_title(loc="left") == Words.of(lang).quantity("wait_mean:clinic")
    assert not any(line.get_xdata()[0] == 10.0 for line in network.lines)
    assert not unused.axison


def test_no_more_panels_than_a_page_holds() -> None:
    welch, judged = frames([f"wait_mean:s{number}" for number in range(20)])
    figure = draw_warm_up(welch, judged, "A", Words.of("en"), differences=False)
    assert sum(axis.axison for axis in figure.axes) == MOST_PANELS
