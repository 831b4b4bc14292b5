"""The tutorial's cells run from the first to the last, and end in what the text says."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tutorial() -> nbformat.NotebookNode:
    notebook = nbformat.read(ROOT / "docs/tutorial.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return notebook


def _pictures(notebook: nbformat.NotebookNode) -> list[bytes]:
    return [
        base64.b64decode(output.data["image/png"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


def test_it_draws_both_figures(tutorial: nbformat.NotebookNode) -> None:
    pictures = _pictures(tutorial)
    assert len(pictures) == 2
    assert all(len(picture) > 10_000 for picture in pictures)


def test_it_warns_of_nothing(tutorial: nbformat.NotebookNode) -> None:
    told = [
        output.text
        for cell in tutorial.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert all("compiling the model" in text for text in told)


def test_the_way_to_the_first_figure_is_short() -> None:
    notebook = nbformat.read(ROOT / "docs/tutorial.ipynb", as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    first = next(number for number, source in enumerate(code) if ".figure(" in source)
    assert sum(len(source.splitlines()) for source in code[: first + 1]) <= 20
