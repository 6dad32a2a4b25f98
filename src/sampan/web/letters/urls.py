"""Where a person chooses letters."""

from __future__ import annotations

from django.urls import path

from sampan.web.letters import views

urlpatterns = [path("account/letters/", views.letters, name="letters")]
