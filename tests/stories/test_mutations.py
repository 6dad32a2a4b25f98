"""The samples of all sources, spoiled at random: every one ends in figures with findings, or in a refusal.

2,000 mutations here and 20,000 in the soak (or SAMPAN_TRIALS), fresh from the printed seed. A mutation goes the
whole way of a dry run: the gate, reading, harmonising, checking. Nothing unhandled, and no fault of ours.
"""

from __future__ import annotations

import contextlib
import os
import random
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.stories.mutating import mutated

from sampan.model.errors import OurFault, Refused, SampanError
from sampan.model.sources import Source
from sampan.operations import homes, looking, receiving
from sampan.operations.receiving import Act
from sampan.sources.catalogue import BUNDLED, sources
from sampan.store.home import Store

TRIALS = int(os.environ.get("SAMPAN_TRIALS", "2000"))
SOAK_TRIALS = 20_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def samples() -> list[tuple[str, Path]]:
    """(source id, sample file) of every bundled source that has a sample."""
    found = []
    for name, source in sources().items():
        folder = (source.folder or BUNDLED) / "sample"
        found += [(name, path) for path in sorted(folder.glob("*")) if path.is_file()]
    return found


SAMPLES = samples()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_spoiled_samples(name: str, path: Path, tmp_path: Path, rng: random.Random) -> None:
    _spoil(name, path, tmp_path, rng, TRIALS // len(SAMPLES))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_spoiled_samples_for_long(name: str, path: Path, tmp_path: Path, rng: random.Random) -> None:
    _spoil(name, path, tmp_path, rng, SOAK_TRIALS // len(SAMPLES))


def _spoil(name: str, path: Path, tmp_path: Path, rng: random.Random, trials: int) -> None:
    store = Store(tmp_path / "home")
    for folder in (store.parts, store.blobs):
        folder.mkdir(parents=True)
    source = homes.source(store, name)
    good = path.read_bytes()
    for trial in range(trials):
        content, ways = mutated(good, rng)
        spoiled = tmp_path / f"spoiled{path.suffix}"
        spoiled.write_bytes(content)
        _end_well(store, source, spoiled, f"{name}, trial {trial}: {', '.join(ways)}")


def _end_well(store: Store, source: Source, spoiled: Path, told: str) -> None:
    try:
        with contextlib.suppress(Refused):  # the gate's own refusal must not spare the reading behind it
            looking.must_pass(source, spoiled, on=NOW.date())
        receipt = receiving.tried(store, source, spoiled, Act(f"{source.owner}/sender", NOW))
    except OurFault as fault:
        pytest.fail(f"{told}: {fault.message}")
    except SampanError as refusal:
        assert refusal.what, told
    except Exception:
        kept = spoiled.rename(spoiled.with_name("kept" + spoiled.suffix))
        pytest.fail(f"{told}\n{kept}\n{traceback.format_exc()}")
    else:
        b = receipt.balance
        assert b["rows_in"] == b["observed"] + b["set_aside"] + b["repeated"], (told, b)
        assert b["cases_in"] == b["cases_observed"] + b["cases_set_aside"] + b["cases_repeated"], (told, b)
