"""Every problem Sampan tells a person about, as one family.

    SampanError
    ├── OurFault        exit 1   we broke a promise; the reader can only tell us
    ├── UserError       exit 2   the command, file or setting is not what was expected
    ├── NeedsPerson     exit 3   kept, but the data need somebody's answer
    └── Refused         exit 4   a rule said no

A message has four parts: what happened, where, what was kept, what to do now.
No message ever quotes a person's name or a cell that could hold one.
"""

from __future__ import annotations

from collections.abc import Callable


class SampanError(Exception):
    """A problem in four parts; `exit_code` is what the command line answers."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", kept: str = "", do: str = "") -> None:
        self.what, self.where, self.kept, self.do = what, where, kept, do
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The four parts as one line of sentences, empty parts left out."""
        return self.in_words(str)

    def in_words(self, tell: Callable[[str], str]) -> str:
        """The same line with each part put into a reader's words by `tell`."""
        what, where, kept, do = (part and tell(part) for part in (self.what, self.where, self.kept, self.do))
        head = f"{what} ({where})" if where else what
        return " ".join(_sentence(part) for part in (head, kept, do) if part)

    def as_dict(self) -> dict[str, str]:
        """The parts by name, for --json and for problem+json."""
        parts = {"what": self.what, "where": self.where, "kept": self.kept, "do": self.do}
        return {name: text for name, text in parts.items() if text}


class OurFault(SampanError):
    """Something only we can mend, such as evidence that no longer matches its digest."""

    exit_code = 1


class UserError(SampanError):
    """The command, the file or a setting is not what was expected."""

    exit_code = 2


class NeedsPerson(SampanError):
    """The delivery is kept; somebody has to answer before it counts."""

    exit_code = 3


class Refused(SampanError):
    """A rule stops this; `rule` names it."""

    exit_code = 4

    def __init__(self, what: str, *, rule: str, where: str = "", kept: str = "", do: str = "") -> None:
        super().__init__(what, where=where, kept=kept, do=do)
        self.rule = rule

    def as_dict(self) -> dict[str, str]:
        """The parts by name, with the rule that stops it."""
        return super().as_dict() | {"rule": self.rule}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "។")) else text + "."
