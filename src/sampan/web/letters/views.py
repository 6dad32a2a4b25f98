"""How often, and to where, a letter says that something waits. A person's own choice, seen by nobody else."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from sampan.operations import letters as writing
from sampan.people.models import Person
from sampan.web.office.doors import person_of
from sampan.web.office.forms import Plain

WORDS = {
    Person.Letters.AT_ONCE: _("At once, whenever something comes"),
    Person.Letters.DAILY: _("Once a day, if something came"),
    Person.Letters.NEVER: _("Never"),
}


class LettersForm(Plain):
    """Address and how often."""

    email = forms.EmailField(
        label=_("E-mail address"), required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Seen by nobody but you. Without one no letter is written."),
    )  # fmt: skip
    letters = forms.ChoiceField(label=_("How often"), choices=list(WORDS.items()), widget=forms.RadioSelect)


@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """See and change one's own choice."""
    person = person_of(request)
    form = LettersForm(request.POST or None, initial={"email": person.email, "letters": person.letters})
    if request.method == "POST" and form.is_valid():
        writing.choose(person, form.cleaned_data["email"], form.cleaned_data["letters"])
        return redirect("account")
    return render(request, "letters/choose.html", {"form": form})
