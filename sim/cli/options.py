"""The options that commands share, with their words of help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.engine.choose import EngineName

SCENARIOS = Path("scenarios")
RESULTS = Path("results")

Names = Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")]
Folder = Annotated[Path, typer.Option("--scenarios", help="Folder of scenario files.")]
Area = Annotated[
    list[str] | None, typer.Option("--region", help="Another area: fujian/youxi; may be repeated.")
]
Weeks = Annotated[int | None, typer.Option("--weeks", help="Counted weeks.", min=1)]
WarmUp = Annotated[int | None, typer.Option("--warm-up", help="Weeks before them.", min=0)]
Replications = Annotated[int | None, typer.Option("--replications", "-n", min=1)]
Seed = Annotated[int | None, typer.Option("--seed", min=0)]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", help="Processors: runs side by side, or the counties of one.", min=1
    ),
]
Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of what is shown.")]
Engine = Annotated[EngineName, typer.Option("--engine", help="Both give the same results.")]
Check = Annotated[
    bool, typer.Option("--check", help="Fail runs whose counters contradict each other.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Results folder.")]
