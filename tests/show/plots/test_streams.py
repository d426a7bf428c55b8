import numpy as np
import pytest

from symbiode.show.plots import _streams

CENTRE = np.array([[0.5, 0.5]])
NOBODY = np.empty((0, 2))


def rotation(z):
    x, y = (z - 0.5).T
    return np.stack([-y, x], axis=-1)


def inward(z):
    return 0.5 - z


def test_a_closed_orbit_closes_and_keeps_its_radius():
    [line] = _streams.follow(rotation, np.array([[0.8, 0.5]]), 4000, rests=CENTRE)
    radius = np.linalg.norm(line - 0.5, axis=-1)
    assert np.ptp(radius) < 1e-6
    assert line[-1] == pytest.approx(line[0])
    assert len(line) * _streams.STEP == pytest.approx(2 * np.pi * 0.3, rel=0.02)


def test_a_line_that_comes_to_rest_ends_on_the_equilibrium():
    [line] = _streams.follow(inward, np.array([[0.9, 0.1]]), 4000, rests=CENTRE)
    assert line[-1] == pytest.approx([0.5, 0.5])


def test_a_line_that_leaves_ends_just_outside():
    [line] = _streams.follow(lambda z: np.ones_like(z), np.array([[0.5, 0.5]]), 4000, rests=NOBODY)
    assert (line[-1] > 1).all()
    assert (line[-2] <= 1 + _streams.STEP).all()


def test_a_field_without_motion_gives_no_arrows():
    assert _streams.arrows(np.zeros_like, rests=NOBODY) == []


@pytest.mark.parametrize("field", [rotation, inward, lambda z: np.stack([z[:, 0] * (1 - z[:, 1]), z[:, 1] - 0.3], -1)])
def test_arrows_never_cross(field):
    lines = _streams.arrows(field, rests=CENTRE)
    assert len(lines) > 150
    pieces = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])
    owner = np.concatenate([[k] * (len(line) - 1) for k, line in enumerate(lines)])
    assert not crossings(pieces, owner)


def crossings(pieces, owner):
    """Whether two pieces of different lines intersect (orientation test)."""
    def side(p, q, r):
        one, two = q - p, r - p
        return np.sign(one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0])

    a, b = pieces[:, None, 0], pieces[:, None, 1]
    c, d = pieces[None, :, 0], pieces[None, :, 1]
    met = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
    return bool((met & (owner[:, None] != owner[None])).any())


def test_whole_trajectories_keep_their_distance():
    lines = _streams.spread(rotation, rests=CENTRE, count=6, apart=0.07)
    closed = [line for line in lines if np.allclose(line[0], line[-1])]
    radii = sorted(float(np.linalg.norm(line[0] - 0.5)) for line in closed)
    assert len(radii) > 2
    assert np.diff(radii).min() > 0.07


def test_lines_that_leave_the_square_and_return_make_it_grow():
    far = np.array([[0.2, 0.5]])

    def detour(z):  # a slow drift to the right for low y, fast return above
        return np.stack([far[0, 0] - z[:, 0] + 3 * (z[:, 1] - 0.5), 0.5 - z[:, 1]], axis=-1)

    assert _streams.excursion(detour, rests=far)[0] > 1.01
    assert _streams.excursion(inward, rests=CENTRE) == pytest.approx([1, 1])
