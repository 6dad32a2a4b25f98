"""Measured figures against their bars; `make bench` prints them."""
