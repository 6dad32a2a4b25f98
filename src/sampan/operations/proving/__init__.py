"""Proving: checkpoints, proofs, witnesses, receipts and keys of the log, and the check of everything it binds."""
