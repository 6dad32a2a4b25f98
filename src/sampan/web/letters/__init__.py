"""Letters that something waits: the page on which a person chooses them, and their words."""
