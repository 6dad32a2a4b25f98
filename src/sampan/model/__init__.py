"""The nouns: frozen values, table schemas and the one family of errors. Imports nothing of ours."""
