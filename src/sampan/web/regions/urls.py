"""Addresses of the region behind sign-in."""

from __future__ import annotations

from django.urls import path

from sampan.web.regions import views

urlpatterns = [
    path("region/", views.region, name="my-region"),
    path("region/<str:condition>/<int:weeks>/<str:layer>/<str:kind>/<str:name>", views.picture, name="my-picture"),
]
