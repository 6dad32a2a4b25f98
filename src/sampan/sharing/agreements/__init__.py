"""sharing/agreements."""
