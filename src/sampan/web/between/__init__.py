"""Pages of what passed between two parties, private to them."""
