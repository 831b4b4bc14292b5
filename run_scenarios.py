"""The front door: `python run_scenarios.py` runs the main comparison; `--help` lists the rest."""

from sim.cli import main

if __name__ == "__main__":
    main()
