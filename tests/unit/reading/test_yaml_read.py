"""What is wrong with the form of a YAML file is told where it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.reading.yaml_file import read_yaml


@pytest.mark.parametrize("opened", ["'Try}", '"Try}', '"Try}\n---', "Try", "{a: Try"])
def test_a_quote_or_bracket_that_is_never_closed_is_told_where_it_is_opened(
    tmp_path: Path, opened: str
) -> None:
    file = tmp_path / "open.yaml"
    file.write_text(
        f"kind: network\nname: open\ntitle: {{zh: 试, en: {opened}\n\n# no more\n", "utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_yaml(file)
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert "opened here and never closed" in problem.what
