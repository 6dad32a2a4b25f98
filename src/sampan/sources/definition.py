"""Reads source.yml and its crosswalks into a `Source`; every slip is told with the file and the nearest word.

One definition may serve several ids: `ids:` maps each id to the words that fill its {placeholders}.
"""

from __future__ import annotations

import csv
import difflib
import glob
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from sampan.model.errors import UserError
from sampan.model.sources import CrosswalkLine, Expectation, FieldMap, Source, Wide, Words
from sampan.model.tables import Layout
from sampan.sharing import vocabularies
from sampan.vocab import languages, yamlfile

FIELDS = {
    "aggregate": (
        "place", "period", "condition", "measure", "value", "classification", "sex", "age", "setting",
        "sector", "origin", "practice", "date_basis",
    ),
    "cases": (
        "case_id", "place_report", "place_residence", "place_infection", "onset_date", "diagnosis_date",
        "admission_date", "report_date", "outcome_date", "condition", "classification", "outcome", "sex", "age",
        "age_months", "age_days", "laboratory", "setting", "origin",
    ),
}  # fmt: skip
TOP = (
    "id", "ids", "title", "owner", "country", "kind", "practice", "languages", "invented", "published", "tlp",
    "licence", "citation", "notes", "read", "delivery", "calendar", "dates", "numbers", "silences", "absent", "places",
    "columns", "wide", "rows", "totals", "strip", "ignore", "expects", "practices", "form", "translations",
)  # fmt: skip
# the words each part of source.yml may hold; docs/reference/source-yml.md says what each means
PARTS = {
    "delivery": ("mode", "scope"),
    "dates": ("order", "era", "two_digit_years", "serials"),
    "numbers": ("locale", "native_digits", "grouped"),
    "places": ("hierarchy",),
    "wide": ("columns", "parts", "headers"),
    "expects": ("level", "units", "conditions", "every", "due_days", "rows"),
}
TRANSLATED = ("title", "notes")
READ = tuple(name for name in Layout.__annotations__ if name != "headers")  # those the columns say themselves
OPTIONS = (
    "from", "is", "in", "header", "as", "year", "level", "levels", "role", "take", "code", "optional", "scheme",
)  # fmt: skip

SILENCES = ("zero", "unknown", "not_reported", "withheld", "suppressed")  # what a text may say in a figure's place
FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def load_folder(folder: Path) -> list[Source]:
    """All sources one folder defines (one for each of its ids). UserError names the file and the slip."""
    path = folder / "source.yml"
    try:
        raw = yamlfile.read_as_written(path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as slip:
        reason = " ".join(str(slip).split())
        raise UserError(f"source.yml cannot be read: {reason}", where=str(path), do="mend the file") from slip
    if not isinstance(raw, dict):
        raise UserError("source.yml is not a mapping", where=str(path), do="begin with `id:` and `title:`")
    ids = raw.get("ids") or {raw.get("id"): {}}
    if not isinstance(ids, dict):
        raise UserError("`ids:` is not a mapping", where=str(path), do="write each id on a line of its own, with `:`")
    try:
        return [_one(_filled(raw, {"id": name, **(words or {})}), path, str(name)) for name, words in ids.items()]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as slip:
        raise UserError(
            "source.yml holds a number, a text, a list or a map where another of them is meant",
            where=str(path),
            kept="its deliveries stand; other sources are read",
            do="set it beside docs/reference/source-yml.md; `sampan sources draft` writes one that is right",
        ) from slip


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace("{" + word + "}", str(text))
        return value
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, words) for key, item in value.items() if key != "ids"}
    return value


def _one(raw: dict[str, Any], path: Path, name: str) -> Source:
    _known(raw, TOP, path)
    for needed in ("title", "owner", "country", "kind", "columns"):
        if not raw.get(needed):
            raise UserError(f"`{needed}:` is missing", where=str(path), do=f"add `{needed}:` to the source")
    kind = raw["kind"]
    if kind not in FIELDS:
        raise UserError(f"kind {kind!r} is not known", where=str(path), do="write aggregate or cases")
    _known(raw["columns"], FIELDS[kind], path, "columns")
    _known_inside(raw, path)
    delivery = raw.get("delivery") or {}
    if kind == "cases" and delivery.get("scope"):
        raise UserError(
            "a list of cases has no `scope:`: a snapshot of one replaces the whole list before it",
            where=str(path),
            do="leave `scope:` out; if a file holds only new or changed cases, write `mode: increment`",
        )
    source = Source(
        id=name,
        title=raw["title"],
        owner=raw["owner"],
        country=raw["country"],
        kind=kind,
        practice=raw.get("practice", name),
        layout=_layout(raw.get("read") or {}, path),
        columns={field: _field(spec) for field, spec in raw["columns"].items()},
        words=_words(raw, path),
        mode=delivery.get("mode", "snapshot"),
        scope=_texts(delivery.get("scope")),
        wide=_wide(raw.get("wide"), path),
        only_rows={column: _texts(texts) for column, texts in (raw.get("rows") or {}).items()},
        totals={column: _texts(texts) for column, texts in (raw.get("totals") or {}).items()},
        strip=_texts(raw.get("strip")),
        ignore=_reasons(raw.get("ignore")),
        crosswalk=tuple(read_crosswalks(path.parent / "crosswalk", country=raw["country"])),
        expects=_expectation(raw.get("expects") or {}),
        hierarchy=(raw.get("places") or {}).get("hierarchy", "admin"),
        invented=_flag(raw.get("invented")),
        published=_flag(raw.get("published")),
        tlp=_label(raw.get("tlp", "clear"), path),
        licence=raw.get("licence", ""),
        citation=raw.get("citation", ""),
        notes=raw.get("notes", ""),
        form=_form(raw.get("form", ""), path),
        translations=_translations(raw.get("translations") or {}, path),
        folder=path.parent,
    )
    return replace(source, layout=replace(source.layout, headers=_headers(source)))


def _headers(source: Source) -> tuple[tuple[str, ...], ...]:
    """Every header the source knows, as patterns: of spellings one of which may stand there, all together."""
    spelt = [column.split("|") for spec in source.columns.values() for column in spec.columns]
    spelt += [[column] for column in (*source.only_rows, *source.totals, *source.strip, *source.ignore)]
    known = [tuple(glob.escape(" ".join(text.split())) for text in texts) for texts in spelt]
    return tuple(dict.fromkeys([*known, *((pattern,) for pattern in (source.wide.columns if source.wide else ()))]))


def _label(word: Any, path: Path) -> str:
    """The owner's TLP label. UserError with the words there are."""
    known = vocabularies.words("tlp")
    if word not in known:
        raise UserError(f"tlp {word!r} is not known", where=str(path), do=f"write one of: {', '.join(known)}")
    return str(word)


def _translations(raw: dict[str, dict[str, Any]], path: Path) -> dict[str, dict[str, str]]:
    """Title and notes by language. UserError for a language or a word that is not known."""
    _known(raw, tuple(languages.languages()), path, "translations:")
    for language, texts in raw.items():
        _known(texts, TRANSLATED, path, f"translations: {language}:")
    return {language: {name: str(text) for name, text in texts.items()} for language, texts in raw.items()}


def digest_of(source: Source) -> str:
    """SHA-256 of the source.yml as it stands, hex; empty for a source without a folder."""
    path = source.folder / "source.yml" if source.folder else None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path and path.is_file() else ""


def read_crosswalks(folder: Path, *, country: str) -> Iterable[CrosswalkLine]:
    """Lines of every <field>.csv (columns term, value, match, author, approved_by, approved_on, note, country)."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row.pop("country", "") in ("", country, None):
                    known = {key: text or "" for key, text in row.items() if key in CrosswalkLine.__annotations__}
                    yield CrosswalkLine(field=path.stem, **known)  # type: ignore[arg-type]  # match is checked on use


def _known(given: Mapping[str, Any], words: tuple[str, ...], path: Path, part: str = "source.yml") -> None:
    for word in given:
        if word not in words:
            near = difflib.get_close_matches(str(word), words, n=1)
            hint = f"did you mean `{near[0]}:`?" if near else f"known: {', '.join(words)}"
            raise UserError(f"`{word}:` is not known in {part}", where=str(path), do=hint)


def _known_inside(raw: Mapping[str, Any], path: Path) -> None:
    """UserError for a word that a part of the definition does not know: unread, it would change nothing in silence."""
    for part, words in PARTS.items():
        if isinstance(raw.get(part), dict):
            _known(raw[part], words, path, f"{part}:")
    for field, spec in raw["columns"].items():
        if isinstance(spec, dict):
            _known(spec, OPTIONS, path, f"columns: {field}:")


def must_be_complete(source: Source) -> None:
    """UserError if a draft leaves out what no file can be read without.

    A table of counts needs a place, a period, a condition and a figure; a list a place, a condition and a day.
    """
    said = {*source.columns, *(source.wide.parts if source.wide else ()), *(("value",) if source.wide else ())}
    needed = ["place", "period", "condition", "value"] if source.kind == "aggregate" else ["condition"]
    missing = [name for name in needed if name not in said]
    if source.kind == "cases":
        missing += [] if said & {"place_report", "place_residence"} else ["place_report"]
        missing += [] if any(name.endswith("_date") for name in said) else ["onset_date"]
    if missing:
        raise UserError(
            f"`columns:` does not say where {' and '.join(missing)} stand",
            where=str(source.folder or source.id),
            kept="nothing was kept",
            do="add " + ", ".join(f"`{name}: {{from: HEADER}}` or `{name}: {{is: WORD}}`" for name in missing),
        )


def _form(said: Any, path: Path) -> str:
    if said not in ("", "weekly"):
        raise UserError(f"form {said!r} is not known", where=str(path), do="write `form: weekly`, or leave it out")
    return str(said)


def _reasons(raw: Any) -> dict[str, str]:
    """Columns left out and why; a bare list leaves the reasons unsaid."""
    if isinstance(raw, dict):
        return {str(column): str(why) for column, why in raw.items()}
    return dict.fromkeys(_texts(raw), "not said")


def _field(spec: Any) -> FieldMap:
    if not isinstance(spec, dict):  # a header or several; `2024` is one too
        return FieldMap(columns=_texts(spec))
    options = {key: value for key, value in spec.items() if key not in ("from", "is", "header")}
    if "optional" in options:
        options["optional"] = _flag(options["optional"])
    constant = spec.get("is")
    return FieldMap(_texts(spec.get("from")), None if constant is None else str(constant), spec.get("header"), options)


def _layout(raw: dict[str, Any], path: Path) -> Layout:
    _known(raw, READ, path, "read")
    values = dict(raw)
    for name in ("sheets", "header_rows"):
        if name in values:
            values[name] = tuple(values[name]) if isinstance(values[name], list) else (values[name],)
    for name in ("hidden_sheets", "categorical"):
        if name in values:
            values[name] = _flag(values[name])
    return Layout(**values)


def _words(raw: dict[str, Any], path: Path) -> Words:
    dates, numbers = raw.get("dates") or {}, raw.get("numbers") or {}
    return Words(
        date_order=dates.get("order", "ymd"),
        era=dates.get("era", "gregorian"),
        two_digit_years=dates.get("two_digit_years"),
        serial_dates=_flag(dates.get("serials")),
        number_locale=numbers.get("locale", "en"),
        calendar=raw.get("calendar", "gregorian"),
        silences=_silences(raw.get("silences") or {}, path),
        absent=_texts(raw.get("absent")),
        languages=_texts(raw.get("languages")),
        native_digits=_flag(numbers.get("native_digits")),
        grouped=_flag(numbers.get("grouped")),
    )


def _silences(raw: dict[Any, Any], path: Path) -> dict[str, str]:
    """Text -> status. UserError for a word that no figure can have: it would be kept and mean nothing."""
    for text, status in raw.items():
        if status not in SILENCES:
            near = difflib.get_close_matches(str(status), SILENCES, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(SILENCES)}"
            raise UserError(f"`silences: {text}: {status}` is not known", where=str(path), do=hint)
    return {str(text): str(status) for text, status in raw.items()}


def _wide(raw: dict[str, Any] | None, path: Path) -> Wide | None:
    """Columns of figures with the parts of their headers, or with what each whole header says."""
    if not raw:
        return None
    told = raw.get("headers") or {}
    if bool(told) == bool(raw.get("parts")) or (raw.get("parts") and not raw.get("columns")):
        do = "write `columns:` with `parts:`, or `headers:` with the fields of each header"
        raise UserError("`wide:` says neither or both of what its headers mean", where=str(path), do=do)
    if not told:
        return Wide(_texts(raw["columns"]), _texts(raw["parts"]))
    for header, fields in told.items():
        _known(fields, FIELDS["aggregate"], path, f"wide: headers: {header}:")
    headers = {str(header): {name: str(word) for name, word in fields.items()} for header, fields in told.items()}
    parts = tuple(dict.fromkeys(name for fields in headers.values() for name in fields))
    return Wide(tuple(glob.escape(header) for header in headers), parts, headers)


def _expectation(raw: dict[str, Any]) -> Expectation:
    values = {name: _texts(raw[name]) for name in ("units", "conditions") if name in raw}
    rows = raw.get("rows")
    return Expectation(
        level=raw.get("level"),
        every=raw.get("every"),
        due_days=int(raw.get("due_days", 7)),
        rows=(int(rows[0]), int(rows[1])) if rows else None,
        **values,
    )


def _flag(value: Any) -> bool:
    """True or false, in the words people write; ValueError for another word."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if str(value).lower() not in FLAGS:
        raise ValueError(f"{value!r} is neither true nor false")
    return FLAGS[str(value).lower()]


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else (str(value),)
