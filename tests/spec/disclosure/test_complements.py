"""A small count is held back, and another with it, so that no total gives it away."""

from __future__ import annotations

import io

import polars as pl

from sampan.sharing.disclosure.protect import protect


def drawn(text: str) -> pl.DataFrame:
    """A table drawn with spaces between its columns."""
    return pl.read_csv(io.StringIO("\n".join(",".join(line.split()) for line in text.strip().splitlines())))


def test_one_small_count_takes_three_others_with_it() -> None:
    """With a minimum of 4, the 2 is small. Its row and its column would give it away, so three others go too."""
    counts = drawn(
        """
        region  age   n
        hill    young 2
        hill    old   9
        river   young 8
        river   old   20
        """
    )
    done = protect(counts, dims=["region", "age"], count="n", minimum=4)
    shown = {(row["region"], row["age"]): row["value"] for row in done.to_dicts()}
    assert shown == {
        ("Total", "Total"): 39, ("Total", "old"): 29, ("Total", "young"): 10,
        ("hill", "Total"): 11, ("hill", "old"): None, ("hill", "young"): None,
        ("river", "Total"): 28, ("river", "old"): None, ("river", "young"): None,
    }  # fmt: skip


def test_a_zero_is_data() -> None:
    """Nobody can be counted out of a cell that holds nobody."""
    counts = drawn(
        """
        region  n
        hill    0
        river   12
        """
    )
    done = protect(counts, dims=["region"], count="n", minimum=4)
    assert done.filter(pl.col("region") == "hill")["value"].to_list() == [0]
    assert done["status"].unique().to_list() == ["published"]
