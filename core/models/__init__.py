"""Models that answer: local ones behind one owner thread each, and endpoints behind theirs."""

import os

# Before the first import of torch. By default its threads spin while they wait for each other:
# with a training run on the same two cores an answer took 2.4 s instead of 0.1 s.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
