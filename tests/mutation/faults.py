"""Faults to plant: each is one small edit that a programmer could make, and that changes results."""

from __future__ import annotations

from tests.mutation.in_clock import CLOCK
from tests.mutation.in_engine import ENGINE
from tests.mutation.in_files import FILES
from tests.mutation.in_forks import FORKS
from tests.mutation.in_measures import MEASURES
from tests.mutation.in_networks import NETWORKS
from tests.mutation.in_pathway import PATHWAY
from tests.mutation.in_persons import PERSONS
from tests.mutation.in_recipes import RECIPES
from tests.mutation.in_services import SERVICES

FAULTS = (
    *PATHWAY, *PERSONS, *CLOCK, *FORKS, *SERVICES, *RECIPES, *NETWORKS, *ENGINE, *MEASURES, *FILES,
)  # fmt: skip
