"""Addresses of mapping and of the steward's desk."""

from __future__ import annotations

from django.urls import path

from sampan.web.mapping import counting, desk, views

urlpatterns = [
    path("map/", views.mappings, name="mappings"),
    path("map/<str:code>/", views.mapping, name="mapping"),
    path("map/<str:code>/say/", views.say, name="mapping-say"),
    path("crosswalks/<str:source>/", views.crosswalk, name="crosswalk"),
    path("crosswalks/<str:source>/counting/", counting.counting, name="counting"),
    path("desk/", desk.desk, name="desk"),
    path("desk/jobs/<int:key>/", desk.retry, name="desk-retry"),
    path("desk/<str:code>/", desk.look, name="desk-look"),
    path("desk/<str:code>/say/", desk.say, name="desk-say"),
]
