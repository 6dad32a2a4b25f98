"""Pages of two figures for one thing: what waits, both sides beside each other, and what each says."""
