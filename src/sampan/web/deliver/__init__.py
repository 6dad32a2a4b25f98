"""Deliver: look, understand, send, and what became of it."""
