// Drawing on canvases: axes, phase portrait, time series, map of modes. Colours come from the style sheet and the palette.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const DASHES = { "-": [], "--": [7, 4], "-.": [8, 3, 2, 3], ":": [2, 3] };

function shown(x, digits = 4) {
  if (!Number.isFinite(x)) return "–";
  if (x === 0) return "0";
  const text = Math.abs(x) >= 1e7 || Math.abs(x) < 1e-4 ? x.toExponential(digits - 1) : Number(x.toPrecision(digits)).toString();
  return text.replace("-", "−");
}

// Never round a number onto -1, 0 or 1 that is not that number.
function exactly(x) {
  for (let digits = 6; digits < 16; digits++) {
    const near = Number(x.toPrecision(digits));
    if (near === x || ![-1, 0, 1].includes(near)) return String(near).replace("-", "−");
  }
  return String(x).replace("-", "−");
}

function pretty(text) {
  const small = text.replace(/\b([dKruxq])(\d{1,2})\b/g, (_, letter, digits) => letter + [...digits].map((d) => SUBSCRIPTS[d]).join(""));
  return small.replace(/([₀-₉])\*(?=[a-zA-Z])/g, "$1 · ");
}

// Round steps of an axis.
function ticks(low, high, most = 6) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * (1 - 1e-9));
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}

// Sizes are read for all canvases at once, before anything is written: each reading may lay out the page anew.
function measure(canvases) {
  for (const canvas of canvases) {
    const { width, height } = canvas.getBoundingClientRect();
    canvas.box = { width: Math.max(width, 160), height: Math.max(height, 120) };
  }
}

// A canvas with a plane in it: context, edges, and functions between data and pixels.
function plane(canvas, x, y, labels, theme) {
  const ratio = globalThis.devicePixelRatio || 1;
  const { width, height } = canvas.box;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = `12px ${theme.font}`;
  const yTicks = ticks(y[0], y[1], Math.max(3, Math.floor(height / 50)));
  const left = 30 + Math.max(...yTicks.map((v) => c.measureText(shown(v)).width));
  const edge = { left, right: width - 12, top: 26, bottom: height - 40 };
  const px = (v) => edge.left + ((v - x[0]) / (x[1] - x[0])) * (edge.right - edge.left);
  const py = (v) => edge.bottom - ((v - y[0]) / (y[1] - y[0])) * (edge.bottom - edge.top);
  const back = (sx, sy) => [
    x[0] + ((sx - edge.left) / (edge.right - edge.left)) * (x[1] - x[0]),
    y[0] + ((edge.bottom - sy) / (edge.bottom - edge.top)) * (y[1] - y[0]),
  ];
  const frame = () => {
    c.strokeStyle = theme.axis;
    c.fillStyle = theme.ink;
    c.lineWidth = 1;
    c.setLineDash([]);
    c.strokeRect(edge.left, edge.top, edge.right - edge.left, edge.bottom - edge.top);
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const v of ticks(x[0], x[1], Math.max(3, Math.floor(width / 90)))) {
      line(c, [[px(v), edge.bottom], [px(v), edge.bottom + 4]]);
      c.fillText(shown(v), px(v), edge.bottom + 6);
    }
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const v of yTicks) {
      line(c, [[edge.left - 4, py(v)], [edge.left, py(v)]]);
      c.fillText(shown(v), edge.left - 6, py(v));
    }
    c.textAlign = "center";
    c.textBaseline = "alphabetic";
    c.fillText(labels[0], (edge.left + edge.right) / 2, height - 6);
    c.textAlign = "left";
    c.fillText(labels[1], 4, 14);
  };
  const inside = (draw) => {
    c.save();
    c.beginPath();
    c.rect(edge.left, edge.top, edge.right - edge.left, edge.bottom - edge.top);
    c.clip();
    draw();
    c.restore();
  };
  return { c, edge, px, py, back, frame, inside, x, y };
}

function line(c, points) {
  c.beginPath();
  points.forEach(([x, y], k) => (k ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.stroke();
}

// The line where a function of two levels is zero: marching squares, as pairs of points.
function contour(value, x, y, cells = 72) {
  const [dx, dy] = [(x[1] - x[0]) / cells, (y[1] - y[0]) / cells];
  const grid = new Float64Array((cells + 1) ** 2);
  for (let j = 0; j <= cells; j++) for (let i = 0; i <= cells; i++) grid[j * (cells + 1) + i] = value(x[0] + i * dx, y[0] + j * dy);
  const found = [];
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      const at = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const v = at.map(([a, b]) => grid[b * (cells + 1) + a]);
      const cuts = [];
      for (let k = 0; k < 4; k++) {
        const [f, g] = [v[k], v[(k + 1) % 4]];
        if (f < 0 === g < 0 || !Number.isFinite(f + g)) continue;
        const w = f / (f - g);
        const [a, b] = [at[k], at[(k + 1) % 4]];
        cuts.push([x[0] + (a[0] + w * (b[0] - a[0])) * dx, y[0] + (a[1] + w * (b[1] - a[1])) * dy]);
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) found.push([cuts[k], cuts[k + 1]]);
    }
  }
  return found;
}

// The phase portrait of two units: flow, nullclines, separatrix, path, equilibria by type, the start.
function drawPortrait(canvas, { system, values, now, path, list, saddle, start, window, labels, theme, palette, mark }) {
  const made = plane(canvas, window[0], window[1], labels, theme);
  const { c, px, py } = made;
  made.inside(() => {
    drawFlow(made, system, values, theme);
    [0, 1].forEach((i) => {
      const out = new Float64Array(2);
      const value = (a, b) => ((system.growth ?? system.rates)(0, [a, b], values, out), out[i]);
      c.strokeStyle = theme.unit(i);
      c.lineWidth = 2.2;
      c.setLineDash([]);
      c.beginPath();
      for (const [p, q] of contour(value, made.x, made.y)) {
        c.moveTo(px(p[0]), py(p[1]));
        c.lineTo(px(q[0]), py(q[1]));
      }
      c.stroke();
    });
    if (saddle !== null) {
      c.strokeStyle = theme.ink;
      c.lineWidth = 1.6;
      c.setLineDash([6, 4]);
      for (const branch of separatrix(system, values, saddle, made)) line(c, branch.map(([a, b]) => [px(a), py(b)]));
    }
    c.setLineDash([]);
    c.strokeStyle = theme.path;
    c.lineWidth = 2.4;
    line(c, path.map((y) => [px(y[0]), py(y[1])]));
  });
  made.frame();
  if (now) made.inside(() => disc(c, px(now[0]), py(now[1]), 5, theme.path, theme.path));
  for (const e of list) {
    if (e.y[0] <= made.x[1] && e.y[1] <= made.y[1]) marker(c, px(e.y[0]), py(e.y[1]), palette.types[e.type], theme);
  }
  if (mark) {
    disc(c, px(start[0]), py(start[1]), 8, "transparent", theme.accent);
    disc(c, px(start[0]), py(start[1]), 2.5, theme.accent, theme.accent);
  }
  return made;
}

function drawFlow({ c, edge, px, py, back }, system, values, theme) {
  const out = new Float64Array(2);
  c.strokeStyle = theme.flow;
  c.lineWidth = 1.2;
  c.setLineDash([]);
  c.beginPath();
  const gap = 34;
  for (let sx = edge.left + gap / 2; sx < edge.right; sx += gap) {
    for (let sy = edge.top + gap / 2; sy < edge.bottom; sy += gap) {
      const at = back(sx, sy);
      system.rates(0, at, values, out);
      const [vx, vy] = [px(at[0] + out[0]) - sx, py(at[1] + out[1]) - sy];
      const size = Math.hypot(vx, vy);
      if (!(size > 1e-12)) continue;
      const [ux, uy] = [(8 * vx) / size, (8 * vy) / size];
      c.moveTo(sx - ux, sy - uy);
      c.lineTo(sx + ux, sy + uy);
      c.lineTo(sx + 0.35 * ux - 0.4 * uy, sy + 0.35 * uy + 0.4 * ux);
      c.moveTo(sx + ux, sy + uy);
      c.lineTo(sx + 0.35 * ux + 0.4 * uy, sy + 0.35 * uy - 0.4 * ux);
    }
  }
  c.stroke();
}

// Both branches of the stable manifold of a saddle: the flow backwards from beside it, along its stable direction.
function separatrix(system, values, saddle, { x, y }) {
  const J = new Float64Array(4);
  system.jacobian(0, saddle, values, J);
  const stable = spectrum(J, 2)[1][0];
  const v = Math.abs(J[1]) > Math.abs(J[2]) ? [J[1], stable - J[0]] : [stable - J[3], J[2]];
  const size = Math.hypot(v[0] / x[1], v[1] / y[1]);
  if (!(stable < 0) || !(size > 0)) return [];
  const turned = (f) => (f === null ? null : (t, at, p, out) => { f(t, at, p, out); out[0] = -out[0]; out[1] = -out[1]; });
  const back = { ...system, growth: turned(system.growth), rates: turned(system.rates) };
  return [1e-5, -1e-5].map((step) => {
    const begin = [saddle[0] + (step * v[0]) / size, saddle[1] + (step * v[1]) / size];
    const times = Array.from({ length: 121 }, (_, k) => (k * 30) / -stable / 120);
    const scale = [x[1] * 1e-6, y[1] * 1e-6];
    const points = integrate(back, values, begin, times, { rtol: 1e-6, scale }).y;
    const last = points.findIndex(([a, b]) => a > 1.5 * x[1] || b > 1.5 * y[1]);
    return [saddle, ...(last < 0 ? points : points.slice(0, last + 1))];
  });
}

function disc(c, x, y, radius, fill, stroke) {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fillStyle = fill;
  c.strokeStyle = stroke;
  c.lineWidth = 2;
  c.setLineDash([]);
  c.fill();
  c.stroke();
}

function marker(c, x, y, look, theme) {
  const corners = { D: 4, p: 5, "8": 8, "^": 3 }[look.marker];
  c.fillStyle = look.face;
  c.strokeStyle = look.colour === "#000000" ? theme.ink : look.colour;
  c.lineWidth = 2;
  c.setLineDash([]);
  c.beginPath();
  if (corners) {
    for (let k = 0; k < corners; k++) {
      const angle = (2 * Math.PI * k) / corners - Math.PI / 2;
      c.lineTo(x + 6.5 * Math.cos(angle), y + 6.5 * Math.sin(angle));
    }
    c.closePath();
  } else c.arc(x, y, 5.5, 0, 2 * Math.PI);
  c.fill();
  c.stroke();
}

// Levels over time, one line per unit, with capacities dotted and events marked.
function drawSeries(canvas, { t, y, high, names, capacities, events, at, labels, theme, palette }) {
  const made = plane(canvas, [t[0], t[t.length - 1]], [0, high], labels, theme);
  const { c, px, py, edge } = made;
  made.inside(() => {
    c.lineWidth = 1;
    c.strokeStyle = theme.flow;
    c.setLineDash([3, 4]);
    for (const event of events) line(c, [[px(event), edge.top], [px(event), edge.bottom]]);
    names.forEach((_, i) => {
      c.strokeStyle = theme.unit(i);
      c.setLineDash([1, 4]);
      c.lineWidth = 1.4;
      if (capacities[i] !== null) line(c, [[edge.left, py(capacities[i])], [edge.right, py(capacities[i])]]);
    });
    y.length && names.forEach((_, i) => {
      c.strokeStyle = theme.unit(i);
      c.setLineDash(DASHES[palette.units[i].dash]);
      c.lineWidth = 2.4;
      line(c, y.map((level, k) => [px(t[k]), py(level[i])]));
    });
    if (at !== null) {
      c.setLineDash([]);
      c.strokeStyle = theme.accent;
      c.lineWidth = 2;
      line(c, [[px(at), edge.top], [px(at), edge.bottom]]);
    }
  });
  made.frame();
  return made;
}

// The map of modes over both effects; `kind` names what happens at a point, `mark` is where the sliders stand.
function drawMap(canvas, { kind, range, mark, words, labels, theme, palette, store }) {
  const made = plane(canvas, range, range, labels, theme);
  const { c, px, py, edge } = made;
  const key = `${canvas.width}x${canvas.height} ${theme.dark}`;
  if (store.key !== key) Object.assign(store, { key, picture: mapPicture(made, kind, theme, palette) });
  c.drawImage(store.picture, edge.left, edge.top, edge.right - edge.left, edge.bottom - edge.top);
  c.strokeStyle = theme.ink;
  c.lineWidth = 1;
  c.setLineDash([]);
  made.inside(() => {
    for (const v of [0, -1]) {
      c.setLineDash(v ? [4, 3] : []);
      line(c, [[px(v), edge.top], [px(v), edge.bottom]]);
      line(c, [[edge.left, py(v)], [edge.right, py(v)]]);
    }
    c.setLineDash([]);
    line(c, Array.from({ length: 60 }, (_, k) => 0.4 * 1.04 ** k).map((a) => [px(a), py(1 / a)]));
  });
  made.frame();
  c.fillStyle = theme.mapInk;
  c.textAlign = "center";
  for (const [a, b, name] of words) c.fillText(name, px(a), py(b));
  made.inside(() => {
    disc(c, px(mark[0]), py(mark[1]), 7, "transparent", theme.mapInk);
    disc(c, px(mark[0]), py(mark[1]), 2, theme.mapInk, theme.mapInk);
  });
  return made;
}

function mapPicture({ edge, x, y }, kind, theme, palette) {
  const [width, height] = [220, 220];
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [width, height];
  const c = picture.getContext("2d");
  const looks = { ...palette.outcomes, ...palette.modes };
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < height; j++) {
      const at = [x[0] + ((i + 0.5) / width) * (x[1] - x[0]), y[1] - ((j + 0.5) / height) * (y[1] - y[0])];
      c.fillStyle = looks[kind(...at)].fill;
      c.fillRect(i, j, 1, 1);
    }
  }
  return picture;
}
