"""Proposes source.yml and crosswalks for a file never seen; each guess with evidence, each doubt a question.

Rules: nothing is decided silently; the date order and the era only by cells that leave no other reading;
a term is translated only where the vocabulary is sure; the result loads as any source does.
"""

from sampan.harmonise.draft.drafting import draft
from sampan.harmonise.draft.said import Draft, Guess, Question
from sampan.harmonise.draft.writing import source_text, write

__all__ = ["Draft", "Guess", "Question", "draft", "source_text", "write"]
