"""Address of the page of how sources count."""

from __future__ import annotations

from django.urls import path

from sampan.web.sources import views

urlpatterns = [path("sources/", views.sources, name="sources")]
