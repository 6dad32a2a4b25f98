"""Addresses of two figures."""

from __future__ import annotations

from django.urls import path

from sampan.web.discrepancies import views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/<str:code>/", views.figure, name="figure"),
    path("figures/<str:code>/say/", views.say, name="figure-say"),
]
