"""The entry point: settings first, then the doors."""

from __future__ import annotations

import os
import sys

import django

from sampan.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    sys.exit(run())
