"""One file for each rule: a delivery's table and its history in, findings out. Found by being there."""
