"""How far a run is, on one line that goes away."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from article_search.terminal import progress, screen


def test_progress_shows_rate_and_remaining_time() -> None:
    line = progress.progress_line(5_000, 20_000, 10.0, 80)
    assert "25%" in line
    assert "5,000 of 20,000 files" in line
    assert "500 files/s" in line
    assert "30 s left" in line


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.floats(0, 10**6), st.integers(10, 200))
def test_progress_always_fits_on_its_line(done: int, total: int, elapsed: float, width: int) -> None:
    assert screen.columns(progress.progress_line(min(done, total), total, elapsed, width)) < width


def test_a_progress_bar_is_drawn_ten_times_a_second_and_taken_away() -> None:
    stream, now = io.StringIO(), [0.0]
    bar = progress.ProgressBar(stream, 80, lambda: now[0])
    for done in range(1001):
        now[0] = done / 1000
        bar(done, 1000)
    bar.close()
    assert 10 <= stream.getvalue().count("files/s") <= 12
    assert "100%" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_when_all_files_are_read_the_bar_says_what_is_still_done() -> None:
    stream = io.StringIO()
    bar = progress.ProgressBar(stream, 80, lambda: 0.0, "writing the index")
    bar(1, 2000)
    assert "writing" not in stream.getvalue()
    bar(2000, 2000)
    assert stream.getvalue().endswith("\r2,000 files read, writing the index …\x1b[K")
    assert screen.columns(progress.finishing_line(10**9, "writing the index", 20)) < 20
