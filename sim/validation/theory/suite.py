"""All cases of the theory suite."""

from __future__ import annotations

from sim.validation.theory.cases import CLOSED_FORMS
from sim.validation.theory.exact_cases import EXACT

# Long ones first within each, so that parallel workers end together.
CASES = (*CLOSED_FORMS, *EXACT)
