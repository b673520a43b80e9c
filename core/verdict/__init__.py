"""The verdict: which lever to pull, on what evidence, how surely, and what would change it."""
