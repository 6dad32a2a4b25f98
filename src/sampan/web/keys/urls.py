"""Addresses of the page of API keys."""

from __future__ import annotations

from django.urls import path

from sampan.web.keys import views

urlpatterns = [
    path("account/keys/", views.api_keys, name="api-keys"),
    path("account/keys/<str:key>/end/", views.end_key, name="end-api-key"),
]
