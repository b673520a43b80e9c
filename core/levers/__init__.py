"""Levers: the ways to do a task, all one small protocol."""
