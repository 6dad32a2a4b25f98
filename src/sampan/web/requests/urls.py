"""Addresses of the pages of requests, releases, and of an owner's data abroad."""

from __future__ import annotations

from django.urls import path

from sampan.web.requests import abroad, informing, publications, releases, views

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
    path("releases/<str:code>/informing/", informing.tell, name="tell-owner"),
    path("informing/<str:code>/", informing.informing, name="informing"),
    path("abroad/informing/<str:code>/", informing.evidence, name="evidence"),
    path("abroad/informing/<str:code>/seen/", informing.seen, name="seen"),
    path("publications/new/", publications.new, name="announce"),
    path("publications/<str:code>/", publications.publication, name="publication"),
    path("publications/<str:code>/appeared/", publications.appeared, name="publication-appeared"),
    path("publications/<str:code>/withdraw/", publications.take_back, name="publication-withdraw"),
    path("publications/<str:code>/drafts/<str:owner>", publications.draft, name="publication-draft"),
    path("publications/<str:code>/drafts/<str:owner>/change/", publications.change, name="publication-change"),
    path("abroad/publications/<str:code>/", publications.review, name="publication-review"),
    path("abroad/publications/<str:code>/draft", publications.review_draft, name="review-draft"),
    path("abroad/publications/<str:code>/answer/", publications.review_answer, name="review-answer"),
    path("abroad/", abroad.abroad, name="abroad"),
    path("abroad/<str:code>/end/", abroad.end, name="end-release"),
]
