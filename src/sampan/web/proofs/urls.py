"""Addresses of the pages of proofs."""

from __future__ import annotations

from django.urls import path

from sampan.web.proofs import views

urlpatterns = [
    path("log/state/", views.state, name="log-state"),
    path("log/checkpoint.txt", views.checkpoint, name="checkpoint"),
    path("log/key.txt", views.key, name="log-key"),
    path("log/<int:index>/", views.entry, name="entry"),
    path("log/<int:index>/proof/", views.proof, name="proof"),
]
