"""Map a source, and the steward's desk: a draft beside its file for the owner, its structure for the steward."""
