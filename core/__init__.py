"""First Lever without a screen: tasks, models, retrieval, levers, training, evaluation, verdict."""
