"""A package, so that a test can import `tests.tiny` and `tests.fakes`."""
