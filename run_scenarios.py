"""The front door: `python run_scenarios.py` runs the main comparison; `--help` lists the rest."""

import sys

try:
    from sim.cli import main
except ModuleNotFoundError as error:
    if (error.name or "sim").split(".")[0] == "sim":
        raise
    sys.exit(
        f"缺少 {error.name}：请执行 make run，或改用 .venv 中的 python（安装见 README.zh.md） / "
        f"{error.name} is not installed: use `make run` or the python of .venv (see README.md)"
    )

if __name__ == "__main__":
    main()
