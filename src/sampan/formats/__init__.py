"""Files in, text tables with locators out; and the writers. One file for each container."""

from sampan.formats.reading import read

__all__ = ["read"]
