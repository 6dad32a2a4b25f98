"""The tree, its checkpoints, proofs and witnesses: bytes in, proofs out. Imports nothing of ours.

After RFC 9162 and the C2SP specifications signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature,
tlog-proof, tlog-policy and tlog-witness.
"""
