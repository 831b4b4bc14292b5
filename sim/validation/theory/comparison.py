"""Theory against simulation: one row per measure, with what chance can explain."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from sim.measure.statistics import CONFIDENCE
from sim.validation.theory.case import REPLICATIONS, SEED, Case, Key, measured
from sim.world.fields import Reals

MOST_ERRORS = 4.0
"""Standard errors that a right program may be off by: beyond lies one value in 3,500 (t, 38 degrees)."""


@dataclass(frozen=True)
class Comparison:
    """One measure of one case."""

    case: str
    system: str
    source: str
    key: Key
    theory: float
    simulated: float
    standard_error: float
    degrees: int
    """Of freedom, of the standard error."""
    precision: float = math.inf
    """The largest standard error that is good enough, as a share of the value."""

    @property
    def z(self) -> float:
        """The difference in standard errors; where nothing varies, 0 or endless."""
        difference = self.simulated - self.theory
        if not self.standard_error:
            return math.copysign(math.inf, difference) if difference else 0.0
        return difference / self.standard_error

    @property
    def half_width(self) -> float:
        """Of the interval of `CONFIDENCE`."""
        return float(student.ppf(0.5 + CONFIDENCE / 2.0, self.degrees)) * self.standard_error

    @property
    def problem(self) -> str:
        """What is wrong, in words; empty if nothing is."""
        where = f"{self.case}, {' '.join(self.key)}"
        if self.standard_error > self.precision * abs(self.theory):
            return f"{where}: standard error {self.standard_error:.3g} of {self.theory:.5g}"
        if not abs(self.simulated - self.theory) <= MOST_ERRORS * self.standard_error:
            return (
                f"{where}: {self.simulated:.5g} +- {self.standard_error:.2g}, not {self.theory:.5g}"
            )
        return ""


def controlled_mean(values: Reals, controls: Reals, expected: Reals) -> tuple[float, float]:
    """Return a mean and its standard error, with what known means explain taken out.

    Control variates by regression (Lavenberg and Welch 1981).

    Parameters
    ----------
    values : (replications,)
    controls : (replications, k)
        Measured along with the values.
    expected : (k,)
        Their known means.
    """
    design = np.column_stack([np.ones(len(values)), controls - expected])
    found, *_ = np.linalg.lstsq(design, values, rcond=None)
    residual = values - design @ found
    variance = residual @ residual / (len(values) - design.shape[1])
    return float(found[0]), float(np.sqrt(variance * np.linalg.inv(design.T @ design)[0, 0]))


def compared(case: Case, seed: int = SEED, workers: int = 1) -> tuple[list[Comparison], list[str]]:
    """Simulate a case and compare every measure with theory.

    Returns
    -------
    comparisons : list of Comparison
        The precise ones (controls used), then the others and the controls themselves.
    broken : list of str
        Invariants that a run violated.
    """
    seen = measured(case, seed, workers=workers)
    controls = np.array([seen.values[key] for key in case.controls]).T
    expected = np.array(list(case.controls.values()))
    rows = []
    for key, theory in case.precise.items():
        mean, error = controlled_mean(np.array(seen.values[key]), controls, expected)
        degrees = REPLICATIONS - 1 - len(expected)
        rows.append(_row(case, key, theory, mean, error, degrees, case.precision))
    for key, theory in {**case.agrees, **case.controls}.items():
        values = np.array(seen.values[key])
        error = float(values.std(ddof=1) / np.sqrt(values.size))
        rows.append(_row(case, key, theory, float(values.mean()), error, values.size - 1, math.inf))
    return rows, list(seen.broken)


def _row(
    case: Case,
    key: Key,
    theory: float,
    mean: float,
    error: float,
    degrees: int,
    precision: float,
) -> Comparison:
    return Comparison(
        case.name, case.system, case.source, key, theory, mean, error, degrees, precision
    )
