"""Sharing with its records: making agreements, the two gates, requests, releases and what comes of them."""
