"""Words and shapes that betray a person, and the classes of secrets of each country: data, with their sources."""
