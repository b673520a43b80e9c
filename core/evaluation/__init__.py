"""Evaluation: what each lever's answers are worth on the holdout, and how sure one can be of it."""
