"""On what it was measured."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("numba", "numpy", "simpy", "ciw", "cimba")
_UNKNOWN = "unknown"


def description() -> str:
    """Return processor, memory, versions and date as Markdown."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} of memory, {platform.system()}; "
        f"Python {platform.python_version()}, {packages}. "
        f"Measured on {date.today().isoformat()}, when {_busy()}."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _busy() -> str:
    """Return what else the machine did at the start."""
    if not hasattr(os, "getloadavg"):
        return "other programs may have run"
    return f"other programs kept {os.getloadavg()[0]:.1f} of the cores busy at the start"


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or _UNKNOWN


def _memory() -> str:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    return _UNKNOWN
