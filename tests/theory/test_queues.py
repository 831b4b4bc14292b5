"""The simulation against queueing theory: within 4 standard errors, and these within 1 %."""

from __future__ import annotations

import numpy as np
import pytest
from queue_cases import CASES, Case, measured


def controlled_mean(
    values: np.ndarray, controls: np.ndarray, expected: np.ndarray
) -> tuple[float, float]:
    """Return a mean and its standard error, with what known means explain taken out.

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


def test_controlled_mean_takes_out_what_the_control_explains() -> None:
    control = np.array([1.0, -1.0, 3.0, 0.5, 2.0])
    noise = np.array([0.1, -0.1, 0.0, 0.1, -0.1])
    mean, error = controlled_mean(
        7.0 + 2.0 * (control - 1.0) + noise, control[:, None], np.array([1.0])
    )
    assert mean == pytest.approx(7.0, abs=0.1)
    assert error < 0.1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_simulation_agrees_with_theory(case: Case) -> None:
    found = measured(case)
    controls = np.array([found[key] for key in case.controls]).T
    expected = np.array(list(case.controls.values()))
    for key, value in case.precise.items():
        mean, error = controlled_mean(np.array(found[key]), controls, expected)
        assert error <= 0.01 * value, f"{key}: standard error {error:.3g} of {value:.4g}"
        assert abs(mean - value) <= 4.0 * error, (
            f"{key}: {mean:.5g} +- {error:.2g}, not {value:.5g}"
        )
    for key, value in {**case.agrees, **case.controls}.items():
        mean = np.mean(found[key])
        error = np.std(found[key], ddof=1) / np.sqrt(len(found[key]))
        assert abs(mean - value) <= 4.0 * error, (
            f"{key}: {mean:.5g} +- {error:.2g}, not {value:.5g}"
        )
