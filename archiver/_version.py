"""The version, apart: what needs it must not load anything else."""

__version__ = "0.1.0"
