"""Addresses of the directory."""

from __future__ import annotations

from django.urls import path

from sampan.web.directory import views

urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/mine/", views.mine, name="confirm-line"),
    path("directory/worker.js", views.worker, name="directory-worker"),
]
