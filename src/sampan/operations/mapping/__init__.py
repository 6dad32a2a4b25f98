"""Map a source: the draft for a file never seen, its owner's answers, the steward's help, the owner's approval."""
