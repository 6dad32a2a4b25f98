"""Addresses of the office: pages by noun."""

from __future__ import annotations

from django.urls import path

from sampan.web import views

urlpatterns = [
    path("", views.front, name="front"),
    path("<str:language>/region/<str:condition>/", views.region, name="region"),
    path("<str:language>/region/<str:condition>/pictures/<str:name>", views.picture, name="picture"),
    path("<str:language>/findings/<str:code>/", views.finding, name="finding"),
]
