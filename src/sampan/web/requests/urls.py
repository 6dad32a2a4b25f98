"""Addresses of the pages of requests, releases, and of an owner's data abroad."""

from __future__ import annotations

from django.urls import path

from sampan.web.requests import abroad, releases, views

urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/new/", views.new, name="new-request"),
    path("requests/<str:code>/", views.request_page, name="request"),
    path("words/<str:code>/", views.asked, name="asked"),
    path("releases/<str:code>/", releases.release, name="release"),
    path("releases/<str:code>/all.zip", releases.everything, name="release-all"),
    path("releases/<str:code>/files/<str:name>", releases.file, name="release-file"),
    path("releases/<str:code>/changes/", releases.changed, name="release-changes"),
    path("releases/<str:code>/note/", releases.note, name="note-use"),
    path("abroad/", abroad.abroad, name="abroad"),
    path("abroad/<str:code>/end/", abroad.end, name="end-release"),
]
