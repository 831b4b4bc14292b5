"""Files and command lines that people could write: they work, or one clear line says why not.

Hypothesis breaks right files in structured ways. ``FUZZ_MINUTES`` says how much is tried, about that long in
all (default: one); ``make fuzz`` takes ten.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sim.cli.app import main

SCENARIOS = Path(__file__).parents[2] / "scenarios"
EXAMPLES = int(45 * float(os.environ.get("FUZZ_MINUTES", "1")))
"""Of each test; so many take about that long on two processors."""
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CARE: dict[str, Any] = {
    "name": "x",
    "extends": "plan-2025",
    "title": {"zh": "试", "en": "Tried"},
    "region": "fujian/taining",
    "run": {"start": "2025-01-06", "length": "4 w", "replications": 2, "seed": 1},
    "with": ["beds-plan"],
    "without": ["ageing"],
    "levers": [
        {"bed_plan": {"public": 3.6, "private": None}, "from": "2025-01-13"},
        {"set": "facilities.beds", "where": {"county": "youxi"}, "plus": 5, "source": "x"},
        {"first_contact": {"bound": 0.5, "exceptions": ["children"]}},
        {"tiered_reimbursement": {"inpatient": {"residents": {"county": 0.8}}}},
    ],
    "targets": {"in_county_rate": ">= 0.9"},
}
NETWORK: dict[str, Any] = {
    "kind": "network",
    "name": "x",
    "title": {"zh": "试", "en": "Tried"},
    "run": {"warm_up": "1 h", "length": "6 h", "replications": 2, "seed": 1},
    "classes": {
        "a": {"arrivals": {"poisson": "6 per hour"}, "start": "desk"},
        "b": {
            "arrivals": {"scripted": {"times": [1, 2, 3], "unit": "min"}},
            "start": {"desk": 0.5, "ward": 0.5},
        },
    },
    "stations": {
        "desk": {
            "servers": [{"from": "Mon 08:00", "servers": 2}],
            "service": {"a": {"lognormal": {"mean": "8 min", "sd": "3 min"}}, "b": "5 min"},
            "priority": {"a": 0, "other": 1},
            "patience": "30 min",
            "room": 5,
            "next": {"a": {"ward": {"share": 0.2, "travel": "5 min"}}, "b": "exit"},
        },
        "ward": {"servers": 3, "service": {"exponential": "2 h"}},
    },
    "report": {"waits_over": ["10 min"], "census_at": ["1 h"]},
}
NUMBERS = [0, -1, 1, 10**30, 2**63, -0.0, 1e300, 0.5, float("inf"), float("nan")]
WORDS = """8 w;-1 d;1e9 y;0 min;尤溪县;：;=1+1;[red];../x;nul;2025-13-01;9999-01-01;5 per hour;exit;plan-2025"""
TEXTS = ["", " ", "x" * 300, "a\x07b", "\u202e", "9" * 400, *WORDS.split(";")]
KEYS = ["zh", "en", "x", "from", "share", "mean"]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.text(max_size=8),
    st.lists(st.integers(-2, 2), max_size=3),
    st.dictionaries(st.sampled_from(KEYS), st.integers(-1, 3), max_size=2),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value inside."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    below = [place for key, item in inner for place in _places(item, (*path, key))]
    return [path, *below] if path else below


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


_MISTAKES = ("drop", "replace", "rename", "add", "wrap")


def _others(value: Any) -> list[Any]:
    """Return values in place of a value that are of its kind, and hardly ever a mistake."""
    if isinstance(value, bool) or value is None:
        return [None, True, False]
    if isinstance(value, int | float):
        return [value * 2, value / 2, value + 1, 0]
    if isinstance(value, str):
        return ["3 min", "1 h", "2 per hour", "exit", "Tue 09:00", value.upper(), value]
    return [value]


@st.composite
def broken(draw: Callable[..., Any], right: dict[str, Any]) -> dict[str, Any]:
    """Return a right file after at most three changes, of which some are mistakes."""
    content = _copy(right)
    for _ in range(draw(st.integers(0, 3))):
        places = _places(content)
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        parent = content
        for key in way:
            parent = parent[key]
        mistake = draw(st.sampled_from(["tune", "tune", *_MISTAKES]))
        if mistake == "tune":
            parent[last] = draw(st.sampled_from(_others(parent[last])))
        elif mistake == "drop":
            del parent[last]
        elif mistake == "replace":
            parent[last] = draw(ODD)
        elif mistake == "wrap":
            parent[last] = [parent[last]]
        elif isinstance(parent, dict):
            name = draw(st.one_of(st.text(min_size=1, max_size=6), st.just(f"{last}s")))
            parent[name] = parent[last] if mistake == "rename" else draw(ODD)
    return content


def _written(content: dict[str, Any], file: Path) -> bool:
    try:
        with file.open("w", encoding="utf-8") as stream:
            YAML(typ="safe", pure=True).dump(content, stream)
    except Exception:
        return False
    return True


def clear_end(words: list[str], out: Path | None = None) -> int:
    """Run a command and hold it to the promise: it works, or it says why not in clear lines."""
    told, shown = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(shown):
        try:
            main(words)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    text = told.getvalue()
    assert code in (0, 2), (words, code, text)
    lines = text.splitlines()
    assert not any(line.startswith(("unexpected:", "意外错误")) for line in lines), (words, text)
    assert "Traceback" not in text, (words, text)
    if code == 2:
        assert text.strip(), words
        assert out is None or not out.exists(), words
    return code


@pytest.mark.parametrize("name", ["care", "network"])
def test_what_is_broken_was_right(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    assert _written({"care": CARE, "network": NETWORK}[name], file)
    folder = {"care": SCENARIOS, "network": tmp_path}[name]
    assert clear_end(["check", str(file), "--scenarios", str(folder)]) == 0


@FUZZ
@given(content=broken(CARE))
def test_scenarios(content: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        if _written(content, file):
            clear_end(["check", str(file), "--scenarios", str(SCENARIOS), "--lang", "en"])


@FUZZ
@given(content=broken(NETWORK))
def test_networks(content: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "x.yaml", Path(folder) / "out"
        if not _written(content, file):
            return
        common = ["--scenarios", folder, "--lang", "zh"]
        if clear_end(["check", str(file), *common]) == 0 and _is_short(content):
            clear_end(["run", str(file), "--out", str(out), "--workers", "1", *common], out)


def _is_short(content: dict[str, Any]) -> bool:
    """Tell whether a network that may be run is over soon."""
    run = content.get("run")
    return (
        isinstance(run, dict)
        and run.get("length") in ("6 h", ["6 h"])
        and run.get("replications") in (1, 2)
    )


@FUZZ
@given(
    raw=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)),
    at=st.integers(0, 400),
)
def test_bytes_in_a_scenario(raw: bytes, at: int) -> None:
    text = (SCENARIOS / "no-reform-2025.yaml").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "no-reform-2025.yaml"
        file.write_bytes(text[:at] + raw + text[at:])
        clear_end(["check", str(file), "--scenarios", str(SCENARIOS)])


@FUZZ
@given(
    table=st.sampled_from(["counties", "facilities", "places", "region", "schemes", "kinds"]),
    raw=st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [
                b",",
                b";",
                b"\n",
                b"\t",
                b'"',
                b"1e9",
                b"-1",
                b"1E+05",
                b"\xff\xfe",
                b"9" * 400,
                b"=1",
            ]
        ),
    ),
    at=st.integers(0, 600),
    cut=st.integers(0, 30),
)
def test_tables_of_a_region(table: str, raw: bytes, at: int, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        regions = Path(folder) / "regions"
        shutil.copytree(SCENARIOS / "regions", regions)
        name = "region.yaml" if table == "region" else f"{table}.csv"
        # Its tables of illness, prices and behaviour are the other region's.
        own = regions / "one-hospital" / name
        file = own if own.is_file() else regions / "fujian" / name
        content = file.read_bytes()
        at = min(at, len(content))
        file.write_bytes(content[:at] + raw + content[at + cut :])
        scenario = Path(folder) / "x.yaml"
        scenario.write_text(
            "name: x\ntitle: {zh: 试, en: T}\nregion: one-hospital\n"
            "run: {start: 2020-01-06, warm_up: 0 w, length: 1 w, replications: 1}\n",
            "utf-8",
        )
        clear_end(["check", str(scenario), "--scenarios", folder])


ARGUMENTS = """run;check;show;list;compare;why;waterfall;--lang;zh;en;xx;--weeks;-1;0;1e9;--workers;tcp://;--seed;
--out;/;plan-2025;nothing;--region;fujian/x;mars;--help;--scenarios;--replication;-n;--diff;尤溪县"""
LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "\x00", "a" * 5000, *ARGUMENTS.replace("\n", "").split(";")]),
        st.text(max_size=6),
    ),
    max_size=5,
)


@FUZZ
@given(words=LINES)
def test_command_lines(words: list[str]) -> None:
    # What would really run takes minutes; whether it may is known before.
    if not {"show", "list", "check", "--help"} & set(words[:2]):
        words = ["show", *words]
    clear_end(words)
