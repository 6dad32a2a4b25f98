"""What is kept: records (Django), observations (Parquet parts read by DuckDB), originals (blobs) and keys.

Only operations open it.
"""
