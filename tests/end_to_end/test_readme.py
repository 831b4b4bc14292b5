"""What the documents tell a newcomer to type or to open exists."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from packaging.requirements import Requirement

from sim.cli.app import app
from sim.scenario import load_scenario
from sim.scenario.network.load import load_network

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "results/README.md"])
PROGRAM = "run_scenarios.py"
TAKES_SCENARIOS = ("run", "compare", "show", "check", "log")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def typed_lines() -> Iterator[tuple[str, str]]:
    """Yield (document, line) for every command that a document shows."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for block in blocks(text, "console"):
            for line in block.splitlines():
                if line.startswith("$ "):
                    yield document.name, line[2:].partition(" #")[0].strip()
        prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        for code in re.findall(r"`([^`\n]+)`", prose):
            if re.match(rf"(python[\d.]* {PROGRAM}|make) ?", code):
                yield document.name, code


def program_lines() -> list[tuple[str, list[str]]]:
    """Return (document, words after the program's name) for every call of the program."""
    found = []
    for document, line in typed_lines():
        words = shlex.split(line)
        if PROGRAM in words:
            found.append((document, words[words.index(PROGRAM) + 1 :]))
        found += [(document, shlex.split(w[5:])) for w in words if w.startswith("ARGS=")]
    return found


def named_scenarios() -> dict[str, str]:
    """Return the scenarios that documents tell people to write, by name."""
    text = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    pages = [page for page in blocks(text, "yaml") if page.startswith("name: ")]
    # A region also has a name, and tables.
    pages = [page for page in pages if "\ntables:\n" not in page]
    return {page.partition("\n")[0].removeprefix("name: "): page for page in pages}


def parsed(words: list[str]) -> tuple[str | None, dict[str, Any]]:
    """Return the command and its parameters; a wrong option or value raises."""
    group = typer.main.get_command(app)
    names = set(group.commands)  # type: ignore[attr-defined]
    at = next((i for i, word in enumerate(words) if word in names), len(words))
    with group.make_context(PROGRAM, words[:at]) as context:
        if at == len(words):
            return None, context.params
        command = group.commands[words[at]]  # type: ignore[attr-defined]
        with command.make_context(words[at], words[at + 1 :], parent=context) as inner:
            return words[at], inner.params


def test_the_documents_show_commands() -> None:
    assert len(program_lines()) >= 10


@pytest.mark.parametrize(("document", "words"), program_lines(), ids=str)
def test_a_shown_command_is_understood(document: str, words: list[str]) -> None:
    command, parameters = parsed(words)
    if command not in TAKES_SCENARIOS:
        return
    named = parameters.get("names") or parameters.get("files") or [parameters["name"]]
    to_write = named_scenarios()
    for name in named:
        stem = Path(name).stem
        known = [f"{stem}.yaml", f"networks/{stem}.yaml"]
        assert stem in to_write or any((SCENARIOS / k).is_file() for k in known), name


def test_an_option_that_does_not_exist_would_be_noticed() -> None:
    with pytest.raises(Exception, match="--area"):
        parsed(["run", "plan-2025", "--area", "fujian/youxi"])


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, flags=re.M))
    shown = {line.split()[1] for _, line in typed_lines() if line.startswith("make ")}
    assert {"run", "test"} <= shown <= targets


@pytest.mark.parametrize("name", sorted(named_scenarios()))
def test_a_shown_scenario_is_valid(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.yaml"
    page = named_scenarios()[name]
    file.write_text(page, "utf-8")
    (parent,) = re.findall(r"^extends: (\S+)$", page, flags=re.M)
    network = SCENARIOS / "networks" / f"{parent}.yaml"
    if network.is_file():
        shutil.copy(network, tmp_path)
        assert load_network(file, tmp_path).name == name
    else:
        assert load_scenario(file, SCENARIOS).name == name


def slug(heading: str) -> str:
    """Return the anchor of a heading, as the usual viewers make it."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def links(document: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.M | re.S)
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        file, _, anchor = link.partition("#")
        target = (document.parent / file) if file else document
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), flags=re.M)
            assert anchor in {slug(heading) for heading in headings}, link


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    stated = [Requirement(r) for r in [*project["dependencies"], *(r for e in extras for r in e)]]
    # An extra that holds others names this project itself.
    return [requirement for requirement in stated if requirement.name != project["name"]]


def test_constraints_pin_every_requirement() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    for requirement in requirements():
        assert requirement.name in pins, requirement.name
        assert requirement.specifier.contains(pins[requirement.name]), requirement.name
