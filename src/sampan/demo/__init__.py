"""The invented region with known truth, and the demo's story. Nothing in it is a real place, person or figure."""
