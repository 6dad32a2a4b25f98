"""My border: the first page of a province post."""
