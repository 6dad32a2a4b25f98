"""Pages of requests and releases: ask, preview, release, download; and for owners, what became of their data."""
