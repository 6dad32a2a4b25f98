"""What a draft says: guesses with their evidence, and questions for what it cannot decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

AS_DRAFTED, YES, NO = "as drafted", "yes", "no"  # answers that are the same in every draft
SURE_ENOUGH = 0.7  # a guess below stays in the draft, and is asked about as well


@dataclass(frozen=True)
class Guess:
    """One decision of the draft. `confidence` is 0 to 1: a share of what was looked at, never certainty."""

    about: str  # "read.encoding", "column ขวบ", "dates.order"
    value: Any
    evidence: str
    confidence: float


@dataclass(frozen=True)
class Question:
    """What a person who knows the source must say. `options` may be empty."""

    about: str
    question: str
    evidence: str
    options: tuple[str, ...] = ()


@dataclass
class Said:
    """The draft's notebook, filled as it goes."""

    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def guess(self, about: str, value: Any, evidence: str, confidence: float) -> Any:
        """Note a guess and hand its value back; a doubtful one is also asked."""
        self.guesses.append(Guess(about, value, evidence, round(min(confidence, 0.99), 2)))
        if confidence < SURE_ENOUGH:
            self.ask(about, f"Is {about} really {value!r}? Answer `{AS_DRAFTED}`, or what it is.", evidence)
        return value

    def ask(self, about: str, question: str, evidence: str, options: tuple[str, ...] = ()) -> None:
        """Note a question."""
        self.questions.append(Question(about, question, evidence, options))


@dataclass(frozen=True)
class Draft:
    """A proposal: `source` is source.yml as plain values, `crosswalks` its lines by field, `open_terms` the rest."""

    file: str
    source: dict[str, Any]
    crosswalks: dict[str, list[dict[str, str]]]
    open_terms: list[dict[str, str]]
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "file": self.file,
            "source": self.source,
            "crosswalks": self.crosswalks,
            "open_terms": self.open_terms,
            "guesses": [vars(guess) for guess in self.guesses],
            "questions": [vars(question) | {"options": list(question.options)} for question in self.questions],
        }
