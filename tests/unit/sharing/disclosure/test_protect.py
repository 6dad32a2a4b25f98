"""No small count can be worked out, and few others are held back for it."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shared import shared_path
from tests.unit.sharing.disclosure import oracle

from sampan.model.errors import UserError
from sampan.sharing.disclosure import widen
from sampan.sharing.disclosure.cells import build
from sampan.sharing.disclosure.protect import protect

OVERLAPPING = [[("a", "north"), ("b", "north")], [("b", "coast"), ("c", "coast")]]


def table(counts: list[int], *axes: str) -> pl.DataFrame:
    """A full table over axes such as "abc" and "xy", counts in reading order."""
    codes = list(itertools.product(*axes))
    frame = pl.DataFrame(codes, schema=[f"d{i}" for i in range(len(axes))], orient="row")
    return frame.with_columns(pl.Series("n", counts))


@st.composite
def tables(draw: st.DrawFn) -> tuple[pl.DataFrame, dict, int]:
    """Two or three dimensions, small counts, now and then groupings that overlap."""
    axes = draw(st.sampled_from([("abc", "xy"), ("abcd", "xyz"), ("abc", "xy", "mf"), ("abcd", "xy", "mf")]))
    cells = int(np.prod([len(axis) for axis in axes]))
    counts = draw(st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 7, 9, 12, 30]), min_size=cells, max_size=cells))
    hierarchies = draw(st.sampled_from([{}, {"d0": OVERLAPPING[:1]}, {"d0": OVERLAPPING}]))
    return table(counts, *axes), hierarchies, draw(st.integers(2, 6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(1, 6))
def test_nor_where_further_cells_are_looked_for_nearby_first(drawn: tuple[pl.DataFrame, dict, int], near: int) -> None:
    """As in tables of thousands of counts, here with a few."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(widen, "NEAR", near)
        unrecovered(drawn, worded=False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.booleans())
def test_nothing_small_is_recovered(drawn: tuple[pl.DataFrame, dict, int], worded: bool) -> None:
    unrecovered(drawn, worded=worded)


def unrecovered(drawn: tuple[pl.DataFrame, dict, int], *, worded: bool) -> None:
    frame, hierarchies, minimum = drawn
    dims = [name for name in frame.columns if name != "n"]
    cells = build(frame, dims=dims, count="n", hierarchies=hierarchies)
    done = protect(frame, dims=dims, count="n", minimum=minimum, hierarchies=hierarchies, worded=worded)
    published = oracle.released(cells, done)
    small = (cells.values > 0) & (cells.values < minimum)
    assert not (published & small).any()
    assert (done["value"].to_numpy()[published] == cells.values[published]).all()
    assert published[cells.values == 0].all()
    assert oracle.recovered(cells, published, small) == []
    for cell in np.flatnonzero(small):
        low, high = oracle.interval(cells, published, int(cell), whole=True, least=1)
        assert high - low >= 1, cells.codes[cell]
    for cell in np.flatnonzero(small) if worded else ():
        low, high = oracle.interval(cells, published, int(cell), whole=True, least=1, words=minimum)
        if high == low:  # then the words alone tell it: nothing published, it would be told all the same
            low, high = oracle.interval(cells, cells.values == 0, int(cell), whole=True, least=1, words=minimum)
            assert high == low, cells.codes[cell]


def test_the_words_give_nothing_away_where_they_are_shown() -> None:
    """Of column y it is told that both sum to 6; who reads that both are small, below 4, knows that each is 3."""
    frame = table([6, 3, 8, 1, 3, 4], "ab", "xyz")
    cells = build(frame, dims=["d0", "d1"], count="n")
    told = {}
    for worded in (True, False):
        done = protect(frame, dims=["d0", "d1"], count="n", minimum=4, worded=worded)
        published = oracle.released(cells, done)
        ends = [oracle.interval(cells, published, int(cell), whole=True, least=1, words=4)
                for cell in np.flatnonzero(cells.values < 4)]  # fmt: skip
        told[worded] = sum(low == high for low, high in ends)
    assert told[True] == 0 < told[False]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_lone_contributor_recovers_nobody_else(drawn: tuple[pl.DataFrame, dict, int]) -> None:
    frame, hierarchies, minimum = drawn
    dims = [name for name in frame.columns if name != "n"]
    cells = build(frame, dims=dims, count="n", hierarchies=hierarchies)
    done = protect(frame, dims=dims, count="n", minimum=minimum, hierarchies=hierarchies)
    published = oracle.released(cells, done)
    members = cells.members.toarray() * (cells.finest > 0)
    small = (cells.values > 0) & (cells.values < minimum)
    for lone in np.flatnonzero(cells.values == 1):
        others = small & (members != members[lone]).any(axis=1)
        assert oracle.recovered(cells, published, others, known=(int(lone),)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_with_interval_every_small_count_stays_wide(drawn: tuple[pl.DataFrame, dict, int]) -> None:
    frame, hierarchies, minimum = drawn
    dims = [name for name in frame.columns if name != "n"]
    cells = build(frame, dims=dims, count="n", hierarchies=hierarchies)
    done = protect(frame, dims=dims, count="n", minimum=minimum, hierarchies=hierarchies, interval=True)
    published = oracle.released(cells, done)
    for cell in np.flatnonzero((cells.values > 0) & (cells.values < minimum)):
        low, high = oracle.interval(cells, published, int(cell))
        assert high - low >= minimum - 1e-6, cells.codes[cell]


def test_the_reference_pattern_of_a_small_table() -> None:
    frame = pl.read_csv(shared_path("reference/suppression/z1_maxN3_input.csv"))
    reference = pl.read_csv(shared_path("reference/suppression/z1_maxN3_out.csv"))
    done = protect(frame, dims=["region", "hovedint"], count="ant", minimum=4)
    both = done.join(reference, on=["region", "hovedint"], validate="1:1")
    assert both.height == reference.height
    assert (both["status"].eq("primary") == both["primary"].cast(pl.Boolean)).all()
    assert (both.filter(pl.col("status") == "published")["value"] > 3).all()
    assert both["status"].ne("published").sum() <= reference["suppressed"].cast(pl.Boolean).sum()


@pytest.mark.parametrize(("interval", "most"), [(False, 1.15), (True, 1.35)])
def test_few_cells_beside_the_small_ones_in_a_large_table(interval: bool, most: float) -> None:
    frame = pl.read_csv(shared_path("reference/suppression/big_input.csv"))
    edges = sorted(set(frame.select("adm", "ctry").iter_rows()))
    done = protect(
        frame,
        dims=["adm", "age", "sex"],
        count="freq",
        minimum=5,
        hierarchies={"adm": [edges]},
        interval=interval,
    )
    assert done.height == 2226
    assert done["status"].eq("primary").sum() == 686
    assert done["status"].ne("published").sum() <= most * 884


def test_few_cells_where_every_small_count_is_one_person() -> None:
    """Plain elimination minds neither lone contributors nor bounds; beside it they cost most at a minimum of 2."""
    frame = pl.read_csv(shared_path("reference/suppression/big_input.csv"))
    edges = sorted(set(frame.select("adm", "ctry").iter_rows()))
    asked = {"dims": ["adm", "age", "sex"], "count": "freq", "hierarchies": {"adm": [edges]}}
    held = protect(frame, minimum=2, **asked)["status"].ne("published").sum()
    assert held <= 1.15 * oracle.plain_pattern(build(frame, **asked), 2).sum()


def test_few_cells_where_groupings_overlap_in_three_dimensions() -> None:
    """About as many as by plain elimination, though that does not mind lone contributors, nor bounds."""
    regions = [[(one, "west" if one in "abc" else "east") for one in "abcdef"],
               [("a", "coast"), ("d", "coast"), ("b", "hills"), ("e", "hills")]]  # fmt: skip
    hierarchies = {"d0": regions, "d1": [[("u", "young"), ("v", "young")], [("v", "middle"), ("w", "middle")]]}
    held, plain = 0, 0
    for seed in (0, 1, 4, 10):
        draw = np.random.default_rng(seed)
        counts = np.where(draw.random(96) < 0.12, draw.integers(1, 4, 96), draw.integers(5, 60, 96)).tolist()
        frame, asked = table(counts, "abcdef", "uvwx", "mnop"), {"dims": ["d0", "d1", "d2"], "count": "n"}
        held += protect(frame, minimum=5, hierarchies=hierarchies, **asked)["status"].ne("published").sum()
        plain += int(oracle.plain_pattern(build(frame, hierarchies=hierarchies, **asked), 5).sum())
    assert held <= 1.05 * plain


def test_blanks_around_a_code_make_no_other_code() -> None:
    frame = table([3, 9, 20, 8], "ab", "xy").with_columns(pl.col("d0").replace("a", " a "))
    edges = {"d0": [[("a", "north"), ("b", "north")]]}
    done = protect(frame, dims=["d0", "d1"], count="n", minimum=4, hierarchies=edges)
    assert done.filter(d0="north", d1="Total")["value"].to_list() == [40]
    assert done.filter(d0="a", d1="x")["status"].to_list() == ["primary"]


def test_the_same_table_gives_the_same_pattern() -> None:
    frame = table([1, 4, 9, 2, 8, 3, 7, 7, 12, 1, 6, 5], "abc", "wxyz")
    first = protect(frame, dims=["d0", "d1"], count="n", minimum=4)
    assert first.equals(
        protect(frame.sample(fraction=1, shuffle=True, seed=4), dims=["d0", "d1"], count="n", minimum=4)
    )


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"d": ["a"], "n": [None]}), "a count is blank"),
        (pl.DataFrame({"d": ["a"], "n": ["few"]}), "a count is not a whole number of persons"),
        (pl.DataFrame({"d": ["a"], "n": [-1]}), "a count is not a whole number of persons"),
        (pl.DataFrame({"d": ["Total"], "n": [1]}), "'Total' is used as a code of the finest cells"),
        (pl.DataFrame({"d": [None], "n": [1]}, schema={"d": pl.String, "n": pl.Int64}), "a cell has no code"),
        (pl.DataFrame({"d": [" total "], "n": [1]}), "'total' is used as a code of the finest cells"),
        (pl.DataFrame({"d": ["  "], "n": [1]}), "a cell has no code"),
        (pl.DataFrame({"d": ["a", "b"], "n": [2**62, 2**62]}), "the counts are too large to be persons"),
        (pl.DataFrame({"e": ["a"], "n": [1]}), "there is no column 'd' in the table"),
    ],
)
def test_a_table_that_is_no_table_of_counts(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(UserError) as slip:
        protect(frame, dims=["d"], count="n", minimum=4)
    assert slip.value.what == said
    assert slip.value.kept.startswith("nothing was written")
    assert slip.value.do


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ([("a", "north"), ("north", "all"), ("all", "north")], "contains itself"),
        ([("q", "north")], "names none of the table's codes"),
        ([("b", "a")], "is a grouping and has rows of its own"),
        ([("a", "north"), ("north", "Total")], "leaves codes out of 'Total': 'b' "),
        ([("a", "total")], "leaves codes out of 'total': 'b' "),
    ],
)
def test_a_hierarchy_that_is_no_hierarchy(edges: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(UserError, match=said):
        protect(table([1, 2], "ab"), dims=["d0"], count="n", minimum=4, hierarchies={"d0": [edges]})


def test_a_hierarchy_may_say_what_the_total_is() -> None:
    frame = table([3, 9, 20, 8, 7, 6], "abc", "xy")
    regions = [("a", "north"), ("b", "north"), ("north", "TOTAL"), ("c", "TOTAL")]
    asked = {"dims": ["d0", "d1"], "count": "n", "minimum": 4}
    done = protect(frame, hierarchies={"d0": [regions]}, **asked)
    assert done.equals(protect(frame, hierarchies={"d0": [regions[:2]]}, **asked))
    assert done["d0"].unique().sort().to_list() == ["Total", "a", "b", "c", "north"]
