"""Whom an episode befalls: a person is a place, an age band and an index, and nothing is stored of them.

What stays with a person, scheme and contract, is drawn by the person's key. A chronic condition befalls
always the same people of a place and age band, so that follow-up visits are those of few.
"""

from __future__ import annotations

from sim.chance import Key, Purpose, draw, patient_key, shuffled
from sim.glossary import AGE_BANDS
from sim.kernel import open_kernel
from sim.pathway.care import state, view
from sim.world.care.world import Setting

_AGES = len(AGE_BANDS)


@open_kernel
def index_of_person(w: int, s: int, key: Key, place: int, age: int, condition: int) -> Key:
    """Return the index, within the place and age band, of the person whom an episode befalls.

    Parameters
    ----------
    key : int
        Of the episode's draws.
    """
    band = place * _AGES + age
    people = view.person_first(w, band + 1) - view.person_first(w, band)
    share = view.prevalence(w, age * view.settings(w, Setting.CONDITIONS) + condition)
    u = draw(key, Purpose.PERSON, 0)
    if share >= 1.0:
        return int(u * people)
    # In a small place somebody has the condition all the same: its onsets are those of the county's rates.
    carriers = max(1, int(share * people + 0.5))
    order = patient_key(state.place_key(s, place), condition * _AGES + age)
    return shuffled(order, people, int(u * carriers))


@open_kernel
def person_key(s: int, place: int, age: int, index: Key) -> Key:
    """Return the key of a person's draws; the same whatever places and counties are simulated."""
    return patient_key(state.place_key(s, place), index * _AGES + age)


@open_kernel
def scheme_of(w: int, group: int, person: Key) -> int:
    """Return the insurance scheme of a person of a place group, by the key of their draws."""
    u = draw(person, Purpose.SCHEME, 0)
    schemes = view.settings(w, Setting.SCHEMES)
    scheme = 0
    # Counted to the end: a loop that stops at a random place costs more than the few it saves.
    for other in range(schemes - 1):
        scheme += 1 if view.scheme_share(w, group * schemes + other) <= u else 0
    return scheme
