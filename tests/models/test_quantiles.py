import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri, stdtr
from scipy.stats import t as student

from ruralincome.models.quantiles import mixture_quantile, with_margins

SHARES = np.array([1e-6, 0.005, 0.1, 0.25, 0.5, 0.8, 0.975, 0.9999])
finite = st.floats(-3, 3)


def test_one_component_is_student_t_itself():
    location, scale, df = np.array([[0.3], [-2.0]]), np.array([[0.02], [5.0]]), np.array([4.0])
    found = mixture_quantile(location, scale, df, np.array([1.0]), SHARES)
    assert found == pytest.approx(student.ppf(SHARES, 4.0, location, scale), rel=1e-7)


def test_a_mixture_of_alike_components_is_the_component():
    location, scale, df = np.full((1, 3), 0.08), np.full((1, 3), 0.05), np.full(3, 7.0)
    found = mixture_quantile(location, scale, df, np.array([0.2, 0.5, 0.3]), SHARES)
    assert found[0] == pytest.approx(student.ppf(SHARES, 7.0, 0.08, 0.05), rel=1e-7)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(finite, finite, st.floats(0, 2), st.floats(1e-9, 1)), min_size=1, max_size=4),
    st.floats(1e-5, 1 - 1e-5),
)
def test_the_cdf_at_the_quantile_is_the_probability_however_unlike_the_components(parts, share):
    """Locations and scales over six orders of magnitude, degrees of freedom 1 to 100, weights down to 1e-9."""
    where, width, df, weight = (np.array(x) for x in zip(*parts, strict=True))
    location, scale, df = (np.sign(where) * 10 ** np.abs(where))[None], 10 ** width[None], 10**df
    weight = weight / weight.sum()
    (x,) = mixture_quantile(location, scale, df, weight, np.array([share]))[0]
    below = float((stdtr(df, (x - location[0]) / scale[0]) * weight).sum())
    assert ndtri(below) == pytest.approx(ndtri(share), abs=1e-4)


def test_a_quantile_does_not_depend_on_what_else_is_asked():
    rng = np.random.default_rng(2)
    location, scale = rng.normal(size=(40, 3)), 10 ** rng.uniform(-2, 1, (40, 3))
    df, weight = np.array([2.0, 5.0, 30.0]), np.array([0.1, 0.6, 0.3])
    together = mixture_quantile(location, scale, df, weight, ndtr(np.linspace(-3, 3, 61)))
    alone = mixture_quantile(location[7:8], scale[7:8], df, weight, ndtr(np.array([0.5])))
    assert np.isin(alone, together[7]).all()
    assert (np.diff(together, axis=1) > 0).all()


@pytest.mark.parametrize("ratio", [1, 30, 1000, 1e5, 1e8])
def test_a_needle_among_wide_components_is_not_leapt_over(ratio):
    rng = np.random.default_rng(1)
    n = 200
    scale = ratio ** rng.uniform(-0.5, 0.5, (n, 3))
    scale[:, 0], scale[:, 1] = ratio**0.5, ratio**-0.5
    location = rng.normal(size=(n, 3)) * rng.choice([0.01, 1.0, scale.max()], (n, 1))
    df, weight = rng.uniform(2, 40, (n, 3)), rng.dirichlet([1, 1, 1], n)
    q = np.array([1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.675, 0.7, 0.9, 0.99, 1 - 1e-6])
    x = mixture_quantile(location, scale, df, weight, q)
    below = (stdtr(df[:, None], (x[..., None] - location[:, None]) / scale[:, None]) * weight[:, None]).sum(axis=-1)
    assert np.abs(below - q).max() < 1e-5
    assert np.abs(ndtri(below) - ndtri(q)).max() < 1e-4
    assert (np.diff(x, axis=1) > 0).all()


def test_draws_take_the_margin_to_its_ends_and_keep_their_order():
    draws = np.random.default_rng(3).standard_normal((1000, 2))
    found = with_margins(draws, lambda q: np.exp([0.1 * ndtri(q), 0.3 + 0.2 * ndtri(q)]))
    middle = ndtri((np.arange(1000) + 0.5) / 1000)  # of each of a thousand equal strata
    assert np.log(np.sort(found, axis=0)) == pytest.approx(np.column_stack([0.1 * middle, 0.3 + 0.2 * middle]))
    assert (np.argsort(found, axis=0) == np.argsort(draws, axis=0)).all()
