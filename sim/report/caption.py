"""The caption of a study, the answer in a sentence, and what keeps all targets from being met at once."""

from __future__ import annotations

import pandas as pd

from sim.frames import rows
from sim.glossary import Language, label
from sim.measure.joint import joint_table
from sim.measure.tables import StudyTables
from sim.report.wording import (
    format_interval,
    format_target,
    format_value,
    has_interval,
    scenario_titles,
)
from sim.subjects.care.caption import StudyCaption

HEADLINE = "in_county_rate"
_AND: dict[Language, str] = {"zh": "、", "en": ", "}


def caption_line(caption: StudyCaption, lang: Language) -> str:
    """Return county, people, time, replications, seed and version in a line."""
    return label("text.caption", lang).format(
        areas=getattr(caption.areas, lang),
        people=f"{caption.people:,}",
        starts=" / ".join(str(day) for day in caption.starts),
        weeks=caption.weeks,
        warm_up=caption.warm_up_weeks,
        replications=caption.replications,
        seed=caption.seed,
        version=caption.version,
    )


def answer_lines(tables: StudyTables, caption: StudyCaption, lang: Language) -> list[str]:
    """Return the answer to the question of the project, a sentence for each scenario.

    How much of the care stays in the county, against the target, and how many found no place.
    """
    titles, area = scenario_titles(tables.scenarios, lang), getattr(caption.areas, lang)
    card = tables.scorecard[tables.scorecard["indicator"] == HEADLINE]
    lines = []
    for row in rows(card):
        interval = (
            format_interval(HEADLINE, row.low, row.high) if has_interval(row.low, row.high) else ""
        )
        line = label("text.answer", lang).format(
            area=area,
            scenario=titles[row.scenario],
            rate=format_value(HEADLINE, row.mean, lang),
            interval=label("text.answer_interval", lang).format(interval=interval)
            if interval
            else "",
            verdict=label(f"verdict.{row.verdict}", lang),
            target=format_target(HEADLINE, row.operator, row.target, lang),
        )
        unmet = label("text.answer_unmet", lang).format(
            visits=format_value("unmet_visit_share", row.unmet_visit_share, lang),
            stays=format_value("unmet_admission_share", row.unmet_admission_share, lang),
        )
        lines.append(line + unmet)
    return lines


def blocked_lines(tables: StudyTables, lang: Language) -> list[str]:
    """Return what no run meets, by scenario, and how likely the other targets are met at once."""
    titles = scenario_titles(tables.scenarios, lang)
    lines = []
    for name in tables.scenarios["scenario"]:
        card = tables.scorecard[tables.scorecard["scenario"] == name]
        runs = tables.indicators[tables.indicators["scenario"] == name]
        never = card[card["probability"] == 0.0]
        if never.empty:
            continue
        others = joint_table(runs, card[~card["indicator"].isin(never["indicator"])])
        lines.append(
            label("text.blocked", lang).format(
                scenario=titles[name],
                names=_AND[lang].join(_missed(never, lang)),
                targets=int(others["targets"].iloc[0]) if len(others) else 0,
                probability=f"{others['probability'].iloc[0]:.2f}" if len(others) else "–",
            )
        )
    return lines


def _missed(never: pd.DataFrame, lang: Language) -> list[str]:
    return [
        label("text.blocked_one", lang).format(
            name=label(row.indicator, lang),
            value=format_value(row.indicator, row.mean, lang),
            target=format_target(row.indicator, row.operator, row.target, lang),
        )
        for row in rows(never)
    ]
