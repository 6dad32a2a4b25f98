"""Help between posts: asked and offered."""
