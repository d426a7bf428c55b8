// What the page knows without integrating: equilibria with their types, and for two units with self-limitation the
// complete theorem of where every positive start goes, with the sentence that says why.

const TINY = 1e-12;

function sign(x, zero = TINY) {
  return Math.abs(x) <= zero ? 0 : Math.sign(x);
}

// Growth per capita of a Lotka-Volterra system: g = b + A x, read off the system itself.
function linearForm(system, values) {
  const n = system.n;
  const b = new Float64Array(n);
  const A = Array.from({ length: n }, () => new Float64Array(n));
  const at = new Float64Array(n);
  const g = new Float64Array(n);
  system.growth(0, at, values, b);
  for (let j = 0; j < n; j++) {
    at.fill(0);
    at[j] = 1;
    system.growth(0, at, values, g);
    for (let i = 0; i < n; i++) A[i][j] = g[i] - b[i];
  }
  return { b, A };
}

// Solve a small linear system by elimination with pivots; null if it is singular to rounding.
function solve(rows, right) {
  const n = right.length;
  const m = rows.map((row, i) => [...row, right[i]]);
  const size = Math.max(...m.map((row) => Math.max(...row.slice(0, n).map(Math.abs))), 1e-300);
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(m[r][c]) > Math.abs(m[best][c])) best = r;
    if (!(Math.abs(m[best][c]) > TINY * size)) return null;
    [m[c], m[best]] = [m[best], m[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const f = m[r][c] / m[c][c];
      for (let k = c; k <= n; k++) m[r][k] -= f * m[c][k];
    }
  }
  return m.map((row, i) => row[n] / row[i]);
}

// Whether all levels are above zero by more than rounding.
function positive(y) {
  return y.every((x) => x > 1e-11 * Math.max(...y.map(Math.abs)));
}

// All equilibria {y, type, eigenvalues, support}: exact for Lotka-Volterra systems, else found by a search.
function equilibria(system, values, scale) {
  const n = system.n;
  const found = [];
  for (let mask = 0; mask < 2 ** n; mask++) {
    const support = [...Array(n).keys()].filter((i) => mask & (2 ** i));
    for (const y of system.linear ? linearPoints(system, values, support) : searched(system, values, support, scale)) {
      if (found.every((e) => e.y.some((x, i) => Math.abs(x - y[i]) > 1e-7 * scale[i]))) {
        found.push(typed(system, values, y, support));
      }
    }
  }
  return found;
}

function linearPoints(system, values, support) {
  const { b, A } = linearForm(system, values);
  const levels = support.length ? solve(support.map((i) => support.map((j) => A[i][j])), support.map((i) => -b[i])) : [];
  if (levels === null || !positive(levels)) return [];
  const y = new Array(system.n).fill(0);
  support.forEach((i, k) => (y[i] = levels[k]));
  return [y];
}

// Newton's method from a grid of starts on one face of the orthant.
function searched(system, values, support, scale) {
  const n = system.n;
  const steps = [0.01, 0.1, 0.4, 0.9, 1.7, 4];
  const grid = steps.length ** support.length;
  const found = [];
  if (system.growth === null && support.length < n) return found;
  for (let index = 0; index < grid; index++) {
    const y = new Array(n).fill(0);
    support.forEach((i, k) => (y[i] = scale[i] * steps[Math.floor(index / steps.length ** k) % steps.length]));
    const at = polished(system, values, y, support, scale);
    if (at && found.every((e) => e.some((x, i) => Math.abs(x - at[i]) > 1e-7 * scale[i]))) found.push(at);
  }
  return found;
}

function polished(system, values, y, support, scale) {
  const n = system.n;
  const rates = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  if (!support.length) return y;
  for (let round = 0; round < 30; round++) {
    system.rates(0, y, values, rates);
    system.jacobian(0, y, values, jacobian);
    const step = solve(support.map((i) => support.map((j) => jacobian[i * n + j])), support.map((i) => -rates[i]));
    if (step === null || !step.every(Number.isFinite)) return null;
    let size = 0;
    support.forEach((i, k) => {
      const limited = Math.max(-0.8 * y[i], Math.min(4 * scale[i], step[k]));
      y[i] += limited;
      size = Math.max(size, Math.abs(limited) / scale[i]);
    });
    if (size < 1e-13) break;
    if (round === 29) return null;
  }
  return support.every((i) => y[i] > 1e-9 * scale[i] && y[i] < 1e6 * scale[i]) ? y : null;
}

function typed(system, values, y, support) {
  const n = system.n;
  const J = new Float64Array(n * n);
  system.jacobian(0, y, values, J);
  const eigenvalues = spectrum(J, n);
  return { y, support, eigenvalues, type: stability(eigenvalues) };
}

// Eigenvalues [re, im] of a matrix of one to three rows, largest real part first.
function spectrum(J, n) {
  let found;
  if (n === 1) found = [[J[0], 0]];
  else if (n === 2) found = quadratic(-(J[0] + J[3]), J[0] * J[3] - J[1] * J[2]);
  else found = cubic(J);
  return found.sort((a, b) => b[0] - a[0] || b[1] - a[1]);
}

function quadratic(b, c) {
  const half = -b / 2;
  const exact = half * half - c;
  const d = Math.abs(exact) < 1e-13 * half * half ? 0 : exact; // a double root, up to rounding
  if (d < 0) return [[half, Math.sqrt(-d)], [half, -Math.sqrt(-d)]];
  const large = half + (half >= 0 ? 1 : -1) * Math.sqrt(d);
  return large === 0 ? [[0, 0], [0, 0]] : [[large, 0], [c / large, 0]];
}

function cubic(J) {
  const [a, b, c, d, e, f, g, h, i] = J;
  const trace = a + e + i;
  const minors = a * e - b * d + a * i - c * g + e * i - f * h;
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const value = (x) => ((x - trace) * x + minors) * x - det;
  const bound = Math.max(Math.abs(trace), Math.sqrt(Math.abs(minors)), Math.cbrt(Math.abs(det))) * 2 + 1e-300;
  let low = -bound;
  let high = bound;
  for (let k = 0; k < 200 && high - low > 1e-16 * bound; k++) {
    const middle = (low + high) / 2;
    if (value(middle) < 0) low = middle;
    else high = middle;
  }
  const root = (low + high) / 2;
  return [[root, 0], ...quadratic(root - trace, minors + root * (root - trace))];
}

function stability(eigenvalues) {
  const size = Math.max(...eigenvalues.map(([re, im]) => Math.hypot(re, im)), 1e-300);
  const signs = eigenvalues.map(([re]) => sign(re, 1e-10 * size));
  const turning = eigenvalues.some(([, im]) => Math.abs(im) > 1e-10 * size);
  if (signs.every((s) => s === 0) && turning) return "centre";
  if (signs.includes(0)) return "degenerate";
  if (signs.every((s) => s < 0)) return turning ? "stable_focus" : "stable_node";
  if (signs.every((s) => s > 0)) return turning ? "unstable_focus" : "unstable_node";
  return "saddle";
}

// What two signs mean; the words are those of the ladder.
function modeOf(a, b, zero, tau) {
  const signs = [sign(a, zero), sign(b, zero)].sort((x, y) => x - y).join();
  if (signs === "1,1") {
    return Math.min(a, b) >= (1 - tau) * Math.max(a, b) * (1 - 1e-12) ? "symmetric_mutualism" : "asymmetric_mutualism";
  }
  return {
    "-1,-1": "competition", "-1,0": "amensalism", "-1,1": "parasitism", "0,0": "neutralism", "0,1": "commensalism",
  }[signs];
}

// Two units with self-limitation, u_i' = r_i u_i (s_i - u_i + d_ij u_j): where every positive start goes.
// Returns {outcome, reason, told, y, survivors, slow, attractors, saddle}.
function twoUnits({ b, A }, scale) {
  const s = [sign(b[0]), sign(b[1])];
  const d = [-(A[0][1] * scale[1]) / (A[0][0] * scale[0]), -(A[1][0] * scale[0]) / (A[1][1] * scale[1])];
  const p = (A[0][1] * A[1][0]) / (A[0][0] * A[1][1]);
  const form = { b, A, s, d, p, told: { a: d[0], b: d[1], p } };
  const over = sign(p - 1);
  if (sign(d[0]) > 0 && sign(d[1]) > 0 && over >= 0) return over === 0 ? critical(form) : runaway(form);
  if (over >= 0) return strongCompetition(form);
  const inner = interior(form);
  return inner ? coexistence(form, inner) : boundary(form, saturated(form)[0].y);
}

function interior({ b, A }) {
  const y = solve(A.map((row) => [...row]), [-b[0], -b[1]]);
  return y !== null && positive(y) ? y : null;
}

// Corners that no absent unit can invade, the strict ones first.
function saturated({ b, A }) {
  const alone = [0, 1].map((i) => Math.max(0, -b[i] / A[i][i]));
  const found = [];
  for (const y of [[alone[0], 0], [0, alone[1]]]) {
    const invading = [0, 1].filter((i) => y[i] === 0).map((i) => sign(b[i] + A[i][1 - i] * y[1 - i], 1e-12 * Math.abs(b[i])));
    const strictest = Math.max(...invading);
    if (strictest <= 0 && found.every((e) => e.y.join() !== y.join())) found.push({ y, strictest });
  }
  return found.sort((e, f) => e.strictest - f.strictest);
}

function coexistence(form, y) {
  const rest = { outcome: "coexistence", y, survivors: [0, 1] };
  if (form.s.join() !== "1,1") return { ...rest, reason: "coexist_obligate", told: { ...form.told, x: y[0], y: y[1] } };
  const signs = form.d.map((x) => sign(x));
  const [low, high] = signs[0] <= signs[1] ? [0, 1] : [1, 0];
  const letter = (k) => ({ "-1": "n", 0: "z", 1: "p" })[signs[k]];
  return { ...rest, reason: `coexist_${letter(low)}${letter(high)}`, told: { ...form.told, unit: high, other: low } };
}

function boundary(form, y) {
  const { b, A, s, d } = form;
  const gone = [0, 1].filter((i) => y[i] === 0);
  const slow = gone.some((i) => sign(b[i] + A[i][1 - i] * y[1 - i], 1e-12) === 0);
  if (gone.length === 2) return { outcome: "extinction", y, survivors: [], slow, reason: slow ? "both_fade" : "both_decline", told: form.told };
  const loser = gone[0];
  const told = { ...form.told, unit: loser, other: 1 - loser, effect: loser, value: d[loser] };
  return { outcome: "exclusion", y, survivors: [1 - loser], slow, reason: `${slow ? "fades" : "excluded"}_${s[loser] + 1}`, told };
}

function strongCompetition(form) {
  if (form.s.join() === "1,1" && form.d.every((x) => sign(x + 1) === 0)) {
    return { outcome: "continuum", y: null, survivors: [0, 1], mode: "competition", reason: "line_competition", told: form.told };
  }
  const saddle = interior(form);
  if (!saddle) return boundary(form, saturated(form)[0].y);
  const attractors = saturated(form).map((e) => boundary(form, e.y));
  const told = { ...form.told, x: saddle[0], y: saddle[1] };
  return { outcome: "depends_on_start", y: null, attractors, saddle, reason: "founder_control", told };
}

function runaway(form) {
  const saddle = interior(form);
  const away = { outcome: "blow_up", y: null, survivors: null, reason: "runaway", told: form.told };
  if (!saddle) return away;
  const rest = boundary(form, saturated(form)[0].y);
  const told = { ...form.told, x: saddle[0], y: saddle[1], end: rest.outcome };
  return { outcome: "depends_on_start", y: null, attractors: [rest, away], saddle, reason: "threshold", told };
}

function critical(form) {
  const { b, A, s } = form;
  const w = [A[1][0], -A[0][0]];
  const drift = w[0] * b[0] + w[1] * b[1];
  if (sign(drift) < 0) return boundary(form, saturated(form)[0].y);
  if (sign(drift) === 0) {
    const reason = s.join() === "0,0" ? "ray" : "line_mutualism";
    return { outcome: "continuum", y: null, survivors: [0, 1], reason, told: form.told };
  }
  const rate = drift / (w[0] + w[1]);
  return { outcome: "unbounded", y: null, survivors: [0, 1], reason: "critical", rate, told: { ...form.told, rate } };
}

// The verdict of the page: what every positive start does where a theorem says it, and what this start does.
// Returns {outcome, mode, nominal, gains, y, reason, told, evidence, start, equilibria, blowUp}.
function verdict(system, values, start, { effects, alone, scale, zero = 0, tau = 0.1 }) {
  const list = equilibria(system, values, scale);
  const nominal = effects === null ? null : modeOf(effects[0], effects[1], zero, tau);
  const form = system.linear && system.n === 2 ? linearForm(system, values) : null;
  const known = form && form.A[0][0] < 0 && form.A[1][1] < 0 ? twoUnits(form, scale) : null;
  const stable = list.filter((e) => e.type.startsWith("stable"));
  const open = known === null || ["depends_on_start", "blow_up", "unbounded"].includes(known.outcome);
  const goes = open && start.some((x) => x > 0) ? settleFrom(system, values, start, stable, scale) : null;
  let end = known === null || known.outcome === "depends_on_start" ? endOf(goes, stable) : known;
  if (known !== null && known.outcome === "depends_on_start") {
    end = known.attractors.find((e) => (e.y === null ? goes.kind === "ran_away" : goes.kind === "rests" && same(e.y, stable[goes.at].y, scale))) ?? end;
  }
  const gains = end.y === null || alone === null ? null : end.y.map((x, i) => (alone[i] > 0 ? x / alone[i] - 1 : null));
  const both = system.n === 2 && gains !== null && gains.every((g) => g !== null) && end.y.every((x) => x > 0);
  return {
    outcome: known === null ? end.outcome : known.outcome, end: end.outcome, y: end.y, survivors: end.survivors, gains,
    mode: both ? modeOf(gains[0], gains[1], 1e-9, tau) : end.mode ?? null, nominal, reason: known?.reason ?? null, told: known?.told ?? null,
    evidence: known === null ? "simulation" : "theorem", slow: end.slow ?? false, rate: end.rate ?? null,
    blowUp: end.outcome === "blow_up" && goes?.kind === "ran_away" ? goes.time : null, equilibria: list, saddle: known?.saddle ?? null,
  };
}

function same(a, b, scale) {
  return a.every((x, i) => Math.abs(x - b[i]) < 1e-6 * scale[i]);
}

function endOf(goes, stable) {
  if (goes === null || goes.kind === "undecided") return { outcome: "undecided", y: null, survivors: null };
  if (goes.kind === "ran_away") return { outcome: "blow_up", y: null, survivors: null };
  const { y } = stable[goes.at];
  const survivors = y.map((x, i) => i).filter((i) => y[i] > 0);
  const outcome = survivors.length === y.length ? "coexistence" : survivors.length ? "exclusion" : "extinction";
  return { outcome, y, survivors };
}
