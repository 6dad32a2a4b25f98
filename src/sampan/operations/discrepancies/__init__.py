"""Two figures for one thing: found, told, explained, and agreed or agreed to differ; originals stay as they are."""
