"""The layers of `sim`, as pyproject.toml states them."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).parents[2]


def test_a_folder_imports_only_from_those_below_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("sim")
    # The package itself names the public interface; it imports nothing before it is asked.
    modules = sorted(module for module in graph.modules if module != "sim")
    place = {module: number for number, module in enumerate(modules)}
    links = [
        (place[module], place[imported])
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
        if imported in place
    ]
    matrix = csr_array(
        ([1] * len(links), tuple(zip(*links, strict=True))), shape=(len(modules),) * 2
    )
    circles, of_module = connected_components(matrix, connection="strong")
    members = [[m for m in modules if of_module[place[m]] == c] for c in range(circles)]
    assert [circle for circle in members if len(circle) > 1] == []
