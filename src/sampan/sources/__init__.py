"""One folder for each bundled feed, found by being there; definition.py reads a folder, catalogue.py finds them."""
