"""Addresses of the office: pages by noun. The pages without sign-in are the demo's alone."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from sampan.api.docs_page import docs
from sampan.api.site import api
from sampan.office import watching
from sampan.web import views

open_pages = [
    path("", views.front, name="front"),
    path("<str:language>/region/<str:condition>/", views.region, name="region"),
    path("<str:language>/region/<str:condition>/pictures/<str:name>", views.picture, name="picture"),
    path("<str:language>/findings/<str:code>/", views.finding, name="finding"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("health", watching.health, name="health"),
    path("metrics", watching.metrics, name="metrics"),
]
if settings.OPEN_PAGES:
    urlpatterns += open_pages
urlpatterns += [path("api/v1/docs", docs, name="api-docs"), path("api/v1/", api.urls)]
urlpatterns.append(path("", include("sampan.web.office.urls")))
