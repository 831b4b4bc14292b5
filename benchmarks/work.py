"""What a run did, and whether that is the work it was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.networks import Network
from benchmarks.theory import expected


class WrongWorkError(Exception):
    """A run did not do the work that its speed is measured by."""


@dataclass(frozen=True)
class Work:
    """What a run of a network did.

    Attributes
    ----------
    entered, left : int
        Patients.
    visits : int
        Times that a patient's wait ended, by being served or by giving up.
    reneged : int
        Of these, those who gave up.
    waited : float
        Minutes waited on all visits.
    """

    entered: int
    left: int
    visits: int
    reneged: int
    waited: float

    @property
    def events(self) -> int:
        """Moments at which something happened: arrivals, ends of services, ends of patience."""
        return self.entered + self.visits


def assert_close(what: str, found: float, wanted: float, within: float) -> None:
    """Raise unless a number is as close to what is wanted as chance explains.

    Raises
    ------
    WrongWorkError
    """
    if not abs(found - wanted) <= within:
        raise WrongWorkError(f"{what}: {found:,.6g}, wanted {wanted:,.6g} within {within:,.3g}")


def assert_network_work(network: Network, minutes: float, work: Work) -> None:
    """Raise unless a run served whom it should, as often and after such waits as theory says.

    Parameters
    ----------
    network : Network
    minutes : float
        Length of the run, begun empty.
    work : Work

    Raises
    ------
    WrongWorkError
        If patients, visits per patient, those who gave up or the mean wait differ by more than five
        standard errors and what the edges of the run explain.
    """
    want, name = expected(network, minutes), network.name
    assert_close(f"{name}: patients", work.left, want.patients, want.patients_within)
    visits = work.visits / max(1, work.left)
    assert_close(f"{name}: visits per patient", visits, want.visits, want.visits_within)
    assert_close(f"{name}: who gave up", work.reneged, want.reneged, want.reneged_within)
    wait = work.waited / max(1, work.visits)
    assert_close(f"{name}: mean wait in minutes", wait, want.wait, want.wait_within)
