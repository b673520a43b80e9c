"""What goes with a finished run beside its weights: data, scripts, recorded answers."""
