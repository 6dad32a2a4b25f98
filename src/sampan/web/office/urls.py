"""Addresses of the pages behind sign-in, by noun, and of what the sign-in itself needs."""

from __future__ import annotations

from allauth.account import views as accounts
from allauth.usersessions import views as sessions
from django.urls import include, path

from sampan.web.office import account, people, shared, views

urlpatterns = [
    path("", account.front, name="front"),
    path("start/", account.front, name="start"),  # as the line above, where the demo has another page
    path("set-up/", account.set_up, name="set-up"),
    path("join/<str:link>/", account.join, name="join"),
    path("", include("sampan.web.border.urls")),
    path("", include("sampan.web.deliver.urls")),
    path("findings/", views.findings, name="findings"),
    path("findings/<str:code>/", views.finding, name="office-finding"),
    path("words/", shared.words, name="words"),
    path("", include("sampan.web.directory.urls")),
    path("", include("sampan.web.helping.urls")),
    path("log/", shared.log, name="log"),
    path("", include("sampan.web.discrepancies.urls")),
    path("", include("sampan.web.letters.urls")),
    path("", include("sampan.web.mapping.urls")),
    path("people/", people.people, name="people"),
    path("people/posts/", people.new_post, name="new-post"),
    path("people/posts/<int:post>/duty/", people.duty, name="duty"),
    path("people/posts/<int:post>/invite/", people.invite, name="invite"),
    path("people/seats/<int:seat>/remove/", people.remove, name="remove"),
    path("people/seats/<int:seat>/recover/", people.recover, name="recover"),
    path("parties/", people.parties, name="parties"),
    path("parties/<int:invitation>/agree/", people.agree, name="agree"),
    path("account/", account.account, name="account"),
    path("account/seat/", account.change_seat, name="change-seat"),
    path("", include("sampan.web.keys.urls")),
    path("account/sign-in/", accounts.login, name="account_login"),
    path("account/sign-out/", accounts.logout, name="account_logout"),
    path("account/again/", accounts.reauthenticate, name="account_reauthenticate"),
    path("account/password/", accounts.password_change, name="account_change_password"),
    path("account/second/", include("allauth.mfa.urls")),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("", include("sampan.web.rules.urls")),
    path("", include("sampan.web.requests.urls")),
    path("", include("sampan.web.between.urls")),
    path("", include("sampan.web.proofs.urls")),
    path("", include("sampan.web.regions.urls")),
    path("", include("sampan.web.sources.urls")),
    # the programs we stand on speak of these addresses; all of them are closed
    path("account/closed/sign-up/", account.closed, name="account_signup"),
    path("account/closed/inactive/", account.closed, name="account_inactive"),
    path("account/closed/email/", account.closed, name="account_email"),
    path("account/closed/set/", account.closed, name="account_set_password"),
    path("account/closed/login-code/", account.closed, name="account_confirm_login_code"),
]
