import numpy as np
import pytest

from ruralincome.series import InputError
from ruralincome.target.likelihood import likelihood, likelihoods, whole_percent


@pytest.mark.parametrize(
    ("probability", "percent", "code"),
    [
        (0.0, 0, "exceptionally_unlikely"),
        (0.0049, 0, "exceptionally_unlikely"),
        (0.005, 1, "very_unlikely"),
        (0.0949, 9, "very_unlikely"),
        (0.095, 10, "unlikely"),
        (0.3249, 32, "unlikely"),
        (0.325, 33, "about_as_likely_as_not"),
        (0.5, 50, "about_as_likely_as_not"),
        (0.655, 66, "likely"),
        (0.895, 90, "very_likely"),
        (0.985, 99, "virtually_certain"),
        (1.0, 100, "virtually_certain"),
        (0.285, 29, "unlikely"),  # 0.285 * 100 is 28.499999999999996 in doubles
    ],
)
def test_word_follows_the_percent_rounded_half_up(probability, percent, code):
    assert whole_percent(probability) == percent
    assert likelihood(probability) == code


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan"), 37.0])
def test_not_a_probability(wrong):
    with pytest.raises(InputError, match="not between 0 and 1; state a share"):
        likelihood(wrong)


def test_words_of_many_are_those_of_single_numbers():
    shares = np.array([0, 0.004, 0.005, 0.285, 0.325, 0.33, 0.655, 0.66, 0.895, 0.985, 0.995, 1])
    code, names = likelihoods(shares)
    assert [names[i] for i in code] == [likelihood(float(p)) for p in shares]
    assert likelihoods(np.array([np.nan]))[0].tolist() == [-1]
