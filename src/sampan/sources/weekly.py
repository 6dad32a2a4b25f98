"""The weekly form of a source: a source of its own, in the form's own columns and words, with the declaring source's
owner, country, practice, calendar and places. weekly_form/form.yml documents its file.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sampan.model.sources import FieldMap, Source
from sampan.model.tables import Layout
from sampan.vocab import yamlfile

FOLDER = Path(__file__).parent / "weekly_form"
WEEKLY = "weekly"
SAME = ("classification", "date_basis", "setting", "sector", "origin")  # constants that the form's figures share


def form_of(source: Source) -> Source:
    """The source that a filled weekly form is delivered to; called SOURCE-form."""
    said = _said()
    columns = {name: _field(spec) for name, spec in said["columns"].items()}
    columns["place"] = FieldMap(("place",), options={"level": source.expects.level or 1})
    constants = {name: spec for name, spec in source.columns.items() if name in SAME and spec.constant is not None}
    return replace(
        source,
        id=f"{source.id}-form",
        title=said["titles"]["en"].format(title=source.title),
        translations=_titles(source, said["titles"]),
        kind="aggregate",
        layout=Layout(**{**said["read"], "header_rows": (1,)}),
        columns={**constants, **columns},
        words=replace(
            source.words, silences=dict(said["silences"]), absent=(), date_order="ymd", era="gregorian",
            number_locale="en", native_digits=False, grouped=False,
        ),
        mode=said["delivery"]["mode"], scope=tuple(said["delivery"]["scope"]),
        wide=None, only_rows={}, totals={}, strip=(), ignore=dict(said["ignore"]), crosswalk=(),
        form="", form_of=source.id, folder=FOLDER,
    )  # fmt: skip


def _titles(source: Source, titles: dict[str, str]) -> dict[str, dict[str, str]]:
    """The source's words in each language, its title as that of the form."""
    return {
        language: {**texts, **({"title": titles[language].format(title=texts["title"])} if "title" in texts else {})}
        for language, texts in source.translations.items()
        if language in titles
    }


def _field(spec: Any) -> FieldMap:
    if isinstance(spec, str):
        return FieldMap((spec,))
    return FieldMap(tuple(spec["from"]), options={key: value for key, value in spec.items() if key != "from"})


@lru_cache(maxsize=1)
def _said() -> dict[str, Any]:
    said: dict[str, Any] = yamlfile.read(FOLDER / "form.yml")
    return said
