"""The cache of compiled code is named by what kernels depend on: all of it, and little else."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import sim
from sim.kernel import KERNEL_SOURCES, source_hash

ROOT = Path(sim.__file__).parent
MAKES_KERNELS = ("kernel", "open_kernel", "entry_kernel", "reader", "writer", "adder")


def _imports(file: Path) -> list[ast.ImportFrom]:
    tree = ast.parse(file.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim.")
    ]


def _makes_kernels(file: Path) -> bool:
    return any(
        node.module in ("sim.kernel", "sim.lookup") and name.name in MAKES_KERNELS
        for node in _imports(file)
        for name in node.names
    )


def test_kernels_take_nothing_from_files_that_their_cache_does_not_name() -> None:
    modules_of_kernels = [file for file in ROOT.rglob("*.py") if _makes_kernels(file)]
    assert len(modules_of_kernels) > 20
    named = {name.removesuffix(".py") for name in KERNEL_SOURCES}
    for file in modules_of_kernels:
        imported = {(node.module or "").split(".")[1] for node in _imports(file)}
        assert file.relative_to(ROOT).parts[0].removesuffix(".py") in named
        assert imported <= {*named, "errors"}, file


def test_an_edit_of_an_engine_changes_the_name_and_one_of_a_report_does_not(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "sim"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = source_hash(copy)
    assert before == source_hash(ROOT)
    with (copy / "report" / "style.py").open("a") as stream:
        stream.write("# edited\n")
    assert source_hash(copy) == before
    with (copy / "engine" / "queues.py").open("a") as stream:
        stream.write("# edited\n")
    assert source_hash(copy) != before
