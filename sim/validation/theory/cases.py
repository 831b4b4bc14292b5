"""Stations and networks with closed formulas.

The mean service is one minute unless said otherwise, so that rates are loads. Run lengths come
from variances estimated beforehand with other seeds: the standard error should be about 0.85 % of
the value where the 1 % rule applies (`precise`); the rest must agree within 4 standard errors, however
wide.
"""

from __future__ import annotations

from typing import Any

from sim.validation.theory.case import Case
from sim.validation.theory.jackson import jackson_rates
from sim.validation.theory.stations import (
    MMc,
    erlang_a,
    erlang_b,
    mg1_wait_mean,
    priority_wait_means,
)


def poisson(rate: float, start: str = "desk") -> dict[str, Any]:
    """Return a class as a network file has it: Poisson arrivals per minute that begin at a station."""
    return {"arrivals": {"poisson": f"{rate:.6f} per minute"}, "start": start}


def station(servers: int, service: Any = None, **more: Any) -> dict[str, Any]:
    """Return a station as a network file has it; services are exponential of one minute by default."""
    family = {"exponential": "1 min"} if service is None else service
    return {"servers": servers, "service": {"other": family}, **more}


LOGNORMAL = {"lognormal": {"mean": "1 min", "sd": "1 min"}}
DESK = ("patient", "desk")


def mmc(servers: int, load: float, patients: int, warm_up: int, *, rare: bool = False) -> Case:
    """Return M/M/c; `rare`: hardly anybody waits, so that 1 % of the mean wait needs 80 million patients."""
    rate = load * servers
    theory = MMc(rate, 1.0, servers)
    waits = {
        (*DESK, "wait_mean"): theory.wait_mean,
        (*DESK, "waited_share"): theory.waited_share,
        (*DESK, "queue_length"): rate * theory.wait_mean,
    }
    return Case(
        name=f"mm{servers}-load-0{10 * load:.0f}",
        system="mmc",
        source="Erlang 1917",
        classes={"patient": poisson(rate)},
        stations={"desk": station(servers)},
        patients=patients,
        rates={"patient": rate},
        precise={
            (*DESK, "number_present"): theory.load + rate * theory.wait_mean,
            ("patient", "all", "time_in_system_mean"): 1.0 + theory.wait_mean,
            **({} if rare else waits),
        },
        agrees={
            (*DESK, "utilisation"): load,
            (*DESK, f"waited_over_{1 / servers:g}_min_share"): theory.waited_over(1.0 / servers),
            **(waits if rare else {}),
        },
        work={(*DESK, "in_service"): theory.load},
        warm_up=warm_up,
        waits_over=[f"{1 / servers:g} min"],
        rare=rare,
    )


def mg1(load: float, patients: int) -> Case:
    """Return M/G/1 with lognormal services."""
    wait = mg1_wait_mean(load, 1.0, 1.0)
    return Case(
        name="mg1-lognormal",
        system="mg1",
        source="Pollaczek 1930, Khinchine 1932",
        classes={"patient": poisson(load)},
        stations={"desk": station(1, LOGNORMAL)},
        patients=patients,
        rates={"patient": load},
        precise={
            (*DESK, "wait_mean"): wait,
            (*DESK, "queue_length"): load * wait,
            ("patient", "all", "time_in_system_mean"): 1.0 + wait,
        },
        agrees={(*DESK, "waited_share"): load, (*DESK, "utilisation"): load},
        work={(*DESK, "in_service"): load},
        warm_up=500,
    )


def loss(family: str, service: Any, patients: int) -> Case:
    """Return Erlang B: nobody may wait, services of any family."""
    rate, servers = 4.0, 5
    blocked = erlang_b(servers, rate)
    return Case(
        name=f"erlang-b-{family}",
        system="erlang_b",
        source="Erlang 1917",
        classes={"patient": poisson(rate)},
        stations={"desk": station(servers, service, room=0)},
        patients=patients,
        rates={"patient": rate},
        precise={
            (*DESK, "refused_share"): blocked,
            (*DESK, "number_present"): rate * (1.0 - blocked),
            (*DESK, "utilisation"): rate * (1.0 - blocked) / servers,
        },
        warm_up=100,
    )


def priorities(servers: int, patients: int) -> Case:
    """Return M/M/c with non-preemptive priorities of two classes."""
    rates = {"urgent": 0.2 * servers, "routine": 0.35 * servers}
    urgent, routine = priority_wait_means(list(rates.values()), 1.0, servers)
    return Case(
        name=f"priorities-mm{servers}",
        system="priorities",
        source="Cobham 1954",
        classes={name: poisson(rate) for name, rate in rates.items()},
        stations={"desk": station(servers, priority={"urgent": 0, "routine": 1})},
        patients=patients,
        rates=rates,
        precise={
            ("urgent", "all", "time_in_system_mean"): 1.0 + urgent,
            ("routine", "all", "time_in_system_mean"): 1.0 + routine,
            ("urgent", "desk", "number_present"): rates["urgent"] * (1.0 + urgent),
            ("routine", "desk", "number_present"): rates["routine"] * (1.0 + routine),
            ("urgent", "desk", "wait_mean"): urgent,
            ("routine", "desk", "wait_mean"): routine,
        },
        work={(name, "desk", "in_service"): rate for name, rate in rates.items()},
        warm_up=200,
    )


def impatience(patients: int) -> Case:
    """Return Erlang A: more work than servers, patients of little patience."""
    rate, servers, patience = 7.0, 5, 2.0
    theory = erlang_a(rate, 1.0, servers, patience)
    return Case(
        name="erlang-a",
        system="erlang_a",
        source="Palm 1957",
        classes={"patient": poisson(rate)},
        stations={"desk": station(servers, patience={"other": {"exponential": "2 min"}})},
        patients=patients,
        rates={"patient": rate},
        precise={
            (*DESK, "reneged_share"): theory.reneged_share,
            (*DESK, "queue_length"): theory.queue_length,
            (*DESK, "in_service"): theory.in_service,
        },
        agrees={
            (*DESK, "utilisation"): theory.in_service / servers,
            ("patient", "all", "time_in_system_mean_of_all"): (
                theory.queue_length + theory.in_service
            )
            / rate,
        },
        warm_up=100,
    )


def tandem(patients: int) -> Case:
    """Return a Jackson network: two stations, and a fifth sent back to the first."""
    rate, back = 0.4, 0.2
    flow = jackson_rates([rate, 0.0], [[0.0, 1.0], [back, 0.0]])
    desk, lab = MMc(flow[0], 1.0, 1), MMc(flow[1], 2.0, 2)
    lab_service = {"exponential": "2 min"}
    present = [queue.load + queue.rate * queue.wait_mean for queue in (desk, lab)]
    return Case(
        name="tandem-with-feedback",
        system="jackson",
        source="Jackson 1957",
        classes={"patient": poisson(rate)},
        stations={
            "desk": station(1, next={"other": {"lab": 1.0}}),
            "lab": station(2, lab_service, next={"other": {"desk": back}}),
        },
        patients=patients,
        rates={"patient": rate},
        precise={
            (*DESK, "number_present"): present[0],
            ("patient", "lab", "number_present"): present[1],
            ("patient", "all", "time_in_system_mean"): sum(present) / rate,
            (*DESK, "wait_mean"): desk.wait_mean,
            ("patient", "lab", "wait_mean"): lab.wait_mean,
        },
        work={(*DESK, "in_service"): desk.load, ("patient", "lab", "in_service"): lab.load},
        warm_up=200,
    )


CLOSED_FORMS = (
    mmc(20, 0.8, 12_000_000, 60),
    mmc(5, 0.8, 3_600_000, 200),
    mmc(2, 0.8, 2_400_000, 500),
    mmc(1, 0.8, 2_000_000, 1000),
    mmc(5, 0.5, 2_000_000, 50),
    priorities(3, 1_200_000),
    mmc(2, 0.5, 600_000, 100),
    mmc(20, 0.5, 600_000, 50, rare=True),
    priorities(1, 600_000),
    mg1(0.5, 600_000),
    tandem(600_000),
    mmc(1, 0.5, 300_000, 150),
    impatience(300_000),
    loss("exponential", None, 200_000),
    loss("lognormal", LOGNORMAL, 200_000),
)
