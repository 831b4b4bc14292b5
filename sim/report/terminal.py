"""Tables for the terminal: the scorecard of a scenario and the comparison of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table

from sim.frames import number, rows
from sim.measure.tables import HEADLINE, HEADLINES, StudyTables
from sim.report.rows import FEW, ShownScenarios
from sim.report.wording import MISSING, wrapped
from sim.report.words import Words
from sim.safe_text import for_terminal, plain

_VERDICT_STYLE = {"met": "green", "not_met": "red", "undecided": "yellow", "not_judged": "yellow"}
_BESIDE = 3  # scenarios in a table of differences
_INTERVAL_WIDTH = 20  # columns of an interval between two numbers of six digits
_HEADING_WIDTH = 12
_NAME_WIDTHS = {1: 38, 2: 32, 3: 16}
_CHINESE_NAME_WIDTHS = {**_NAME_WIDTHS, 3: 13}  # verdicts are wider, and names break anywhere
_CELL_WIDTH = 17
_TITLE_WIDTHS = {1: 30, 2: 17, 3: 17}  # by the scenarios beside each other
_RANKED_WIDTH = 18
_HEADLINES_WIDTHS = {1: 34, 2: 34, 3: 24}
_TIER_BELOW = MappingProxyType({"bed_wait_mean": "county"})
"""Headlines of which one tier is a row of its own: the beds that the county's patients wait for."""
_MOST_TARGETS = 6
_FIRST_HEADLINES = 4
_SHOWN_VERDICTS = ("met", "not_met", "undecided", "not_judged")
_SHOWN_KINDS = ("simulated", "derived")


def scorecard_shown(tables: StudyTables, caption: str, words: Words) -> Group:
    """Return the scorecards of all scenarios: beside each other, or, of many, a row for each.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    caption : str
        What the study is of.
    words : Words
    """
    shown = ShownScenarios.of(tables)
    if shown.all > FEW:
        return Group(_ranking(tables, shown, caption, words))
    names = shown.names
    parts = [
        _scorecards(tables, names[start : start + _BESIDE], words)
        for start in range(0, len(names), _BESIDE)
    ]
    title = words["text.scorecard_title"]
    parts[0].title = f"{title}\n{for_terminal(caption)}" if caption else title
    parts[-1].caption = words["text.scorecard_note"]
    return Group(*parts)


def _scorecards(tables: StudyTables, names: Sequence[str], words: Words) -> Table:
    """Return the scorecards of some scenarios, a column each: what the model gives a value for."""
    titles = words.titles(tables.scenarios)
    table = new_table("", "")
    table.padding = (0, 0, 0, 1)
    width = (_CHINESE_NAME_WIDTHS if words.lang == "zh" else _NAME_WIDTHS)[len(names)]
    add_words(table, words["column.indicator"], width, least=width)
    for key in ("value_2020", "target"):
        add_numbers(table, words[f"column.{key}"])
    for name in names:
        _add_scenario(table, titles[name], _CELL_WIDTH, len(names))
    card = tables.scorecard
    card = card[
        card["scenario"].isin(names) & card["kind"].isin(_SHOWN_KINDS) & card["mean"].notna()
    ]
    for key in dict.fromkeys(card["indicator"]):
        own = {row.scenario: row for row in rows(card[card["indicator"] == key])}
        first = next(iter(own.values()))
        table.add_row(
            _name_cell(words.with_unit(key), width),
            words.published(key, first.value_2020),
            _target_cell(key, first, words),
            *(_scorecard_cell(own[name], words) if name in own else MISSING for name in names),
        )
    return table


def _scorecard_cell(row: Any, words: Words) -> str:
    """Return a value with its verdict, then its interval, then the share of runs if only some meet it."""
    key, verdict = str(row.indicator), str(row.verdict)
    text, judged = words.value(key, row.mean), verdict in _SHOWN_VERDICTS
    lines = [f"{text} {_styled(words[f'verdict.{verdict}'], verdict)}" if judged else text]
    interval = words.interval(key, row.low, row.high)
    if interval != MISSING:
        lines.append(interval)
    if judged and 0.0 < row.probability < 1.0:
        # Where all runs meet the target, or none does, the verdict says it.
        lines.append(f"{row.probability:.2f}")
    return "\n".join(lines)


def _target_cell(key: str, row: Any, words: Words) -> str:
    """Return a target, and in a second line how far from it still counts."""
    lines = (
        words.target(key, row.operator, row.target),
        words.tolerance(key, row.operator, row.tolerance),
    )
    return "\n".join(filter(None, lines))


def _add_scenario(table: Table, title: str, least: int, beside: int) -> None:
    """Add a scenario's column of numbers; its title goes over several lines, so that the table has room."""
    heading = _name_cell(title, max(least, _TITLE_WIDTHS[beside]))
    table.add_column(heading, justify="right", overflow="fold", min_width=least)


def _name_cell(text: str, width: int) -> str:
    """Return a name broken into lines by the rules of its language, which `rich` does not know."""
    return "\n".join(map(for_terminal, wrapped(plain(text), width).split("\n")))


def _styled(text: str, verdict: str) -> str:
    style = _VERDICT_STYLE.get(verdict)
    return f"[{style}]{text}[/{style}]" if style else text


def _ranking(tables: StudyTables, shown: ShownScenarios, caption: str, words: Words) -> Table:
    """Return a row for each of many scenarios, a column for each judged target."""
    titles, card = words.titles(tables.scenarios), tables.scorecard
    judged = card[card["verdict"].isin(_SHOWN_VERDICTS)]
    # What patients bring about first, of that the headline.
    order = judged.assign(
        place=(judged["indicator"] != HEADLINE) + 2 * (judged["kind"] != "simulated")
    ).sort_values("place", kind="stable")
    keys = list(dict.fromkeys(order["indicator"]))[:_MOST_TARGETS]
    title = words["text.ranking_title"]
    note = words["text.ranking_note"]
    if shown.left_out:
        more = words.filled("text.more_rows", n=shown.all, k=len(shown.names) // 2)
        note = words.joined(note, more)
    table = new_table(f"{title}\n{for_terminal(caption)}" if caption else title, note)
    add_words(table, words["column.scenario"], _RANKED_WIDTH, least=_RANKED_WIDTH)
    for key in keys:
        first = next(rows(judged[judged["indicator"] == key]))
        target = words.target(key, first.operator, first.target)
        add_numbers(table, f"{words.with_unit(key)} {target}", 9)
    cells = judged.set_index(["scenario", "indicator"])
    for name in shown.names:
        values = [
            next(rows(cells.loc[[(name, key)]])) if (name, key) in cells.index else None
            for key in keys
        ]
        table.add_row(
            _name_cell(titles[name], _RANKED_WIDTH),
            *(
                _styled(words.value(key, row.mean), row.verdict) if row is not None else MISSING
                for key, row in zip(keys, values, strict=True)
            ),
        )
    return table


def joint_lines(joint: pd.DataFrame, tables: StudyTables, words: Words) -> list[str]:
    """Return a line for each scenario shown: how many of its runs meet all targets at once.

    Parameters
    ----------
    joint : DataFrame
        As `sim.subjects.care.cases.joint_probabilities` returns it.
    tables : StudyTables
    words : Words
    """
    titles = words.titles(tables.scenarios)
    shown = ShownScenarios.of(tables, FEW).names
    return [
        words.filled(
            "text.joint_line",
            scenario=titles[row.scenario],
            targets=row.targets,
            runs=row.runs,
            weeks=row.weeks,
            probability=f"{row.probability:.2f}",
            low=f"{row.low:.2f}",
            high=f"{row.high:.2f}",
        )
        for row in rows(joint[joint["scenario"].isin(shown)])
    ]


def comparison_table(tables: StudyTables, words: Words, caption: str = "") -> Group:
    """Return the paired differences of every scenario to the base, with intervals that hold together.

    Three scenarios stand beside each other; more go into tables below, so that 100 columns are enough. Of many
    scenarios there is a row for each, with the first indicators only.

    Parameters
    ----------
    tables : StudyTables
        With at least one scenario; those without a difference have no column.
    words : Words
    caption : str
        What the study is of.

    Returns
    -------
    rich.console.Group
        At least one table, the title over the first and the note under the last.
    """
    titles = words.titles(tables.scenarios)
    frame = tables.differences
    frame = frame[(frame["county"] == 0) & _is_headline(frame)]
    base = str(frame["base"].iloc[0]) if len(frame) else next(iter(titles))
    quantity = frame["indicator"] + frame["tier"].map(lambda tier: f":{tier}" if tier else "")
    cells = frame.assign(quantity=quantity).set_index(["quantity", "scenario"])
    compared = set(frame["scenario"])
    shown = ShownScenarios.of(tables)
    others = [name for name in shown.names if name in compared]
    if shown.all > FEW:
        parts = [_compared_rows(cells, {name: titles[name] for name in others}, words)]
    else:
        parts = [
            _comparison(
                cells, {name: titles[name] for name in others[start : start + _BESIDE]}, words
            )
            for start in range(0, max(len(others), 1), _BESIDE)
        ]
    title = words.filled("text.comparison_title", base=for_terminal(titles[base]))
    parts[0].title = f"{title}\n{for_terminal(caption)}" if caption else title
    note = "text.comparison_note" if len(compared) < 2 else "text.comparison_note_joint"
    parts[-1].caption = words.filled(note, n=len(compared))
    return Group(*parts)


def _is_headline(frame: pd.DataFrame) -> pd.Series:
    """Return which rows are of all tiers together, or of the one tier that is shown by itself."""
    return (frame["tier"] == "") | (frame["tier"] == frame["indicator"].map(_TIER_BELOW))


def _quantities() -> Iterator[str]:
    """Yield the headlines, each with its tier below it."""
    for key in HEADLINES:
        yield key
        if key in _TIER_BELOW:
            yield f"{key}:{_TIER_BELOW[key]}"


def _comparison(cells: pd.DataFrame, titles: Mapping[str, str], words: Words) -> Table:
    """Return the differences of some scenarios, a column each."""
    table = new_table("", "")
    width = _HEADLINES_WIDTHS[max(len(titles), 1)]
    add_words(table, words["column.indicator"], width, least=width)
    for title in titles.values():
        _add_scenario(table, title, _INTERVAL_WIDTH, len(titles))
    known = set(cells.index.get_level_values(0))
    for key in _quantities():
        if key in known:
            differences = (_difference(cells, key, name, words) for name in titles)
            name = _name_cell(words.quantity(key, differences=True), width)
            table.add_row(name, *differences)
    return table


def _compared_rows(cells: pd.DataFrame, titles: Mapping[str, str], words: Words) -> Table:
    """Return the differences of many scenarios, a row each."""
    table = new_table("", "")
    add_words(table, words["column.scenario"], 24)
    known = set(cells.index.get_level_values(0))
    keys = [key for key in HEADLINES if key in known][:_FIRST_HEADLINES]
    for key in keys:
        add_numbers(table, words.quantity(key, differences=True), 14)
    for name, title in titles.items():
        table.add_row(for_terminal(title), *(_difference(cells, key, name, words) for key in keys))
    return table


def _difference(cells: pd.DataFrame, key: str, scenario: str, words: Words) -> str:
    """Return a scenario's difference and, in a second line, its interval; a dash without one."""
    if (key, scenario) not in cells.index:
        return MISSING
    columns = ("mean", "low_joint", "high_joint")
    mean, low, high = (number(cells, (key, scenario), column) for column in columns)
    text = words.difference(key, mean, with_unit=False)
    interval = words.difference_interval(key, low, high)
    return f"{text}\n{for_terminal(interval)}" if interval else text


def new_table(title: str, note: str) -> Table:
    """Return an empty table; scenario titles in it have been escaped, they may hold brackets."""
    return Table(
        title=title,
        caption=note,
        title_justify="left",
        caption_justify="left",
        highlight=False,
        padding=(0, 1),
        box=SIMPLE_HEAD,
    )


def add_words(
    table: Table, heading: str, width: int | None = None, *, least: int | None = None
) -> None:
    """Add a column of words, which become narrower where there is no room for all.

    Parameters
    ----------
    table : Table
    heading : str
    width : int, optional
        The most columns of the terminal that it takes.
    least : int, optional
        The fewest; other columns give way first.
    """
    table.add_column(for_terminal(heading), max_width=width, min_width=least, overflow="fold")


def add_numbers(table: Table, heading: str, width: int = _HEADING_WIDTH) -> None:
    """Add a column of numbers at the right: no digit is ever cut, long headings go over several lines.

    Parameters
    ----------
    table : Table
    heading : str
    width : int
        Columns of the terminal for a line of the heading.
    """
    lines = wrapped(plain(heading), width).split("\n")
    table.add_column("\n".join(map(for_terminal, lines)), justify="right", no_wrap=True)


def plain_table(title: str, frame: pd.DataFrame) -> Table:
    """Return a frame as it is, numbers with four decimals."""
    table = Table(title=for_terminal(title))
    for column in frame.columns:
        table.add_column(str(column))
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{x:.4f}" if isinstance(x, float) else for_terminal(str(x)) for x in row))
    return table
