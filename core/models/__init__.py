"""Models that answer: local ones behind one owner thread each, and endpoints behind theirs."""
