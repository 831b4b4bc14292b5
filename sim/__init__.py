"""Where will a region's patients be treated? A discrete-event simulation of tiered care."""

__version__ = "0.1.0"
