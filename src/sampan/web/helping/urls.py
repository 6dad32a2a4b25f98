"""Addresses of help between posts."""

from __future__ import annotations

from django.urls import path

from sampan.web.helping import views

urlpatterns = [
    path("help/", views.lines, name="help"),
    path("help/<str:code>/answer/", views.answer, name="help-answer"),
    path("help/<str:code>/end/", views.end, name="help-end"),
]
