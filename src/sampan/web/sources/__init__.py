"""The page of how each source counts."""
