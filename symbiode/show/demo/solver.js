// The page's solver: Dormand and Prince 5(4) with steps that end exactly at the times asked for.
//
// Kolmogorov systems (x_i' = x_i g_i) are integrated in logarithms, so that levels stay positive and zeros stay zero.
// Hairer, Norsett and Wanner (1993), Solving Ordinary Differential Equations I, table II.5.2.

const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const RUNAWAY = 1e8;
const MOST_STEPS = 20000;

// Return {t, y, status, end}: levels at the times asked for, as far as they were reached.
// status: "done", "ran_away" (a level passed 1e8 of its scale; end is when) or "stopped" (too many steps, or not finite).
function integrate(system, values, start, times, { rtol = 1e-9, scale = null, valuesAt = null } = {}) {
  const n = system.n;
  const logs = system.growth !== null;
  const there = start.map((x) => !logs || x > 0);
  const sizes = scale ?? start.map((x) => Math.max(Math.abs(x), 1));
  const y = new Float64Array(n);
  const level = (z) => {
    for (let i = 0; i < n; i++) y[i] = logs ? (there[i] ? Math.exp(z[i]) : 0) : z[i];
    return y;
  };
  const slope = (t, z, out) => {
    const p = valuesAt === null ? values : valuesAt(t);
    (logs ? system.growth : system.rates)(t, level(z), p, out);
    if (logs) for (let i = 0; i < n; i++) if (!there[i]) out[i] = 0;
  };
  let z = Float64Array.from(start, (x, i) => (logs ? (there[i] ? Math.log(x) : 0) : x));
  const k = Array.from({ length: 7 }, () => new Float64Array(n));
  const trial = new Float64Array(n);
  const found = { t: [times[0]], y: [Array.from(start)], status: "done", end: times[times.length - 1] };
  const stop = (status, end) => Object.assign(found, { status, end });
  let t = times[0];
  let last = 1e-4;
  let h = 0;
  slope(t, z, k[0]);
  for (let step = 0, next = 1; next < times.length; step++) {
    if (step >= MOST_STEPS) return stop("stopped", t);
    if (h === 0) h = firstStep(k[0], z, logs, times[times.length - 1] - t);
    const whole = times[next] - t;
    const ends = h >= whole * (1 - 1e-12);
    const size = ends ? whole : h;
    for (let s = 1; s < 7; s++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < s; j++) sum += STAGES[s][j] * k[j][i];
        trial[i] = z[i] + size * sum;
      }
      slope(t + NODES[s] * size, trial, k[s]);
    }
    let error = 0;
    for (let i = 0; i < n; i++) {
      let e = 0;
      for (let j = 0; j < 7; j++) e += ERROR[j] * k[j][i];
      const unit = logs ? rtol : rtol * Math.max(Math.abs(z[i]), Math.abs(trial[i]), 1e-6 * sizes[i]);
      error = Math.max(error, Math.abs((size * e) / unit));
    }
    if (!Number.isFinite(error)) error = 1e6;
    if (error <= 1) {
      t = ends ? times[next] : t + size;
      z = Float64Array.from(trial);
      k[0].set(k[6]);
      const now = level(z);
      if (now.some((x, i) => !(Math.abs(x) < RUNAWAY * sizes[i]))) return stop("ran_away", t);
      if (ends) {
        found.t.push(t);
        found.y.push(Array.from(now));
        next++;
      }
      const grown = size * Math.min(5, Math.max(0.2, 0.9 * (error + 1e-10) ** -0.17 * last ** 0.04));
      h = ends ? Math.max(grown, h) : grown;
      last = Math.max(error, 1e-4);
    } else {
      h = size * Math.max(0.1, 0.9 * error ** -0.2);
      if (h < 1e-14 * Math.max(Math.abs(t), 1e-3)) return stop("stopped", t);
    }
  }
  return found;
}

function firstStep(slope, z, logs, span) {
  let fastest = 0;
  for (let i = 0; i < z.length; i++) fastest = Math.max(fastest, Math.abs(slope[i]) / (logs ? 1 : Math.abs(z[i]) + 1e-9));
  return Math.min(span, 0.01 / (fastest + 1e-12));
}

// Where a start ends: integrate over longer and longer spans until it rests near a known attractor or runs away.
function settleFrom(system, values, start, attractors, scale) {
  let y = start;
  let span = 50 / fastestRate(system, values, start);
  let passed = 0;
  for (let round = 0; round < 18; round++) {
    const path = integrate(system, values, y, [0, span], { rtol: 1e-8, scale });
    if (path.status === "ran_away") return { kind: "ran_away", time: passed + path.end };
    if (path.status === "stopped") return { kind: "undecided" };
    y = path.y[1];
    passed += span;
    const near = attractors.findIndex((e) => e.y.every((x, i) => Math.abs(x - y[i]) < 1e-5 * scale[i]));
    if (near >= 0) return { kind: "rests", at: near };
    span *= 1.7;
  }
  return { kind: "undecided" };
}

function fastestRate(system, values, start) {
  const n = system.n;
  const out = new Float64Array(n * n);
  system.jacobian(0, start, values, out);
  let size = 1e-9;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(out[i * n + i]));
  return size;
}
