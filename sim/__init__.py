"""Where will a region's patients be treated? A discrete-event simulation of tiered care.

>>> import sim
>>> study = sim.run("baseline-2020", "plan-2025", region="fujian/taining", weeks=4, replications=3)
>>> study["scorecard"]                       # tidy tables: study.names lists them
>>> study.figure("in_county", lang="en")     # a matplotlib figure

Run and compare:     run, compare
Why:                 waterfall, marginal, leaks, bottlenecks, workload
How sure:            uncertainty, precision, warm_up, long_run
Scenarios:           load, check, remarks, resolved, changes, describe, loads,
                     listing, areas, new, shipped_scenarios
Each patient's way:  log, write_log
Evidence:            validate, coverage, fit
Of networks:         delay_by_beds
Progress:            progress_on

Options of all that run something:

    region, weeks, warm_up, replications, seed, scenarios    what is run otherwise than a file states
    out, workers, progress, lang                             how, and where the results go
    figures                                                  where the answer has pictures
    engine, check                                            of run and compare only

``help(sim.run)`` tells more of a function, `docs/reference-api.md` of all. Functions that run something
return a `sim.Answer`, `describe` and `fit` a `sim.Shown`; what is wrong with the input is a
`sim.InputError` of several `sim.Problem`. Other classes: `sim.Aim` of `precision`, `sim.Progress`,
`sim.Listing`, `sim.Change`, `sim.Coverage`, `sim.Validation`, `sim.RunsFailed`, `sim.StudyInterrupted`,
`sim.ValidationStopped`.

Names are imported when they are first used, so that ``import sim`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.answer import Answer as Answer
    from sim.api.answer import Shown as Shown
    from sim.api.areas import areas as areas
    from sim.api.description import describe as describe
    from sim.api.evidence import Coverage as Coverage
    from sim.api.evidence import coverage as coverage
    from sim.api.evidence import fit as fit
    from sim.api.evidence import validate as validate
    from sim.api.how_sure import long_run as long_run
    from sim.api.how_sure import precision as precision
    from sim.api.how_sure import uncertainty as uncertainty
    from sim.api.how_sure import warm_up as warm_up
    from sim.api.logs import log as log
    from sim.api.logs import write_log as write_log
    from sim.api.new import new as new
    from sim.api.scenarios import changes as changes
    from sim.api.scenarios import check as check
    from sim.api.scenarios import listing as listing
    from sim.api.scenarios import load as load
    from sim.api.scenarios import loads as loads
    from sim.api.scenarios import remarks as remarks
    from sim.api.scenarios import resolved as resolved
    from sim.api.shipped import shipped_scenarios as shipped_scenarios
    from sim.api.study import compare as compare
    from sim.api.study import run as run
    from sim.api.why import bottlenecks as bottlenecks
    from sim.api.why import leaks as leaks
    from sim.api.why import marginal as marginal
    from sim.api.why import waterfall as waterfall
    from sim.api.why import workload as workload
    from sim.errors import InputError as InputError
    from sim.errors import Problem as Problem
    from sim.errors import RunsFailed as RunsFailed
    from sim.errors import StudyInterrupted as StudyInterrupted
    from sim.errors import ValidationStopped as ValidationStopped
    from sim.measure.network.delay import delay_by_beds as delay_by_beds
    from sim.measure.output_analysis.precision import Aim as Aim
    from sim.runs.progress import Progress as Progress
    from sim.runs.progress import progress_on as progress_on
    from sim.scenario.care.resolve import Change as Change
    from sim.scenario.find import Listing as Listing
    from sim.validation.validate import Validation as Validation

__version__ = "0.1.0"

_HOMES = {
    "sim.api.answer": ("Answer", "Shown"),
    "sim.api.areas": ("areas",),
    "sim.api.description": ("describe",),
    "sim.api.evidence": ("Coverage", "coverage", "fit", "validate"),
    "sim.api.how_sure": ("long_run", "precision", "uncertainty", "warm_up"),
    "sim.api.logs": ("log", "write_log"),
    "sim.api.new": ("new",),
    "sim.api.scenarios": ("changes", "check", "listing", "load", "loads", "remarks", "resolved"),
    "sim.api.shipped": ("shipped_scenarios",),
    "sim.api.study": ("compare", "run"),
    "sim.api.why": ("bottlenecks", "leaks", "marginal", "waterfall", "workload"),
    "sim.errors": ("InputError", "Problem", "RunsFailed", "StudyInterrupted", "ValidationStopped"),
    "sim.measure.network.delay": ("delay_by_beds",),
    "sim.measure.output_analysis.precision": ("Aim",),
    "sim.runs.progress": ("Progress", "progress_on"),
    "sim.scenario.care.resolve": ("Change",),
    "sim.scenario.find": ("Listing",),
    "sim.validation.validate": ("Validation",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

# Functions: `help(sim)` shows these in full; classes, named above, have a help of their own.
__all__ = [*sorted(name for name in _HOME_OF if name.islower())]


def __getattr__(name: str) -> Any:
    """Import a public name from where it is at home."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(["__version__", *_HOME_OF])
