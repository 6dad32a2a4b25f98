"""Addresses of my border."""

from __future__ import annotations

from django.urls import path

from sampan.web.border import views

urlpatterns = [
    path("border/", views.border, name="border"),
    path("border/file/", views.file, name="border-file"),
    path("border/again/", views.again, name="border-again"),
]
