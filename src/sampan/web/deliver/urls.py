"""Addresses of a party's own deliveries."""

from __future__ import annotations

from django.urls import path

from sampan.web.deliver import files, pieces, receipts, views, weekly

urlpatterns = [
    path("deliver/", views.deliver, name="deliver"),
    path("deliver/paste/", views.paste, name="paste"),
    path("deliver/send/", views.send, name="send"),
    path("deliver/whole/", pieces.whole, name="deliver-whole"),
    path("deliver/pieces/", pieces.pieces, name="deliver-pieces"),
    path("deliver/look/<str:source>/", pieces.words, name="deliver-words"),
    path("deliver/weekly/<str:source>/", weekly.form, name="weekly"),
    path("deliver/blank/<str:source>/", files.blank, name="blank-form"),
    path("deliveries/", receipts.deliveries, name="deliveries"),
    path("deliveries/<str:code>/", receipts.delivery, name="delivery"),
    path("deliveries/<str:code>/marked/", files.marked, name="marked-file"),
    path("deliveries/<str:code>/withdraw/", receipts.withdraw, name="withdraw"),
]
