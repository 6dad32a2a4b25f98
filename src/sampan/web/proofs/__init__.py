"""Pages of the log for those it concerns: one entry, its proof, witnesses and checkpoint."""
