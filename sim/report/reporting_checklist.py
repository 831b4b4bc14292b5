"""The reporting checklist STRESS-DES, filled from a run's manifest.

Strengthening the Reporting of Empirical Simulation Studies: Monks, Currie, Onggo, Robinson, Kunc and Taylor
(2019), Journal of Simulation 13:55-67. Item by item, in its order.
"""

from __future__ import annotations

from sim.glossary import glossary
from sim.report.markdown import markdown_table
from sim.report.words import Words
from sim.validation.validate import Validation

_ITEM, _ANSWER = "stress.", "stress_answer."


def stress_checklist(found: Validation, words: Words) -> list[str]:
    """Return the checklist as lines of Markdown."""
    known = facts(found)
    items = [key.removeprefix(_ITEM) for key in glossary() if key.startswith(_ITEM)]
    rows = [
        (f"{item} {words[_ITEM + item]}", words.filled(_ANSWER + item, **known)) for item in items
    ]
    heads = [words["column.question"], words["column.answer"]]
    text = words["validation.stress_text"]
    return [f"## {words['validation.stress']}", "", text, "", *markdown_table(heads, rows)]


def facts(found: Validation) -> dict[str, object]:
    """Return what the manifest says of a run, for the blanks in the page's sentences."""
    manifest, run = found.manifest, found.scenario.run
    region = manifest.scenarios[0].determinants["region"]
    assert isinstance(region, dict)
    versions = [f"{name} {version}" for name, version in manifest.libraries.items()]
    commit = "-"
    if manifest.git is not None:
        commit = manifest.git.commit[:10] + ("+" if manifest.git.changed else "")
    return {
        "command": " ".join(manifest.command),
        "seconds": f"{found.seconds:.0f}",
        "package": manifest.package,
        "commit": commit,
        "scenarios": ", ".join(record.scenario for record in manifest.scenarios),
        "warm_up": run.warm_up,
        "length": run.length,
        "replications": run.replications,
        "seed": run.seed,
        "python": manifest.python,
        "libraries": ", ".join(versions),
        "workers": manifest.workers,
        "platform": f"{manifest.machine.platform.split('-')[0]} {manifest.machine.processor}",
        "processors": manifest.machine.processors,
        "code": manifest.code_sha256[:12],
        "files": len(region),
    }
