"""Chinese is drawn with glyphs, never with boxes, and a missing font is one clear message."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from report_frames import study_tables

from sim.errors import InputError
from sim.glossary import glossary
from sim.report import fonts
from sim.report.leak import draw_leak
from sim.report.style import figure_style, new_figure, save_figure


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with matplotlib's own fonts and nothing else."""
    own = [entry for entry in fonts.fontManager.ttflist if "DejaVu" in entry.name]
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    monkeypatch.setattr(fonts.fontManager, "ttflist", own)


def image(text: str) -> np.ndarray:
    """The pixels of a text drawn in our Chinese style."""
    with figure_style("zh"):
        figure = new_figure(1, 1)
        figure.text(0.1, 0.3, text, fontsize=30)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., 0]


def test_the_font_has_a_glyph_for_every_character_of_the_glossary() -> None:
    words = "".join(entry.zh + entry.en + entry.unit_zh for entry in glossary().values())
    assert fonts.undrawable(words, fonts.families("zh")) == ""


def test_glyph_ids_are_not_the_missing_glyph() -> None:
    file = fonts.packaged_font() or fonts.installed_font()
    assert file is not None
    font = FT2Font(str(file))
    assert all(font.get_char_index(ord(character)) > 0 for character in fonts.SAMPLE)


@pytest.mark.filterwarnings("ignore:Glyph")
def test_chinese_is_drawn_and_differs_from_the_missing_glyph_box() -> None:
    nobody_has_it = "\U0010fffd"
    box, county, province = image(nobody_has_it), image("县"), image("省")
    assert (county < 128).sum() > 50
    assert (county != box).any()
    assert (county != province).any()


def test_the_font_package_is_located_but_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, fonts.FONT_PACKAGE, raising=False)
    file = fonts.packaged_font()
    assert file is not None
    assert file.suffix == ".ttf"
    assert fonts.families("zh")[0] == FT2Font(str(file)).family_name
    assert fonts.FONT_PACKAGE not in sys.modules


def test_without_the_package_an_installed_font_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = fonts.packaged_font()
    assert packaged is not None
    fonts.families("zh")  # makes the font known to matplotlib
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    assert fonts.packaged_font() is None
    assert fonts.families("zh")[0] in fonts.INSTALLED_FAMILIES


@pytest.mark.usefixtures("no_chinese_font")
def test_chinese_without_a_font_is_one_message_that_names_the_package() -> None:
    with pytest.raises(InputError) as raised:
        fonts.families("zh")
    assert len(raised.value.problems) == 1
    assert "\n" not in str(raised.value)
    assert "pip install zhplot" in str(raised.value)
    assert "--lang en" in str(raised.value)


@pytest.mark.usefixtures("no_chinese_font")
def test_english_without_a_chinese_font_uses_the_latin_one() -> None:
    assert fonts.families("en") == [fonts.LATIN_FAMILY]


@pytest.mark.usefixtures("no_chinese_font")
def test_a_chinese_title_without_a_font_is_refused_before_it_is_drawn(
    recwarn: pytest.WarningsRecorder,
) -> None:
    tables = study_tables(1)
    scenarios = tables.scenarios.assign(title_en="县医院")
    with pytest.raises(InputError, match=r"[县医院]{3}") as raised:
        draw_leak(tables.flows, scenarios, "en")
    assert "zhplot" in str(raised.value)
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


def test_a_character_no_font_has_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.5, 0.5, "\U0010fffd")
    with pytest.raises(InputError, match="no font was found for the characters"):
        save_figure(figure, tmp_path / "figure")
    assert list(tmp_path.iterdir()) == []


def test_a_hidden_text_needs_no_glyphs() -> None:
    figure = Figure()
    text = figure.text(0.5, 0.5, "\U0010fffd", visible=False)
    fonts.require_glyphs(figure)
    text.set_visible(True)
    with pytest.raises(InputError, match="no font was found for the characters"):
        fonts.require_glyphs(figure)
