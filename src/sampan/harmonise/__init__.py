"""A country's own table becomes observations or cases; the way back, and the draft for a new file.

Two moves: read the distinct terms of a column in plain Python, then gather once by integer code.
"""
