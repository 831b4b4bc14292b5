"""Systems without a closed formula, or by the clock, whose exact answer a small chain or an integral gives.

Written so that the answer differs from that of a simpler formula by far more than the tolerance: whoever
ignores the peaks of an overflow, the blocking or the reservation is found out.
"""

from __future__ import annotations

from typing import Any

from sim.scenario.network.schema import ALL
from sim.time_units import MINUTES_PER_DAY
from sim.validation.theory.blocking import blocked_tandem
from sim.validation.theory.case import Case, Key
from sim.validation.theory.cases import poisson, station
from sim.validation.theory.infinite_servers import lognormal_stay, present_mean
from sim.validation.theory.overflow import overflow
from sim.validation.theory.reservation import reservation
from sim.validation.theory.served_share import served_share
from sim.validation.theory.shifts import Shift, shift_work

WEEK_MIN = 7 * MINUTES_PER_DAY


def overflowing(patients: int) -> Case:
    """Return a county hospital whose refused patients try the city's, which has patients of its own."""
    rates, stays, beds = (6.0, 2.0), (1.0, 1.5), (5, 6)
    theory = overflow(rates, stays, beds)
    offered = rates[0] * theory.first_refused
    return Case(
        name="overflow-to-city",
        system="overflow",
        source="Kosten 1937, Wilkinson 1956",
        classes={"local": poisson(rates[0], "county"), "urban": poisson(rates[1], "city")},
        stations={
            "county": station(beds[0], room=0, on_full={"local": "city"}),
            "city": station(beds[1], {"exponential": "1.5 min"}, room=0),
        },
        patients=patients,
        rates={"local": rates[0], "urban": rates[1]},
        precise={
            ("local", "county", "refused_share"): theory.first_refused,
            ("local", "city", "refused_share"): theory.overflow_refused,
            ("urban", "city", "refused_share"): theory.own_refused,
            ("local", "county", "number_present"): theory.first_present,
            (ALL, "city", "number_present"): theory.second_present,
        },
        agrees={
            ("local", "city", "number_present"): offered
            * (1.0 - theory.overflow_refused)
            * stays[1],
            ("urban", "city", "number_present"): rates[1] * (1.0 - theory.own_refused) * stays[1],
        },
        warm_up=100,
    )


def blocking(patients: int) -> Case:
    """Return a ward whose beds stay taken until the next ward has one free."""
    rate, services, beds, room = 1.0, (1.0, 2.0), (3, 3), 5
    theory = blocked_tandem(rate, services, beds, room)
    inside = theory.queue_length + theory.first_taken + theory.second_busy
    return Case(
        name="tandem-with-blocking",
        system="blocking",
        source="Hunt 1956",
        classes={"patient": poisson(rate, "ward")},
        stations={
            "ward": station(
                beds[0],
                room=room,
                next={"other": {"step-down": 1.0}},
                hold_until_next={"other": True},
            ),
            "step-down": station(beds[1], {"exponential": "2 min"}),
        },
        patients=patients,
        rates={"patient": rate},
        precise={
            ("patient", "ward", "queue_length"): theory.queue_length,
            ("patient", "ward", "in_service"): theory.first_taken,
            ("patient", "step-down", "queue_length"): theory.blocked,
            ("patient", "step-down", "wait_mean"): theory.blocked / theory.throughput,
            ("patient", "step-down", "in_service"): theory.second_busy,
            ("patient", ALL, "time_in_system_mean"): inside / theory.throughput,
        },
        agrees={("patient", "ward", "refused_share"): theory.refused},
        warm_up=200,
    )


def reserved(patients: int) -> Case:
    """Return a ward that keeps one of its beds for the urgent."""
    rates, beds, kept, room = (1.2, 2.2), 5, 1, 8
    theory = reservation(rates, 1.0, beds, kept, room)
    precise: dict[Key, float] = {}
    agrees: dict[Key, float] = {}
    for row, name in enumerate(("urgent", "routine")):
        where = (name, "ward")
        precise |= {
            (*where, "wait_mean"): theory.wait_mean[row],
            (*where, "queue_length"): theory.queue_length[row],
            (*where, "in_service"): theory.in_service[row],
        }
        agrees[(*where, "refused_share")] = theory.refused[row]
    return Case(
        name="reserved-beds",
        system="reservation",
        source="Taylor and Templeton 1980",
        classes={
            "urgent": poisson(rates[0], "ward"),
            "routine": poisson(rates[1], "ward"),
        },
        stations={
            "ward": station(
                beds,
                room=room,
                priority={"urgent": 0, "routine": 1},
                reserved=kept,
                reserved_for=["urgent"],
            )
        },
        patients=patients,
        rates={"urgent": rates[0], "routine": rates[1]},
        precise=precise,
        agrees=agrees,
        warm_up=200,
    )


def shared(served_every: int, patients: int) -> Case:
    """Return a doctor who sees, once in so many calls, whoever came first, but emergencies before all."""
    names, rates, room = ("emergency", "referred", "routine"), (0.15, 0.45, 0.5), 6
    theory = served_share(rates, 1.0, served_every, room)
    precise: dict[Key, float] = {}
    for row, name in enumerate(names):
        where = (name, "doctor")
        precise |= {
            (*where, "wait_mean"): theory.wait_mean[row],
            (*where, "queue_length"): theory.queue_length[row],
            (*where, "in_service"): theory.in_service[row],
        }
    return Case(
        name=f"served-every-{served_every}",
        system="served_share",
        source="exact chain",
        classes={name: poisson(rate, "doctor") for name, rate in zip(names, rates, strict=True)},
        stations={
            "doctor": station(
                1,
                room=room,
                priority={name: row for row, name in enumerate(names)},
                served_every=served_every,
            )
        },
        patients=patients,
        rates=dict(zip(names, rates, strict=True)),
        precise=precise,
        agrees={(name, "doctor", "refused_share"): theory.refused for name in names},
        warm_up=200,
    )


def shifts(patients: int) -> Case:
    """Return a clinic with three doctors by day, one in the evening and none at night."""
    room, service = 12, 20.0
    by_day = (("00:00", 480, 1.0, 0), ("08:00", 600, 9.0, 3), ("18:00", 360, 3.0, 1))
    theory = shift_work(
        [Shift(minutes, rate / 60.0, servers) for _, minutes, rate, servers in by_day],
        service,
        room,
    )
    rate = sum(minutes * hourly / 60.0 for _, minutes, hourly, _ in by_day) / MINUTES_PER_DAY
    desk = ("patient", "clinic")
    arrivals = [{"from": start, "rate": f"{hourly} per hour"} for start, _, hourly, _ in by_day]
    servers = [{"from": start, "servers": number} for start, _, _, number in by_day]
    return Case(
        name="shifts",
        system="shifts",
        source="Van Loan 1978",
        classes={"patient": {"arrivals": {"piecewise": arrivals}, "start": "clinic"}},
        stations={
            "clinic": station(0, {"exponential": "20 min"}, room=room) | {"servers": servers}
        },
        patients=patients,
        rates={"patient": rate},
        precise={
            (*desk, "queue_length"): theory.queue_length,
            (*desk, "in_service"): theory.in_service,
            (*desk, "wait_mean"): theory.wait_mean,
            (*desk, "utilisation"): theory.utilisation,
        },
        agrees={
            (*desk, "refused_share"): theory.refused,
            (*desk, "number_present"): theory.queue_length + theory.in_service,
        },
        weekly=True,
        warm_up=WEEK_MIN,
    )


def by_the_clock(patients: int) -> Case:
    """Return patients who never wait and arrive by the hour: how many are inside at given times."""
    mean, sd = 180.0, 240.0
    hourly = (("00:00", 0, 2.0), ("07:00", 420, 16.0), ("11:00", 660, 8.0), ("19:00", 1140, 4.0))
    rates = [(float(minute), rate / 60.0) for _, minute, rate in hourly]
    ends = [*(minute for minute, _ in rates[1:]), float(MINUTES_PER_DAY)]
    average = sum(
        rate * (end - minute) for (minute, rate), end in zip(rates, ends, strict=True)
    ) / float(MINUTES_PER_DAY)
    stay = lognormal_stay(mean, sd)
    times = (0, 360, 660, 780, 1080)
    piecewise: list[dict[str, Any]] = [
        {"from": start, "rate": f"{rate} per hour"} for start, _, rate in hourly
    ]
    service = {"lognormal": {"mean": f"{mean} min", "sd": f"{sd} min"}}
    return Case(
        name="inside-by-the-clock",
        system="infinite_servers",
        source="Eick, Massey and Whitt 1993",
        classes={"patient": {"arrivals": {"piecewise": piecewise}, "start": "ward"}},
        stations={"ward": {"servers": "unlimited", "service": {"other": service}}},
        patients=patients,
        rates={"patient": average},
        precise={
            (ALL, ALL, f"inside_at_{minute}"): present_mean(
                rates, float(MINUTES_PER_DAY), stay, mean, float(minute)
            )
            for minute in times
        },
        agrees={("patient", "ward", "number_present"): average * mean},
        weekly=True,
        census=times,
        warm_up=WEEK_MIN,
    )


EXACT = (
    reserved(1_800_000),
    blocking(1_000_000),
    shared(2, 800_000),
    shared(3, 800_000),
    overflowing(600_000),
    shifts(300_000),
    by_the_clock(200_000),
)
