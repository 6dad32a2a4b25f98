"""Parties, posts and the people who hold posts for a time."""
