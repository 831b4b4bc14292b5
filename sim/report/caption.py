"""The caption of a study, the answer in a sentence, and what keeps all targets from being met at once."""

from __future__ import annotations

import pandas as pd

from sim.frames import rows
from sim.measure.joint import joint_table
from sim.measure.tables import StudyTables
from sim.report.wording import has_interval
from sim.report.words import Words
from sim.subjects.care.caption import StudyCaption

HEADLINE = "in_county_rate"


def caption_line(caption: StudyCaption, words: Words) -> str:
    """Return county, people, time, replications, seed and version in a line."""
    return words["text.caption"].format(
        areas=words.pick(caption.areas),
        people=f"{caption.people:,}",
        starts=" / ".join(str(day) for day in caption.starts),
        weeks=caption.weeks,
        warm_up=caption.warm_up_weeks,
        replications=caption.replications,
        seed=caption.seed,
        version=caption.version,
    )


def answer_lines(tables: StudyTables, caption: StudyCaption, words: Words) -> list[str]:
    """Return the answer to the question of the project, a sentence for each scenario.

    How much of the care stays in the county, against the target, and how many found no place.
    """
    titles, area = words.titles(tables.scenarios), words.pick(caption.areas)
    card = tables.scorecard[tables.scorecard["indicator"] == HEADLINE]
    lines = []
    for row in rows(card):
        interval = (
            words.interval(HEADLINE, row.low, row.high) if has_interval(row.low, row.high) else ""
        )
        line = words["text.answer"].format(
            area=area,
            scenario=titles[row.scenario],
            rate=words.value(HEADLINE, row.mean),
            interval=words["text.answer_interval"].format(interval=interval) if interval else "",
            verdict=words[f"verdict.{row.verdict}"],
            target=words.target(HEADLINE, row.operator, row.target),
        )
        unmet = words["text.answer_unmet"].format(
            visits=words.value("unmet_visit_share", row.unmet_visit_share),
            stays=words.value("unmet_admission_share", row.unmet_admission_share),
        )
        lines.append(line + unmet)
    return lines


def blocked_lines(tables: StudyTables, words: Words) -> list[str]:
    """Return what no run meets, by scenario, and how likely the other targets are met at once."""
    titles = words.titles(tables.scenarios)
    lines = []
    for name in tables.scenarios["scenario"]:
        card = tables.scorecard[tables.scorecard["scenario"] == name]
        runs = tables.indicators[tables.indicators["scenario"] == name]
        never = card[card["probability"] == 0.0]
        if never.empty:
            continue
        others = joint_table(runs, card[~card["indicator"].isin(never["indicator"])])
        lines.append(
            words["text.blocked"].format(
                scenario=titles[name],
                names=words.listed(_missed(never, words)),
                targets=int(others["targets"].iloc[0]) if len(others) else 0,
                probability=f"{others['probability'].iloc[0]:.2f}" if len(others) else "–",
            )
        )
    return lines


def _missed(never: pd.DataFrame, words: Words) -> list[str]:
    return [
        words["text.blocked_one"].format(
            name=words[row.indicator],
            value=words.value(row.indicator, row.mean),
            target=words.target(row.indicator, row.operator, row.target),
        )
        for row in rows(never)
    ]
