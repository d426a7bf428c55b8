"""Other programs on the jobs of `speed`: each takes a tolerance and returns levels; who is not installed is left out.

numbalsoda builds only with a Fortran compiler, and pybasin needs Python 3.12: neither takes part.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

Solver = Callable[[float], np.ndarray]
EQUATIONS = ("r1*x*(1 - x/K1 + a*y/K2)", "r2*y*(1 - y/K2 + b*x/K1)")
NAMES = ("r1", "r2", "K1", "K2", "a", "b")


def _heyoka_system(hy):
    x, y = hy.make_vars("x", "y")
    r1, r2, k1, k2, a, b = (hy.par[i] for i in range(6))
    return [(x, r1 * x * (1 - x / k1 + a * y / k2)), (y, r2 * y * (1 - y / k2 + b * x / k1))]


def _diffrax(times, *, many):
    import diffrax as dx
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    grid = jnp.asarray(times)
    known = {}

    def rates(t, y, p):
        return p[:2] * y * (1 - y / p[2:4] + p[4:] * y[::-1] / p[3:1:-1])

    def run(tol, start, numbers):
        if tol not in known:
            about = {"stepsize_controller": dx.PIDController(rtol=tol, atol=tol / 100), "max_steps": 100_000}

            def one(y, p):
                term, kept = dx.ODETerm(rates), dx.SaveAt(ts=grid)
                return dx.diffeqsolve(term, dx.Dopri8(), 0.0, times[-1], 0.01, y, args=p, saveat=kept, **about).ys

            known[tol] = jax.jit(jax.vmap(one) if many else one)
        return np.asarray(known[tol](jnp.asarray(start), jnp.asarray(numbers)))

    return run


def single(numbers, start, times) -> Iterator[tuple[str, Solver]]:
    """Yield programs that follow one trajectory."""
    with contextlib.suppress(ImportError):
        import heyoka as hy

        ready = {}

        def heyoka(tol):
            if tol not in ready:
                ready[tol] = hy.taylor_adaptive(_heyoka_system(hy), list(start), tol=tol, pars=list(numbers))
            engine = ready[tol]
            engine.time, engine.state[:] = 0.0, start
            return engine.propagate_grid(times)[-1]

        yield "heyoka", heyoka
    with contextlib.suppress(ImportError):
        run = _diffrax(times, many=False)
        yield "diffrax Dopri8, compiled", lambda tol: run(tol, np.array(start), np.array(numbers))
    with contextlib.suppress(ImportError):
        import control

        r1, r2, k1, k2, a, b = numbers

        def rates(t, x, u, p):
            v, w = x.tolist()
            return np.array([r1 * v * (1 - v / k1 + a * w / k2), r2 * w * (1 - w / k2 + b * v / k1)])

        system = control.nlsys(rates, None, inputs=0, outputs=2, states=2)
        yield "python-control", lambda tol: control.input_output_response(
            system, times, 0, start, solve_ivp_kwargs={"rtol": tol, "atol": tol / 100}
        ).states.T
    with contextlib.suppress(ImportError):
        from pygom import SimulateOde, Transition, TransitionType

        ode = [
            Transition(origin=o, equation=e, transition_type=TransitionType.ODE)
            for o, e in zip("xy", EQUATIONS, strict=True)
        ]
        model = SimulateOde(list("xy"), list(NAMES), ode=ode)
        model.parameters = list(zip(NAMES, numbers, strict=True))
        model.initial_values = (list(start), times[0])
        yield "pygom (no tolerance to set)", lambda tol: np.asarray(model.integrate(times[1:]))


def many(numbers, start, times) -> Iterator[tuple[str, Solver]]:
    """Yield programs that follow many trajectories; numbers and starts have one row a member."""
    with contextlib.suppress(ImportError):
        import heyoka as hy

        width, ready = hy.recommended_simd_size(), {}

        def heyoka(tol):
            if tol not in ready:
                blank = np.ones((2, width)), np.ones((6, width))
                ready[tol] = hy.taylor_adaptive_batch(_heyoka_system(hy), blank[0], tol=tol, pars=blank[1])
            engine, out = ready[tol], np.empty((len(start), len(times), 2))
            grid, out[:, 0] = np.repeat(times[:, None], width, 1), start
            for low in range(0, len(start), width):
                high = min(low + width, len(start))
                engine.set_time(0.0)
                engine.pars[:, : high - low], engine.state[:, : high - low] = numbers[low:high].T, start[low:high].T
                if len(times) == 2:
                    engine.propagate_until(times[-1])
                    out[low:high, 1] = engine.state[:, : high - low].T
                else:
                    out[low:high] = engine.propagate_grid(grid)[1][:, :, : high - low].transpose(2, 0, 1)
            return out

        yield "heyoka, batches", heyoka
    with contextlib.suppress(ImportError):
        run = _diffrax(times, many=True)
        yield "diffrax Dopri8, vmap", lambda tol: run(tol, start, numbers)
