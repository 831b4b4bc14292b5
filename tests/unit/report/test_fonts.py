"""Chinese really shows: glyphs exist, differ from the empty box, and a missing font is an error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

from sim.errors import InputError
from sim.glossary import glossary
from sim.report import fonts
from sim.report.style import figure_style, save_figure

NOWHERE = "\u0378"  # an unassigned code point, which no font draws


@pytest.fixture
def without_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "packaged_font", lambda: None)
    monkeypatch.setattr(fonts, "installed_font", lambda: None)


def drawn(text: str) -> np.ndarray:
    """Return the pixels of a text drawn as figures draw it."""
    with figure_style("zh"):
        figure = Figure(figsize=(0.6, 0.6))
        figure.text(0.5, 0.5, text, fontsize=24, ha="center", va="center")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_the_font_has_a_glyph_for_every_character_of_the_glossary() -> None:
    family = fonts.families("zh")[0]
    font = FT2Font(str(fontManager.findfont(FontProperties(family=family))))
    characters = {c for entry in glossary().values() for c in entry.zh + entry.unit_zh}
    missing = [c for c in sorted(characters) if not c.isspace() and not font.get_char_index(ord(c))]
    assert missing == []


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_chinese_character_is_not_drawn_as_the_empty_box() -> None:
    box = drawn(NOWHERE)
    assert (box < 255).any()  # the box itself is visible, or the comparison would prove nothing
    for character in "县域诊":
        assert not np.array_equal(drawn(character), box)
    assert not np.array_equal(drawn("县"), drawn("域"))


def test_figures_are_drawn_with_the_packaged_font() -> None:
    file = fonts.packaged_font()
    assert file is not None
    assert fonts.families("zh")[0] == FT2Font(str(file)).family_name


def test_without_a_font_chinese_is_refused_in_one_line(without_chinese: None) -> None:
    with pytest.raises(InputError) as error, figure_style("zh"):
        pass
    assert "pip install zhplot" in str(error.value)
    assert "\n" not in str(error.value)


def test_without_a_font_english_still_works(without_chinese: None) -> None:
    assert fonts.families("en") == ["DejaVu Sans"]


def test_a_name_that_cannot_be_drawn_is_refused_and_nothing_written(
    without_chinese: None, tmp_path: Path
) -> None:
    with figure_style("en"):
        figure = Figure()
        figure.text(0.5, 0.5, "Plan 规划")
    with pytest.raises(InputError, match="划规"):
        save_figure(figure, tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []


def test_an_installed_font_is_found_when_the_package_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    family = fonts.families("zh")[0]  # registers the packaged font: now it is an installed one
    monkeypatch.setattr(fonts, "FONT_PACKAGE", "no_such_package")
    assert fonts.packaged_font() is None
    assert fonts.families("zh") == [family, "DejaVu Sans"]


def test_fonts_without_chinese_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "INSTALLED_FAMILIES", ("DejaVu Sans",))
    assert fonts.installed_font() is None
