"""Training: a LoRA run in a process of its own, a folder that tells its state."""
