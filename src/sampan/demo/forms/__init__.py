"""The five countries' own forms: one file for each, from figures or persons to the bytes that are delivered."""
