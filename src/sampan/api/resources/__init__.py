"""One file for each noun of the API: a request in, an operation asked, its answer told."""
