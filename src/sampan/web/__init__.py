"""Pages by noun: Django templates, one style sheet, pictures from the charts room. No script is needed to read them."""
