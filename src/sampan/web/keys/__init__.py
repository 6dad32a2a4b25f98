"""The page of API keys, beside My account."""
