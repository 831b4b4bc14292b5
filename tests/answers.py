"""The committed answers of the shipped scenarios: a changed answer is a diff to be explained.

``make answers`` writes them anew (``python -m tests.answers``). A change belongs into the changelog under
*Results change*.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import sim

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
ANSWERS = SCENARIOS / "answers"
INDICATORS = (
    *("in_county_rate", "in_county_rate_common", "in_county_admission_share"),
    *(
        "primary_visit_share",
        "in_county_fund_share",
        "out_of_pocket_share",
        "out_of_province_share",
    ),
    *(
        "visits_per_person",
        "admissions_per_100",
        "bed_occupancy",
        "doctor_wait_mean",
        "bed_wait_mean",
    ),
    *("referrals_up", "referrals_down", "diverted", "unmet_visits", "unmet_admissions"),
)


def shipped() -> list[str]:
    """Return the names of the shipped care scenarios."""
    return sorted(file.stem for file in SCENARIOS.glob("*.yaml"))


def answer(name: str) -> pd.DataFrame:
    """Return the headline indicators of a short, fixed run: six weeks of Taining, one replication."""
    study = sim.run(
        name,
        region="fujian/taining",
        weeks=4,
        warm_up=2,
        replications=1,
        scenarios=SCENARIOS,
        workers=1,
    )
    table = study["indicators"].query("tier == '' and county == 0").set_index("indicator")["value"]
    values = [f"{table[indicator]:.6g}" for indicator in INDICATORS]
    return pd.DataFrame({"indicator": INDICATORS, "value": values})


if __name__ == "__main__":
    ANSWERS.mkdir(exist_ok=True)
    for scenario in shipped():
        answer(scenario).to_csv(ANSWERS / f"{scenario}.csv", index=False, lineterminator="\n")
