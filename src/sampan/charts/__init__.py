"""Tables become chart and map specifications, and specifications become SVG. No colours for countries, no ranking."""
