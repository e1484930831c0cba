"""Arrays take the smallest type that keeps their values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from article_search.backends.embedded.columnar import arrays


@given(st.lists(st.floats(0, 1e6, width=32) | st.integers(0, 2**40).map(float)))
def test_weights_keep_their_value_in_the_smallest_type(drawn: list[float]) -> None:
    kept = arrays.weights(np.array(drawn, np.float64))
    if kept is None:
        assert set(drawn) <= {1.0}
    elif kept.dtype.kind == "u":
        assert kept.tolist() == drawn
        assert kept.dtype == np.min_scalar_type(int(max(drawn)))
    else:
        assert kept.tolist() == np.array(drawn, np.float32).tolist()
        assert any(weight % 1 for weight in drawn)
