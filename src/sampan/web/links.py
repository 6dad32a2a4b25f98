"""Where pages and pictures are: one set of addresses for the served office, one for pages written into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.templatetags.static import static
from django.urls import reverse


class Links(Protocol):
    """What a template asks for an address."""

    def region(self, condition: str, language: str) -> str:
        """The region page of a condition."""

    def finding(self, code: str, language: str) -> str:
        """The page of a finding, with its cells."""

    def picture(self, condition: str, language: str, name: str) -> str:
        """A picture of the region page, by name and ending."""

    def asset(self, name: str) -> str:
        """A static file."""

    def log(self) -> str:
        """The log's proofs; empty where there are none to look at."""

    def office(self) -> str:
        """Where one signs in; empty where nobody can."""


@dataclass(frozen=True)
class Served:
    """Addresses of the office's own server."""

    def region(self, condition: str, language: str) -> str:
        """The region page of a condition."""
        return reverse("region", kwargs={"condition": condition, "language": language})

    def finding(self, code: str, language: str) -> str:
        """The page of a finding, with its cells."""
        return reverse("finding", kwargs={"code": code, "language": language})

    def picture(self, condition: str, language: str, name: str) -> str:
        """A picture of the region page, by name and ending."""
        return reverse("picture", kwargs={"condition": condition, "language": language, "name": name})

    def asset(self, name: str) -> str:
        """A static file."""
        return static(f"sampan/{name}")

    def log(self) -> str:
        """No page of its own yet."""
        return ""

    def office(self) -> str:
        """The first page of whoever signs in."""
        return reverse("start")


@dataclass(frozen=True)
class Written:
    """Names of files that lie side by side in one folder."""

    def region(self, condition: str, language: str) -> str:
        """The region page of a condition."""
        return f"region-{condition}-{language}.html"

    def finding(self, code: str, language: str) -> str:
        """The page of a finding, with its cells."""
        return f"finding-{code}-{language}.html"

    def picture(self, condition: str, language: str, name: str) -> str:
        """A picture of the region page, by name and ending."""
        return f"pictures/{condition}-{language}-{name}"

    def asset(self, name: str) -> str:
        """A static file."""
        return f"assets/{name}"

    def log(self) -> str:
        """No page of its own yet."""
        return ""

    def office(self) -> str:
        """Nobody signs in to files."""
        return ""
