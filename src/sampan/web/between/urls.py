"""Addresses of the pages of pairs."""

from __future__ import annotations

from django.urls import path

from sampan.web.between import views

urlpatterns = [
    path("between/", views.between, name="between"),
    path("between/outage/", views.outage, name="outage"),
    path("between/<str:other>/work/", views.work, name="note-work"),
]
