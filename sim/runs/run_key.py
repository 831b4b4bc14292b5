"""The name of a run: the hash of everything that determines its result.

A result is found again only under the same scenario, region files, engine, seed, replication, code
and numerical libraries; whatever changes, the name changes and the run is computed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from platform import python_version_tuple

import sim

NUMERICAL_LIBRARIES = ("numpy", "scipy", "pandas", "numba", "simpy")
"""Libraries whose version may change a digit of a result."""


def run_key(determinants: Mapping[str, object], replication: int, code: str) -> str:
    """Return the name of a run, 64 hexadecimal digits.

    Parameters
    ----------
    determinants : mapping
        What determines the result beside the replication and the code: plain strings, numbers,
        booleans, ``None``, lists and mappings of them.
    replication : int
        Number of the replication, from 0.
    code : str
        `code_fingerprint` of the package.

    Raises
    ------
    TypeError, ValueError
        If a determinant is of another type or not a finite number.
    """
    return hash_json({"code": code, "determinants": determinants, "replication": replication})


def hash_json(value: object) -> str:
    """Return the SHA-256 of a value in one canonical JSON form (mappings sorted, floats exact)."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return hash_text(text)


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hash_files(files: Iterable[Path], folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by its path relative to `folder`, sorted by path.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    hashes = {file.relative_to(folder).as_posix(): hash_file(file) for file in files}
    return dict(sorted(hashes.items()))


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def source_hash() -> str:
    """Return the SHA-256 of the package: its Python files and the tables beside them."""
    folder = package_folder()
    files = [
        file
        for suffix in ("py", "csv")
        for file in folder.rglob(f"*.{suffix}")
        # Scenarios that came with the program are input: each run names those that it is made from.
        if file.relative_to(folder).parts[0] != "shipped"
    ]
    return hash_json(hash_files(files, folder))


def package_folder() -> Path:
    """Return the folder the package is imported from."""
    return Path(sim.__file__).parent


def library_versions(names: Iterable[str]) -> dict[str, str]:
    """Return the installed version of each library.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one is not installed.
    """
    return {name: metadata.version(name) for name in names}


def code_fingerprint() -> str:
    """Return the hash of the package, the Python version and the numerical libraries."""
    python = ".".join(python_version_tuple()[:2])
    return hash_json([source_hash(), python, library_versions(NUMERICAL_LIBRARIES)])
