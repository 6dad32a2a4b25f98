"""What rules say in a reader's words: states, steps, cells of the table, the row on which two directions differ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sampan.model.agreements import Clause
from sampan.operations.sharing import terms
from sampan.operations.sharing.halfway import Half
from sampan.operations.sharing.named_emergencies import NamedEmergency
from sampan.operations.sharing.reviewing import Review
from sampan.operations.sharing.ruling import Partner, Rule, Told
from sampan.sharing.agreements.witness import terms_said
from sampan.sharing.reasons import phrase
from sampan.sharing.vocabularies import LANGUAGES, label
from sampan.web.reader import Reader
from sampan.web.rules.forms import DeclareForm

STATES = {
    "requested": gettext_lazy("asked for"),
    "offered": gettext_lazy("offered"),
    "countered": gettext_lazy("countered"),
    "agreed": gettext_lazy("agreed, not yet signed"),
    "verified": gettext_lazy("the signed paper was shown"),
    "in-force": gettext_lazy("in force"),
    "suspended": gettext_lazy("suspended"),
    "terminated": gettext_lazy("ended"),
    "expired": gettext_lazy("its time is over"),
}
STEPS = {
    "propose": gettext_lazy("proposed it"),
    "offer": gettext_lazy("offered it"),
    "counter": gettext_lazy("countered it"),
    "agree": gettext_lazy("agreed"),
    "verify": gettext_lazy("showed the signed paper"),
    "activate": gettext_lazy("activated it"),
    "suspend": gettext_lazy("suspended it"),
    "terminate": gettext_lazy("ended it"),
    "end-at-once": gettext_lazy("agreed to end it at once"),
    "run-out": gettext_lazy("the notice had run out"),
    "withdraw-notice": gettext_lazy("took the notice back"),
    "replace": gettext_lazy("replaced it with a new version"),
    "expire": gettext_lazy("its time was over"),
}
SAID = {  # a step that changes no state yet
    "terminate": gettext_lazy("gave notice"),
    "end-at-once": gettext_lazy("would end it at once"),
}
VERBS = {
    "offer": gettext_lazy("Offer what was asked for"),
    "agree": gettext_lazy("Agree"),
    "verify": gettext_lazy("Show the signed paper"),
    "activate": gettext_lazy("Activate for our side"),
    "suspend": gettext_lazy("Suspend at once"),
    "terminate": gettext_lazy("End it"),
    "withdraw-notice": gettext_lazy("Take the notice back"),
    "end-at-once": gettext_lazy("Agree to end it at once"),
}
VERDICTS = {
    "same": gettext_lazy("Both sides let the same be told."),
    "stricter": gettext_lazy("The first side tells less than the second."),
    "looser": gettext_lazy("The first side tells more than the second."),
    "different": gettext_lazy("Each side tells something that the other does not."),
}
TEMPLATES = {
    "deposit-standard": gettext_lazy("Standard terms on which the office holds a deposit"),
    "alert-only": gettext_lazy("Alerts between two named posts"),
    "deposit": gettext_lazy("Terms on which the office holds a deposit"),
    "joint-investigation": gettext_lazy("Joint investigation of an outbreak"),
    "meeting-data": gettext_lazy("Figures for a meeting"),
    "outgoing-citation": gettext_lazy("Citation of shared figures in a publication"),
    "weekly-pair": gettext_lazy("Weekly counts, zeros included, between two provinces"),
}
ANSWERS = {
    "yes": gettext_lazy("Yes"), "coarser": gettext_lazy("Coarser"), "needs-word": gettext_lazy("Needs a word"),
    "no": gettext_lazy("No"),
}  # fmt: skip


def spoken(reader: Reader) -> str:
    """The reader's language where rules have phrases in it, else English."""
    return reader.language if reader.language in LANGUAGES else "en"


def rule_line(rule: Rule, reader: Reader) -> dict[str, Any]:
    """An agreement as a line of a list."""
    agreement = rule.agreement
    return {
        "code": agreement.id,
        "version": agreement.version,
        "title": agreement.title,
        "other": agreement.party(rule.other).name,
        "state": STATES[rule.state],
        "begins": reader.day(agreement.begins),
        "ends": reader.day(agreement.last_day) if agreement.last_day else "",
        "notice_by": ", ".join(agreement.party(code).name for code in rule.notice_by)
        if agreement.ends_by_notice
        else "",
    }


def half_words(half: Half, rule: Rule, reader: Reader) -> str:
    """A step of which one side has taken its half: by which post and when, and which posts can take the other."""
    said: dict[str, Any] = {
        "activate": _("%(post)s activated it on %(at)s. It waits for %(other)s: %(posts)s can activate it."),
        "end-at-once": _("%(post)s would end it at once, since %(at)s; it holds until %(other)s agrees: %(posts)s."),
    }
    other, at = rule.agreement.party(half.waits_for).name, reader.moment(half.at)
    return str(said[half.verb] % {"post": half.post, "at": at, "other": other, "posts": ", ".join(half.posts)})


def stop_words(rule: Rule, reader: Reader) -> str:
    """How an agreement came to hold no more, or not now, on which day of this side, and by whose step."""
    stop = rule.stop
    if stop is None:
        return ""
    day = reader.day(stop.day(rule.agreement.party(rule.side).zone))
    names = ", ".join(rule.agreement.party(code).name for code in rule.agreement.notice_by)
    said: dict[str, Any] = {
        "suspend": _("Suspended on %(day)s by %(by)s."),
        "terminate": _("Ended on %(day)s by %(by)s."),
        "end-at-once": _("Ended on %(day)s, at once, by both sides."),
        "run-out": _("Ended with %(day)s, by notice of %(names)s."),
        "expire": _("Its time was over with %(day)s."),
        "replace": _("Ended on %(day)s, when %(by)s replaced it with a new version."),
    }
    return str(said[stop.verb] % {"day": day, "by": stop.by, "names": names})


def coming_words(rule: Rule, reader: Reader) -> list[str]:
    """The days on which its posts are reminded, and of what."""
    said = {
        terms.ENDS: _("%(on)s: its posts are reminded that it ends with %(day)s"),
        terms.REVIEW: _("%(on)s: its posts are reminded of its review, %(day)s"),
    }
    return [said[one.kind] % {"on": reader.day(one.on), "day": reader.day(one.day)} for one in rule.coming]


def review_line(one: Review, now: datetime, reader: Reader) -> dict[str, Any]:
    """A review of an emergency that this side owes, or may write while the one it declared holds."""
    return {
        "holds": one.over > now,
        "trigger": one.declaration.trigger,
        "name": label("trigger", one.declaration.trigger, spoken(reader)),
        "over": reader.moment(one.over),
        "due": reader.day(one.due.date()),
        "late": one.late(now),
    }


def emergency_line(one: NamedEmergency, post: str, reader: Reader, wrong: Any = None) -> dict[str, Any]:
    """A named emergency for one post: who has declared it, what that opens, and the form when it may declare it."""
    answered = wrong is not None and wrong["trigger"].value() == one.trigger
    return {
        "trigger": one.trigger,
        "name": label("trigger", one.trigger, spoken(reader)),
        "clauses": [{"code": code, "clause": clause} for code, clause in one.clauses],
        "posts": ", ".join(one.posts),
        "holds": ngettext("for %(hours)s hour at most", "for %(hours)s hours at most", one.hours)
        % {"hours": reader.count(one.hours)},
        "days": reader.count(one.review_days),
        "declared": [
            {"by": each.by, "reason": each.reason, "at": reader.moment(each.at), "until": reader.moment(each.until),
             "mine": each.by == post}
            for each in one.declared
        ],
        "mine": post in one.posts,
        "held": one.held,
        "form": wrong if answered else DeclareForm(initial={"trigger": one.trigger}, auto_id=f"{one.trigger}-%s"),
        "open": answered,
    }  # fmt: skip


def verb_words(verb: str, rule: Rule) -> Any:
    """A step as a button says it; of what is in force a side leaves by notice."""
    if verb == "terminate" and rule.live and (days := rule.agreement.exit_days):
        return ngettext("Give notice: %(days)s day", "Give notice: %(days)s days", days) % {"days": days}
    return VERBS[verb]


def step_words(step: dict[str, Any]) -> Any:
    """A step that was taken, in words."""
    changed = step["before"] != step["after"]
    return STEPS.get(step["verb"], step["verb"]) if changed else SAID.get(step["verb"]) or STEPS[step["verb"]]


def partner_table(partner: Partner, reader: Reader) -> dict[str, Any]:
    """One partner's rows: a condition, what we tell, what they tell."""
    lines = [
        {
            "condition": _("every condition but the closed ones") if code == "any" else reader.condition(code),
            "ours": [clause_cell(told, reader) for told in ours],
            "theirs": [clause_cell(told, reader) for told in theirs],
        }
        for code, ours, theirs in partner.lines
    ]
    return {"name": partner.name, "lines": lines}


def clause_cell(told: Told, reader: Reader) -> dict[str, Any]:
    """A clause in a cell: how fine, for what, to whom, how small, on whose word."""
    clause, language = told.clause, spoken(reader)
    purposes = ", ".join(label("purpose", code, language) for code in clause.scope.purposes)
    parts = [purposes]
    if clause.effect == "prohibit":
        parts.insert(0, label("effect", "prohibit", language))
    parts += [grain_words(grain.level, grain.period, language) for grain in clause.grains]
    parts += [smallest(clause, language)] if clause.effect == "permit" else []
    parts.append(label("authorisation", clause.authorisation.mode, language))
    if clause.emergency is not None:
        parts.append(label("trigger", clause.emergency.trigger, language))
    return {
        "rule": told.rule, "clause": clause.id, "parts": parts, "to": ", ".join(clause.scope.posts),
        "suspended": told.suspended,
    }  # fmt: skip


def smallest(clause: Clause, language: str) -> str:
    """How small a count may be told, by the strictest line of the clause."""
    cell = max(one.cell for one in clause.minimum_cells)
    key = "say.cell" if cell > 1 else "say.cell-none"
    return phrase(key, language, below=cell - 1, purpose="none", condition="none").rstrip(".។")


def grain_words(level: int, period: str, language: str) -> str:
    """ "province, week"."""
    return f"{label('level', str(level), language)}, {label('period', period, language)}"


def balance_words(found: dict[str, Any], rule: Rule, reader: Reader) -> dict[str, Any]:
    """The comparison of the two directions for a reader of one of them."""
    language = spoken(reader)
    return {
        "verdict": VERDICTS[found["verdict"]],
        "first": rule.agreement.parties[0].name,
        "second": rule.agreement.parties[1].name,
        "ours": found["said"]["only_we_tell"],
        "theirs": found["said"]["only_they_tell"],
        "terms": [
            {"term": term, "ours": ours, "theirs": theirs}
            for term, ours, theirs in terms_said(
                [{"term": one["term"], "a": one["ours"], "b": one["theirs"]} for one in found["terms"]], language
            )
        ],
    }
