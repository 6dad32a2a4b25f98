"""An agreement as a document of two languages side by side, for signature: HTML, and PDF through WeasyPrint.

The rules are printed below the sentences with the digest of the file, so that paper and file can be matched.
"""

from __future__ import annotations

import hashlib
import re
from html import escape
from itertools import zip_longest

import weasyprint
from icu4py.breakers import LineBreaker

from sampan.model.agreements import Agreement
from sampan.sharing.agreements.names import names_for
from sampan.sharing.agreements.say import sentences
from sampan.sharing.reasons import phrase
from sampan.sharing.vocabularies import label

STYLE = """
@page { size: A4; margin: 18mm 16mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 8pt } }
body { font: 10pt/1.5 "Noto Sans", "Noto Sans Khmer", "Noto Sans Thai", "Noto Sans Lao", "Noto Sans Myanmar",
  "Noto Sans CJK SC", "DejaVu Sans", sans-serif; color: #111 }
h1 { font-size: 15pt } h2 { font-size: 11pt; margin: 14pt 0 4pt; break-after: avoid }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
tr { break-inside: avoid }
td, th { vertical-align: top; padding: 3pt 8pt 3pt 0; text-align: left; border-bottom: .4pt solid #bbb }
.small { font-size: 8pt; color: #444 }
.sign { margin-top: 18pt; break-inside: avoid; break-before: avoid }
.sign td { height: 42pt; border-bottom: .6pt solid #111 }
"""
UNSPACED = ("km", "lo", "my", "th")  # written without spaces between words
UNSPACED_LETTER = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
CHECKED = ("en",)  # languages whose phrases a native speaker has checked


def html(agreement: Agreement, text: str, languages: tuple[str, ...] | None = None) -> str:
    """The document. `text` is the file as it stands; `languages` defaults to the agreement's own, English first."""
    shown = tuple(dict.fromkeys(languages or (agreement.prevailing_language, *agreement.languages)))[:2]
    said = [sentences(agreement, language, names_for(agreement, language)) for language in shown]
    parts = [f"<h1>{escape(agreement.title)}</h1>", _notes(agreement, shown)]
    for key in said[0]:
        parts.append(f"<h2>{escape(_heading(key, shown))}</h2>")
        rows = zip_longest(*(side[key] for side in said), fillvalue="")
        parts.append("<table>" + "".join(_row(row, shown) for row in rows) + "</table>")
    # Inside one block, so that nobody signs a page that holds none of the text.
    parts.append(f'<div class="sign">{_signatures(agreement, shown)}{_fingerprint(agreement, text)}</div>')
    head = f'<meta charset="utf-8"><title>{escape(agreement.title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{shown[0]}"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def pdf(document: str) -> bytes:
    """The same document as PDF."""
    return bytes(weasyprint.HTML(string=document).write_pdf())


def _heading(key: str, languages: tuple[str, ...]) -> str:
    kind, _, name = key.partition(" ")
    words = {"agreement": "doc.agreement", "clause": "doc.clauses", "terms": "doc.terms"}[kind]
    shown = " · ".join(phrase(words, language) for language in languages)
    return f"{shown}: {name}" if name else shown


def _row(cells: tuple[str, ...], languages: tuple[str, ...]) -> str:
    shown = zip(cells, languages, strict=True)
    cells_ = (f'<td lang="{language}">{escape(breaking(cell, language))}</td>' for cell, language in shown)
    return f"<tr>{''.join(cells_)}</tr>"


def breaking(text: str, language: str) -> str:
    """The text with a mark where a line may break between words that are written without spaces.

    >>> breaking("កាលវិភាគបន្ទាប់", "km").split("\\u200b")
    ['កាលវិភាគ', 'បន្ទាប់']
    """
    if language not in UNSPACED:
        return text
    found = [text[start:end] for start, end in LineBreaker(text, language).segments()]
    joined = found[:1]
    for one in found[1:]:
        inside = UNSPACED_LETTER.match(joined[-1][-1]) and UNSPACED_LETTER.match(one[0])
        joined += ["\u200b", one] if inside else [one]
    return "".join(joined)


def _notes(agreement: Agreement, languages: tuple[str, ...]) -> str:
    prevailing = agreement.prevailing_language
    both = languages if len(languages) > 1 else ()  # one text cannot differ from itself
    lines = [phrase("doc.prevails", lang, tongue=label("language", prevailing, lang)) for lang in both]
    lines += [phrase("doc.awaits", lang) for lang in languages if lang not in CHECKED]
    return "".join(f'<p class="small">{escape(line)}</p>' for line in lines)


def _signatures(agreement: Agreement, languages: tuple[str, ...]) -> str:
    posts = agreement.instrument.signatories or tuple(side.party for side in agreement.parties)
    keys = ("doc.post", "doc.signatures", "doc.date")
    heads = (" · ".join(dict.fromkeys(phrase(key, language) for language in languages)) for key in keys)
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    rows = "".join(f"<tr><td>{escape(post)}</td><td></td><td></td></tr>" for post in posts)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _fingerprint(agreement: Agreement, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'<p class="small">{escape(agreement.name)} · sha256:{digest}</p>'
