"""Pages of rules: who shares what with whom, drafts, steps, trials, and whether something may be said now."""
