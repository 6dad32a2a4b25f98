"""The bundled sources as their folders declare them."""

from __future__ import annotations

from sampan.model.sources import Source
from sampan.sources.catalogue import sources

HEAD = """# Sources

Written from the folders in `src/sampan/sources` by `make docs`. A source is a folder: `source.yml`, crosswalks,
a sample and what is expected of it. Sources marked *invented* hold figures of ours in a country's own shape;
sources marked *published* hold openly published figures, not a partner's deposit.
"""


def page() -> str:
    """docs/reference/sources.md."""
    return "\n".join([HEAD, *(section(source) for source in sources().values())])


def section(source: Source) -> str:
    """One source: what it is, how it counts, what it leaves out and why."""
    marks = [word for word, is_so in (("invented", source.invented), ("published", source.published)) if is_so]
    facts = {
        "owner": source.owner,
        "country": source.country,
        "holds": source.kind,
        "practice": source.practice,
        "a delivery is": f"a {source.mode}",
        "calendar": source.words.calendar if isinstance(source.words.calendar, str) else "its own, declared",
        "dates": f"{source.words.date_order}, {source.words.era} years",
        "hierarchy of places": source.hierarchy,
        "crosswalk lines": f"{len(source.crosswalk)}",
        "stripped": ", ".join(source.strip),
        "licence": source.licence,
        "citation": source.citation,
    }
    lines = [f"## {source.id}\n", source.title + (f" *({', '.join(marks)})*" if marks else "") + "\n"]
    lines += [f"- {name}: {text}" for name, text in facts.items() if text]
    lines += [f"- not taken: `{column}`: {why}" for column, why in source.ignore.items()]
    if source.notes:
        lines += ["", source.notes.strip()]
    return "\n".join([*lines, ""])
