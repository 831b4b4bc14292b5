"""The caption of a study, the answer in a sentence, and what keeps all targets from being met at once."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.frames import rows
from sim.measure.counties import by_county
from sim.measure.joint import blocking_targets, met_nowhere
from sim.measure.tables import HEADLINE, StudyTables
from sim.report.rows import ShownScenarios
from sim.report.wording import MISSING, has_interval
from sim.report.words import Words
from sim.scenario import Scenario
from sim.subjects.care.caption import StudyCaption

MOST_ANSWERS = 6
"""Scenarios with a sentence of their own."""
MOST_COUNTIES = 12
"""Names of counties in a sentence."""


def definition_line(caption: StudyCaption, words: Words) -> str:
    """Return what the figures mean: whose rate, what is inside, which admissions, what is common."""
    defined = caption.definitions
    of = "districts" if caption.only_districts else "county_area"
    return words.filled(
        "text.definitions",
        of=words[f"definition.{of}"],
        inside=words[f"definition.{defined.district_inside}"],
        admissions=words[f"definition.{defined.admissions}"],
        common=len(defined.common_conditions),
    )


def definition_lines(caption: StudyCaption, words: Words) -> list[str]:
    """Return each definition and what the region chose, the common conditions by name."""
    defined = caption.definitions
    kinds = [
        words[f"area.{kind.replace(' ', '_').replace('-', '_')}"] for kind in defined.county_area
    ]
    common = [
        words.in_brackets(words.pick(caption.common[name]), words[f"definition.{band}"])
        for name, band in defined.common_conditions.items()
    ]
    return [
        words.filled("definition.area", kinds=words.listed(kinds)),
        words.filled("definition.inside", inside=words[f"definition.{defined.district_inside}"]),
        words.filled("definition.counted", counts=words[f"definition.{defined.admissions}"]),
        words.filled("definition.common", names=words.listed(common)),
        words["definition.rates"],
        words["definition.occupancy"],
        words["definition.own_payment"],
        words["definition.referrals"],
    ]


def caption_line(caption: StudyCaption, words: Words) -> str:
    """Return county, people, time, replications, seed and version in a line, then the definitions."""
    return words.joined(_study_line(caption, words), definition_line(caption, words))


def _study_line(caption: StudyCaption, words: Words) -> str:
    return words.filled(
        "text.caption",
        areas=words.pick(caption.areas),
        people=f"{caption.people:,}",
        starts=" / ".join(str(day) for day in caption.starts),
        weeks=caption.weeks,
        warm_up=caption.warm_up_weeks,
        replications=caption.replications,
        seed=caption.seed,
        version=caption.version,
    )


def area_line(caption: StudyCaption, words: Words) -> str:
    """Return county, people and counted time, for the title of a table."""
    return words.filled(
        "text.area",
        areas=words.pick(caption.areas),
        people=f"{caption.people:,}",
        starts=" / ".join(str(day) for day in caption.starts),
        weeks=caption.weeks,
    )


def headline_target(tables: StudyTables, words: Words) -> str:
    """Return the target of the headline for people, a dash without one."""
    card = tables.scorecard[tables.scorecard["indicator"] == HEADLINE]
    if card.empty:
        return MISSING
    row = card.iloc[0]
    return words.target(HEADLINE, str(row["operator"]), float(row["target"]))


def answer_lines(tables: StudyTables, caption: StudyCaption, words: Words) -> list[str]:
    """Return the answer to the question of the project, a sentence for each scenario shown.

    How much of the care stays in the county, against the target and the base, and how many found no place;
    where several counties are simulated, also who misses the target.
    """
    shown = ShownScenarios.of(tables, MOST_ANSWERS)
    titles, area = words.titles(tables.scenarios), words.pick(caption.areas)
    card = tables.scorecard[tables.scorecard["indicator"] == HEADLINE].set_index("scenario")
    counties = by_county(tables, HEADLINE)
    lines = []
    for name in shown.names:
        if name in card.index:
            lines.append(_sentence(card, name, shown.names[0], titles, area, words))
        own = counties[counties["scenario"] == name]
        if len(own):
            lines.append(_counties_sentence(own, titles[name], caption, words))
    if shown.left_out:
        lines.append(words.filled("text.more_rows", n=shown.all, k=MOST_ANSWERS // 2))
    return lines


def unstaffed_lines(tables: StudyTables, words: Words) -> list[str]:
    """Return for each scenario shown how many beds of the counties stay empty for want of staff, if any do."""
    titles = words.titles(tables.scenarios)
    local = tables.facilities[tables.facilities["county"] != 0]
    sums = local.groupby("scenario")[["beds", "staffed_beds"]].sum()
    return [
        words.filled(
            "text.unstaffed",
            scenario=titles[name],
            beds=f"{sums['beds'][name]:,.0f}",
            staffed=f"{sums['staffed_beds'][name]:,.0f}",
        )
        for name in ShownScenarios.of(tables, MOST_ANSWERS).names
        if name in sums.index and sums["beds"][name] - sums["staffed_beds"][name] >= 1.0
    ]


def neighbour_lines(tables: StudyTables, caption: StudyCaption, words: Words) -> list[str]:
    """Return how many hospitals of other counties are in reach whose own patients are not simulated, if any."""
    frame = tables.facilities
    other = (frame["county"] != 0) & ~frame["county"].isin(list(caption.names))
    number = frame.loc[other, "facility"].nunique()
    return [words.filled("text.neighbours", n=number)] if number else []


def partly_lines(scenarios: Sequence[Scenario], words: Words) -> list[str]:
    """Return for each scenario from when changes act that do not act in all of the counted weeks."""
    lines = []
    for scenario in scenarios[:MOST_ANSWERS]:
        run = scenario.run
        begun = sorted(
            {e.begins for e in scenario.levers if e.begins and run.start < e.begins < run.end}
        )
        lines += [
            words.filled(
                "text.acts_partly",
                scenario=words.title(scenario),
                date=str(day),
                weeks=f"{(run.end - day).days / 7:.3g}",
                counted=run.length // 7,
            )
            for day in begun
        ]
    return lines


def _sentence(
    card: pd.DataFrame, name: str, base: str, titles: dict[str, str], area: str, words: Words
) -> str:
    row, first = next(rows(card.loc[[name]])), card.loc[[base]] if base in card.index else None
    beside = ""
    if name != base and first is not None:
        before = next(rows(first))
        beside = words.filled(
            "text.answer_base",
            scenario=titles[base],
            rate=words.value(HEADLINE, before.mean),
            verdict=words[f"verdict.{before.verdict}"],
        )
    interval = ""
    if has_interval(row.low, row.high):
        interval = words.interval(HEADLINE, row.low, row.high)
    line = words.filled(
        "text.answer",
        area=area,
        scenario=titles[name],
        rate=words.in_brackets(words.value(HEADLINE, row.mean), interval),
        verdict=words[f"verdict.{row.verdict}"],
        target=words.target(HEADLINE, row.operator, row.target),
        base=beside,
    )
    unmet = words.filled(
        "text.answer_unmet",
        visits=words.value("unmet_visit_share", row.unmet_visit_share),
        stays=words.value("unmet_admission_share", row.unmet_admission_share),
    )
    return line + unmet


def _counties_sentence(own: pd.DataFrame, title: str, caption: StudyCaption, words: Words) -> str:
    """Return which counties meet the target of the headline, and which do not."""
    groups = []
    for verdict, named in own.groupby("verdict", sort=False):
        ordered = named.sort_values("mean", ascending=False, kind="stable")
        names = [
            words.in_brackets(
                words.pick(caption.names[int(row.county)]), words.value(HEADLINE, row.mean)
            )
            for row in rows(ordered)
        ]
        # Of a whole province the names would fill a screen: they are in the picture by county.
        more = ["…"] if len(names) > MOST_COUNTIES else []
        groups.append(
            words.filled(
                "text.answer_group",
                verdict=words[f"verdict.{verdict}"],
                n=len(names),
                names=words.listed([*names[:MOST_COUNTIES], *more]),
            )
        )
    parts = ("；" if words.lang == "zh" else "; ").join(groups)
    return words.filled("text.answer_counties", scenario=title, n=len(own), parts=parts)


def blocked_lines(tables: StudyTables, words: Words) -> list[str]:
    """Return what keeps the targets from being met at once.

    First what no run of any scenario meets; then for each scenario shown what no run of it meets, and in how
    many of its runs all the other targets are met.
    """
    titles = words.titles(tables.scenarios)
    shown = ShownScenarios.of(tables, MOST_ANSWERS)
    lines = []
    nowhere = met_nowhere(tables.scorecard) if shown.all > 1 else []
    if nowhere:
        names = words.listed([words[indicator] for indicator in nowhere])
        lines.append(words.filled("text.never_met", names=names))
    for name in shown.names:
        never, others = blocking_targets(tables.indicators, tables.scorecard, name)
        if never.empty:
            continue
        names = words.listed(_missed(never, words))
        key = "text.blocked" if len(others) else "text.blocked_all"
        lines.append(
            words.filled(
                key,
                scenario=titles[name],
                names=names,
                targets=int(others["targets"].iloc[0]) if len(others) else 0,
                probability=f"{others['probability'].iloc[0]:.2f}" if len(others) else MISSING,
            )
        )
    return lines


def _missed(never: pd.DataFrame, words: Words) -> list[str]:
    return [
        words.filled(
            "text.blocked_one",
            name=words[row.indicator],
            value=words.value(row.indicator, row.mean),
            target=words.target(row.indicator, row.operator, row.target)
            + words.tolerance(row.indicator, row.operator, row.tolerance),
        )
        for row in rows(never)
    ]
