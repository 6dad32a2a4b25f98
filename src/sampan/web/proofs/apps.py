"""The pages of proofs as a Django app: their templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class ProofPagesConfig(AppConfig):
    """Pages of proofs."""

    name = "sampan.web.proofs"
    label = "proof_pages"
