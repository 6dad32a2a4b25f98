"""Addresses of the pages of rules."""

from __future__ import annotations

from django.urls import path

from sampan.web.rules import drafting, saying, views

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/may/", saying.may, name="may"),
    path("rules/draft/", drafting.draft, name="draft"),
    path("rules/write/", drafting.write, name="write"),
    path("rules/reviewed/", views.reviewed, name="reviewed"),
    path("rules/emergency/", views.emergency, name="emergency"),
    path("rules/<str:code>/", views.agreement, name="agreement"),
    path("rules/<str:code>/counter/", drafting.counter, name="counter"),
    path("rules/<str:code>/document/", views.document, name="document"),
    path("rules/<str:code>/step/", views.step, name="step"),
    path("rules/<str:code>/try/", drafting.tried, name="try"),
]
