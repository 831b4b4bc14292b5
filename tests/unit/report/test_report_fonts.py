"""Figures carry their own font: Chinese is drawn with glyphs, and no character keeps one from being drawn."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from report_frames import study_tables

from sim.glossary import glossary
from sim.report import fonts
from sim.report.glyphs import STAND_IN, drawn_characters, missing_glyphs, without_gaps
from sim.report.leak import draw_leak
from sim.report.style import figure_style, new_figure, save_figure
from sim.report.summary import yearly_flows
from sim.report.words import Words

ROOT = Path(__file__).parents[3]
NOBODY_HAS_IT = "\U0010fffd"


def image(text: str) -> np.ndarray:
    """The pixels of a text drawn in our style."""
    with figure_style():
        figure = new_figure(1, 1)
        figure.text(0.1, 0.3, text, fontsize=30)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., 0]


def test_every_character_of_glossary_and_regions_is_drawn() -> None:
    words = "".join(entry.zh + entry.en + entry.unit_zh for entry in glossary().values())
    assert missing_glyphs(words) == ""
    for file in (ROOT / "scenarios").rglob("*.csv"):
        with file.open(encoding="utf-8") as lines:
            assert missing_glyphs("".join("".join(row) for row in csv.reader(lines))) == "", file


def test_rare_characters_of_village_names_are_drawn() -> None:
    # 磹, 礵 and 㘵 stand in names of places of Fujian and not in GB 2312.
    assert missing_glyphs("磹礵㘵坂洑尤溪县西滨镇") == ""


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    latin = get_font(findfont(FontProperties(family=[fonts.LATIN_FAMILY])))
    has = set(FT2Font(str(fonts.FONT)).get_charmap()) | set(latin.get_charmap())
    # A later version of matplotlib may bring more Latin, never less of ours.
    assert drawn_characters() <= has
    assert len(drawn_characters()) > 12_000


def test_the_font_says_its_licence_and_has_a_name_of_its_own() -> None:
    font = FT2Font(str(fonts.FONT))
    assert font.family_name == fonts.FAMILY
    names = b" ".join(font.get_sfnt().values())
    assert b"SIL Open Font License" in names.replace(b"\0", b"")
    assert "SIL OPEN FONT LICENSE Version 1.1" in fonts.FONT.with_name("OFL.txt").read_text()
    # "Source" is reserved by the licence: no modified version may be called so.
    assert "Source" not in font.family_name


def test_chinese_is_drawn_and_differs_from_the_stand_in() -> None:
    box, county, province = image(STAND_IN), image("县"), image("省")
    assert (county < 128).sum() > 50
    assert (county != box).any()
    assert (county != province).any()


def test_a_character_no_font_has_is_drawn_as_the_stand_in(tmp_path: Path) -> None:
    assert missing_glyphs(f"a{NOBODY_HAS_IT} b{NOBODY_HAS_IT}\n") == NOBODY_HAS_IT
    assert without_gaps(f"a{NOBODY_HAS_IT}") == f"a{STAND_IN}"
    figure = Figure()
    text = figure.text(0.5, 0.5, f"name {NOBODY_HAS_IT}\nsecond line")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with figure_style():
            assert len(save_figure(figure, tmp_path / "figure")) == 2
    # An unassigned character has no shape: its number is shown, and that can be drawn.
    assert text.get_text() == "name \\U0010FFFD\nsecond line"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_titles_in_any_script_are_drawn_without_a_warning(lang: str) -> None:
    tables = study_tables(1)
    scenarios = tables.scenarios.assign(title_zh="ཐར་པ 県", title_en="县医院 $x^2$ 😀 \x1b[31m")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_leak(yearly_flows(tables.flows, 1.0), scenarios, Words.of(lang))
