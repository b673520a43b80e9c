"""Figures that are measured, printed and asserted by nobody: `python -m tests.benchmarks.NAME`."""
