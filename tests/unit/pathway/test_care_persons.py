"""Whom episodes befall: persons by address, chronic conditions always on the same few."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import Visitors, make_world, settings

from sim.chance import place_key, run_key, shuffled
from sim.glossary import AGE_BANDS
from sim.pathway.care.onset import begin
from sim.pathway.care.person import index_of_person, person_key
from sim.world.care.build.persons import whole_parts
from sim.world.care.world import CareWorld, Setting
from sim.world.fields import Reals

_MANY = 20_000
_PEOPLE = 1_000
_AGES = len(AGE_BANDS)


def town(prevalence: float = 1.0, people: int = _PEOPLE) -> CareWorld:
    """Return the hand-made county with as many people in each age band."""
    return make_world(
        person_first=range(0, people * _AGES + 1, people), prevalence=[prevalence] * _AGES
    )


def episodes_by_person(world: CareWorld, people: int = _PEOPLE) -> Reals:
    """Return how many of many episodes befall each person of an age band."""
    visitors = Visitors(world, _MANY)
    keys = visitors.rows["key"][:_MANY].tolist()
    found = [index_of_person(visitors.w, visitors.s, key, 0, 2, 0) for key in keys]
    assert 0 <= min(found) <= max(found) < people
    return np.bincount(found, minlength=people).astype(float)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 65, 127, 1000])
def test_shuffling_puts_everybody_somewhere_else(size: int) -> None:
    key = run_key(1, 0)
    assert sorted(shuffled(key, size, index) for index in range(size)) == list(range(size))


def test_another_key_shuffles_otherwise() -> None:
    first, second = ([shuffled(run_key(n, 0), 100, i) for i in range(20)] for n in (1, 2))
    assert first != second


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        # 10 x (0.26, 0.35, 0.39) = 2.6, 3.5, 3.9: two remain, for the largest remainders.
        (10, [0.26, 0.35, 0.39], [3, 3, 4]),
        # Equal remainders: the first.
        (5, [0.5, 0.5], [3, 2]),
        # Nobody in the second band: the largest gives one.
        (10, [0.99, 0.0, 0.01], [8, 1, 1]),
        # Shares are rounded in print and need not add up to one.
        (100, [0.3, 0.3, 0.3], [34, 33, 33]),
    ],
)
def test_people_are_whole_and_add_up(total: int, shares: list[float], parts: list[int]) -> None:
    assert whole_parts(total, np.array(shares)).tolist() == parts


def test_acute_conditions_befall_everybody_alike() -> None:
    found = episodes_by_person(town())
    expected = _MANY / _PEOPLE
    # Chi-square of 999 degrees: mean 999, standard deviation 45; 4 of them.
    assert abs(((found - expected) ** 2 / expected).sum() - 999) < 4 * np.sqrt(2 * 999)


def test_chronic_people_carry_all_episodes_and_each_as_many_as_a_poisson_number() -> None:
    # 20 % of 1,000 people: 200, who have 20,000 / 200 = 100 episodes each on average.
    found = episodes_by_person(town(prevalence=0.2))
    carriers = found[found > 0.0]
    assert carriers.size == 200
    assert carriers.mean() == 100.0
    # The variance of a Poisson number is its mean: chi-square of 199 degrees.
    assert abs(((carriers - 100.0) ** 2 / 100.0).sum() - 199) < 4 * np.sqrt(2 * 199)


def test_somebody_has_the_condition_however_rare_it_is() -> None:
    found = episodes_by_person(town(prevalence=0.0001, people=10), people=10)
    assert sorted(found.tolist())[-2:] == [0.0, float(_MANY)]


def test_more_carriers_are_the_old_ones_and_others() -> None:
    few, many = (set(np.flatnonzero(episodes_by_person(town(share)))) for share in (0.1, 0.2))
    assert few < many


def test_conditions_are_not_all_on_the_same_people() -> None:
    world = make_world(
        settings=settings({Setting.CONDITIONS: 2}),
        person_first=range(0, _PEOPLE * _AGES + 1, _PEOPLE),
        prevalence=[0.2] * (2 * _AGES),
    )
    visitors = Visitors(world, _MANY)
    keys = visitors.rows["key"][:_MANY].tolist()
    one, two = (
        {index_of_person(visitors.w, visitors.s, key, 0, 2, d) for key in keys} for d in (0, 1)
    )
    # 200 of 1,000 each: 200 x 200 / 1,000 = 40 have both; hypergeometric, standard deviation 5.1.
    assert len(one) == len(two) == 200
    assert abs(len(one & two) - 40) <= 4 * 5.1


def test_scheme_and_contract_are_the_persons() -> None:
    world = make_world(
        settings=settings({Setting.SCHEMES: 2}),
        scheme_share=[0.5, 1.0] * 2,
        yearly_deductible=[0.0] * 4,
        yearly_ceiling=[np.inf] * 4,
        pay=np.ones(2 * 2 * 7),
        person_first=range(0, 20 * _AGES + 1, 20),
    )
    visitors, seen = Visitors(world), {}
    for number in range(2_000):
        begin(visitors.w, visitors.s, 0, 0, number)
        row = visitors.rows[0]
        age = int(row["age"])
        index = index_of_person(visitors.w, visitors.s, int(row["key"]), 0, age, 0)
        seen.setdefault((age, index), set()).add((int(row["scheme"]), int(row["contract"])))
    assert len(seen) == 20 * _AGES
    assert all(len(kinds) == 1 for kinds in seen.values())
    assert len({kind for kinds in seen.values() for kind in kinds}) == 4


def test_a_persons_key_depends_on_run_place_age_and_index() -> None:
    keys = set()
    for seed, name, age, index in np.ndindex(2, 2, 2, 2):
        visitors = Visitors(make_world(place_name=[name]), seed=int(seed))
        assert visitors.state.arrays.place_key.tolist() == [place_key(run_key(seed, 0), name)]
        keys.add(person_key(visitors.s, 0, age, index))
    assert len(keys) == 16
