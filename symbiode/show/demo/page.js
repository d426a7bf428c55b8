// The page: sliders, figures, the verdict in words, scenarios over time. `mount` is used by the page and by the notebook.

const MAP_RANGE = [-2, 2];
const POINTS = 240;

function mount(root, system, data, { onChange = () => {}, linked = true } = {}) {
  const document = root.ownerDocument;
  const state = {
    lang: data.lang, dark: false, tau: 0.1, span: data.span, scenario: -1, at: null, playing: false,
    p: data.values.map((v) => v.value), start: data.starts.map((v) => v.value), own: new Set(),
  };
  const initial = { p: [...state.p], start: [...state.start] };
  const shownPair = [0, 1];
  const store = {};
  const parts = {};
  const say = (key, values = {}) => fill(data.words[state.lang][key] ?? key, values);
  const label = (unit) => data.units[unit].label[state.lang];

  // A formula follows the named values, unless its own slider was moved.
  function followed(p) {
    const now = [...p];
    for (const [k, formula] of system.formulas) if (!state.own.has(k)) now[k] = formula(now);
    return now;
  }

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function said(tag, key, attributes = {}) {
    return element(tag, { ...attributes, "data-say": key }, say(key));
  }

  // One slider with a number beside it; `read` and `write` are its place in the state.
  function slider(value, read, write, id) {
    const step = (value.high - value.low) / 400 || 1;
    const name = () => `${value.symbol} ${value.label[state.lang]}`;
    const range = element("input", { type: "range", min: value.low, max: value.high, step: "any", id });
    const number = element("input", { type: "number", step: "any", min: value.low, max: value.high });
    const text = element("label", { for: id });
    const change = (x, from) => {
      if (!Number.isFinite(x)) return;
      write(Math.min(value.high, Math.max(value.low, x)));
      update(from);
    };
    range.addEventListener("input", () => change(rounded(Number(range.value), step), range));
    range.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      change(rounded(read() + 4 * by * step, step), null);
    });
    number.addEventListener("change", () => change(Number(number.value), number));
    const say = () => {
      text.replaceChildren(element("b", {}, value.symbol), ` ${value.label[state.lang]}`);
      if (value.formula) text.append(element("small", {}, ` = ${value.formula}`));
      number.setAttribute("aria-label", name());
      range.setAttribute("aria-valuetext", `${name()}: ${shown(read())}`);
    };
    let last = NaN;
    const show = (from) => {
      const now = read();
      if (now === last && from !== number) return;
      last = now;
      if (from !== range) range.value = now;
      range.setAttribute("aria-valuetext", `${name()}: ${shown(now)}`);
      number.value = Number(now.toPrecision(6));
    };
    return { row: element("div", { class: "slider" }, text, range, number), show, name: say };
  }

  function rounded(x, step) {
    const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
    return Number(x.toFixed(Math.min(digits, 12)));
  }

  function button(key, press, attributes = {}) {
    const made = said("button", key, { type: "button", ...attributes });
    made.addEventListener("click", press);
    return made;
  }

  function build() {
    parts.sliders = data.values
      .map((value, k) => ({ value, k }))
      .filter(({ value }) => value.high > value.low)
      .map(({ value, k }) => ({
        group: value.group,
        ...slider(value, () => followed(state.p)[k], (x) => { state.p[k] = x; if (value.formula) state.own.add(k); }, `v${k}`),
      }));
    parts.starts = data.starts.map((value, k) => ({
      group: "initial", ...slider(value, () => state.start[k], (x) => { state.start[k] = x; }, `s${k}`),
    }));
    const span = { symbol: "t", low: data.span / 20, high: data.span * 5, label: mapped((lang) => data.words[lang].demo_span) };
    parts.span = { group: "time", ...slider(span, () => state.span, (x) => { state.span = x; }, "span") };
    const all = [...parts.sliders, ...parts.starts, parts.span];
    parts.all = all;
    const groups = [...new Set(all.map((s) => s.group))];
    const order = ["effects", "parameters", "growth", "capacity"];
    groups.sort((a, b) => (order.indexOf(a) + 1 || 9) - (order.indexOf(b) + 1 || 9));
    const controls = element("form", { class: "controls", "aria-label": say("demo_controls") });
    controls.addEventListener("submit", (event) => event.preventDefault());
    for (const group of groups) {
      const open = element("fieldset", {}, said("legend", `demo_group_${group}` in data.words.en ? `demo_group_${group}` : "demo_group_other"));
      open.append(...all.filter((s) => s.group === group).map((s) => s.row));
      controls.append(open);
    }
    parts.verdict = element("section", { class: "verdict", "aria-live": "polite" });
    parts.portrait = canvas("demo_portrait");
    parts.series = canvas("demo_series");
    parts.map = data.presets.length ? canvas("demo_map", { tabindex: "0" }) : null;
    parts.table = element("table");
    parts.legend = element("p", { class: "legend" });
    root.replaceChildren(
      header(), element("p", { class: "note" }), parts.verdict,
      element("div", { class: "body" }, element("div", { class: "left" }, presets(), playback(), controls),
        element("div", { class: "figures" },
          figure("demo_portrait", parts.portrait, parts.legend), figure("demo_series", parts.series),
          ...(parts.map ? [figure("demo_map", parts.map)] : []),
          element("section", { class: "table" }, said("h2", "demo_equilibria"), parts.table))),
      element("footer", {}, said("p", "demo_footer"), element("p", {}, data.source)),
    );
    parts.note = root.querySelector(".note");
    parts.canvases = [...root.querySelectorAll("canvas")];
    listen();
  }

  function mapped(f) {
    return Object.fromEntries(Object.keys(data.words).map((lang) => [lang, f(lang)]));
  }

  function canvas(key, attributes = {}) {
    return element("canvas", { role: "img", "data-label": key, ...attributes });
  }

  function figure(key, drawing, ...below) {
    return element("figure", {}, said("figcaption", key), drawing, ...below);
  }

  function header() {
    const language = button("demo_language", () => { state.lang = state.lang === "en" ? "zh" : "en"; update(); });
    parts.title = element("h1");
    const buttons = element("div", { class: "buttons" },
      language, button("demo_dark", () => { state.dark = !state.dark; update(); }),
      button("demo_reset", reset), button("demo_share", share), button("demo_print", () => globalThis.print()));
    return element("header", {}, parts.title, buttons);
  }

  function presets() {
    if (!data.presets.length) return "";
    const row = element("div", { class: "presets", role: "group", "aria-label": say("demo_presets") });
    for (const { key, values } of data.presets) {
      row.append(button(data.words.en[`demo_preset_${key}`] ? `demo_preset_${key}` : key, () => {
        leave();
        for (const [k, x] of Object.entries(values)) { state.p[k] = x; if (data.values[k].formula) state.own.add(Number(k)); }
        update();
      }));
    }
    return element("section", {}, said("h2", "demo_presets"), row);
  }

  function playback() {
    if (!data.scenarios.length) return "";
    parts.choice = element("select", { id: "scenario" });
    parts.clock = element("input", { type: "range", step: "any", id: "clock" });
    parts.play = button("demo_play", play);
    parts.when = element("output", { for: "clock" });
    parts.choice.addEventListener("change", () => choose(Number(parts.choice.value)));
    parts.clock.addEventListener("input", () => { state.at = Number(parts.clock.value); update(); });
    return element("section", { class: "scenario" }, said("h2", "demo_scenario"),
      said("label", "demo_choose", { for: "scenario" }), parts.choice,
      element("div", { class: "slider" }, said("label", "demo_time", { for: "clock" }), parts.clock, parts.play), parts.when);
  }

  function leave() {
    state.scenario = -1;
    state.playing = false;
  }

  function choose(k) {
    leave();
    state.scenario = k;
    if (k >= 0) state.at = course(data.scenarios[k], data.span).begin;
    update();
  }

  function play() {
    if (state.scenario < 0) return;
    state.playing = !state.playing;
    const { begin, end } = course(data.scenarios[state.scenario], data.span);
    if (state.playing && state.at >= end) state.at = begin;
    let last = null;
    const tick = (now) => {
      if (!state.playing) return;
      if (last !== null) state.at = Math.min(end, state.at + ((now - last) / 12000) * (end - begin));
      last = now;
      if (state.at >= end) state.playing = false;
      update();
      if (state.playing) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    update();
  }

  function reset() {
    leave();
    Object.assign(state, { p: [...initial.p], start: [...initial.start], span: data.span });
    state.own.clear();
    update();
  }

  function share() {
    remember();
    const link = globalThis.location.href;
    const done = () => { parts.note.textContent = say("demo_shared"); };
    if (navigator.clipboard?.writeText) navigator.clipboard.writeText(link).then(done, () => globalThis.prompt(say("demo_share"), link));
    else globalThis.prompt(say("demo_share"), link);
  }

  // What was moved, in the address after #, so that a link shows the same.
  function remember() {
    if (!linked) return;
    const told = new URLSearchParams();
    data.values.forEach((v, k) => { if (state.p[k] !== initial.p[k] || state.own.has(k)) told.set(v.path, state.p[k]); });
    data.starts.forEach((v, k) => { if (state.start[k] !== initial.start[k]) told.set(v.path, state.start[k]); });
    if (state.span !== data.span) told.set("span", state.span);
    if (state.lang !== data.lang) told.set("lang", state.lang);
    if (state.scenario >= 0) { told.set("scenario", data.scenarios[state.scenario].name); told.set("at", state.at); }
    const text = told.toString();
    if (globalThis.location.hash.slice(1) !== text) globalThis.history.replaceState(null, "", text ? `#${text}` : "#");
  }

  function recall() {
    if (!linked) return;
    const told = new URLSearchParams(globalThis.location.hash.slice(1));
    const take = (list, into, extra = () => {}) => list.forEach((v, k) => {
      const x = told.has(v.path) ? Number(told.get(v.path)) : NaN;
      if (Number.isFinite(x) && told.get(v.path) !== "") { into[k] = Math.min(v.high, Math.max(v.low, x)); extra(v, k); }
    });
    take(data.values, state.p, (v, k) => { if (v.formula) state.own.add(k); });
    take(data.starts, state.start);
    const span = Number(told.get("span"));
    if (span > 0 && Number.isFinite(span)) state.span = Math.min(5 * data.span, Math.max(data.span / 20, span));
    if (told.get("lang") in data.words) state.lang = told.get("lang");
    const card = data.scenarios.findIndex((s) => s.name === told.get("scenario"));
    if (card >= 0) {
      const { begin, end } = course(data.scenarios[card], data.span);
      const at = Number(told.get("at"));
      Object.assign(state, { scenario: card, at: Number.isFinite(at) ? Math.min(end, Math.max(begin, at)) : begin });
    }
  }

  function listen() {
    const drag = (drawing, plane, set) => {
      const move = (event) => {
        const box = drawing.getBoundingClientRect();
        set(...plane().back(event.clientX - box.left, event.clientY - box.top));
        update();
      };
      drawing.addEventListener("pointerdown", (event) => { drawing.setPointerCapture(event.pointerId); move(event); });
      drawing.addEventListener("pointermove", (event) => { if (event.buttons) move(event); });
    };
    const within = (x, v) => Math.min(v.high, Math.max(v.low, x));
    drag(parts.portrait, () => parts.portraitPlane, (x, y) => {
      [x, y].forEach((level, k) => {
        const unit = shownPair[k];
        state.start[unit] = rounded(within(Math.max(level, 0), data.starts[unit]), data.starts[unit].high / 400);
      });
    });
    if (parts.map) {
      const put = (k, x) => { state.p[k] = Math.min(2, Math.max(-2, rounded(x, 0.01))); if (data.values[k].formula) state.own.add(k); };
      const [first, second] = [data.effects["0,1"], data.effects["1,0"]];
      drag(parts.map, () => parts.mapPlane, (x, y) => { leave(); put(first, x); put(second, y); });
      parts.map.addEventListener("keydown", (event) => {
        const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!by) return;
        event.preventDefault();
        const now = followed(state.p);
        put(first, now[first] + 0.05 * by[0]);
        put(second, now[second] + 0.05 * by[1]);
        update();
      });
    }
    globalThis.addEventListener("resize", () => update());
    if (linked) globalThis.addEventListener("hashchange", () => { recall(); update(); });
  }

  // Values from outside, by key path; a formula stays one unless its value differs.
  function take(values) {
    const given = (v) => (Number.isFinite(values[v.path]) ? Math.min(v.high, Math.max(v.low, values[v.path])) : null);
    data.values.forEach((v, k) => { if (given(v) !== null && !v.formula) state.p[k] = given(v); });
    const now = followed(state.p);
    data.values.forEach((v, k) => {
      if (!v.formula || given(v) === null || Math.abs(given(v) - now[k]) <= 1e-12 * Math.abs(now[k])) return;
      state.p[k] = given(v);
      state.own.add(k);
    });
    data.starts.forEach((v, k) => { if (given(v) !== null) state.start[k] = given(v); });
    leave();
    update();
  }

  // Everything the figures show, from the state alone.
  function computed() {
    const card = state.scenario < 0 ? null : data.scenarios[state.scenario];
    const base = followed(state.p);
    const values = card === null ? base : moved(system, data, state, card, state.at);
    const scale = data.scales.map((s, i) => (data.capacities[i] === null ? s : values[data.capacities[i]]));
    const effects = data.scaled && system.n === 2 ? [values[data.effects["0,1"]], values[data.effects["1,0"]]] : null;
    const alone = data.alone.every((k) => k !== null) ? data.alone.map((k) => values[k]) : null;
    const found = verdict(system, values, state.start, { effects, alone, scale, tau: state.tau });
    const path = card === null
      ? integrate(system, values, state.start, grid(0, state.span), { scale })
      : along(system, data, state, card, scale);
    return { card, values, scale, effects, alone, found, path };
  }

  function update(from = null) {
    const now = computed();
    if (store.looks !== `${state.lang} ${state.dark}`) translate();
    measure(parts.canvases);
    for (const s of parts.all) s.show(from);
    if (parts.play) scenario();
    tell(now);
    draw(now, store.theme);
    table(now);
    globalThis.clearTimeout(store.later);
    store.later = globalThis.setTimeout(remember, 200);
    onChange({ values: now.values, start: [...state.start], verdict: now.found });
    return now;
  }

  // All texts and colours that only language and darkness change.
  function translate() {
    store.looks = `${state.lang} ${state.dark}`;
    root.lang = state.lang;
    if (linked) document.documentElement.lang = state.lang;
    root.classList.toggle("dark", state.dark);
    parts.title.textContent = `${data.title[state.lang]}: ${say("demo_title")}`;
    parts.note.textContent = [data.illustrative ? say("demo_illustrative") : "", data.noisy ? say("demo_noise") : ""].join(" ");
    for (const e of root.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
    for (const s of parts.all) s.name();
    if (parts.choice) {
      parts.choice.replaceChildren(...[-1, ...data.scenarios.keys()].map((k) =>
        element("option", { value: k }, k < 0 ? say("demo_none") : data.scenarios[k].label[state.lang])));
    }
    store.theme = look();
    legend(store.theme);
  }

  function look() {
    const style = globalThis.getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    const lighter = (i) => (state.dark ? ["#7cc4ee", "#ff9d5c", "#5fd0a8"][i] : data.palette.units[i].colour);
    return {
      dark: state.dark, font: style.fontFamily, ink: colour("--ink"), axis: colour("--quiet"), flow: colour("--flow"),
      path: colour("--path"), accent: colour("--accent"), mapInk: "#1a1a1a", unit: lighter,
    };
  }

  function scenario() {
    parts.choice.value = state.scenario;
    const card = data.scenarios[state.scenario];
    const { begin, end } = card ? course(card, data.span) : { begin: 0, end: 1 };
    for (const [key, value] of [["min", begin], ["max", end]]) parts.clock.setAttribute(key, value);
    parts.clock.disabled = parts.play.disabled = !card;
    parts.clock.value = card ? state.at : 0;
    parts.clock.setAttribute("aria-valuetext", card ? shown(state.at, 6) : say("demo_none"));
    parts.play.textContent = say(state.playing ? "demo_pause" : "demo_play");
    const begun = card ? card.levers.filter((lever) => activity(lever, state.at) > 0.005) : [];
    parts.when.textContent = card
      ? `${shown(Math.floor(state.at), 6)}: ${begun.map((l) => `${l.label[state.lang]} ${Math.round(100 * activity(l, state.at))} %`).join(state.lang === "zh" ? "；" : "; ") || say("demo_nothing")}${card.illustrative ? ` (${say("demo_sizes")})` : ""}`
      : "";
  }

  function units(list) {
    return list.map(label).join(state.lang === "zh" ? "、" : ", ");
  }

  function outcomeText(outcome, survivors) {
    const told = say(outcome);
    return outcome === "exclusion" && survivors ? `${told}${state.lang === "zh" ? "，" : ", "}${say("demo_stays", { units: units(survivors) })}` : told;
  }

  // The verdict in words: what, why, with the numbers put in; then levels and gains.
  function tell({ found, values, effects }) {
    const named = [outcomeText(found.outcome, found.survivors), ...(found.mode ? [say(found.mode)] : [])];
    const looks = { ...data.palette.outcomes, ...data.palette.modes };
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = looks[found.mode ?? found.outcome].colour;
    const known = found.outcome === "depends_on_start" ? "demo_depends" : "demo_settles";
    const key = found.evidence === "theorem" ? known : "demo_start_settles";
    const lines = [element("p", { class: "big" }, swatch, say(key, { what: named.join(state.lang === "zh" ? "，" : ", ") }))];
    if (found.reason) lines.push(element("p", { class: "why" }, reason(found)));
    else lines.push(element("p", { class: "why" }, say(found.outcome === "undecided" ? "demo_why_open" : found.outcome === "blow_up" ? "demo_why_away" : "demo_why_rest")));
    if (found.outcome === "depends_on_start") lines.push(element("p", {}, say("demo_this_start", { what: outcomeText(found.end, found.survivors) })));
    if (found.blowUp !== null) lines.push(element("p", {}, say("demo_blow_up", { time: shown(found.blowUp, 6), unit: data.time[state.lang] })));
    if (found.slow) lines.push(element("p", {}, say("demo_slow")));
    if (found.y) {
      lines.push(element("p", {}, found.y.map((x, i) => {
        const gain = found.gains?.[i];
        return `${label(i)} ${shown(x)}${gain === null || gain === undefined ? "" : ` (${gain >= 0 ? "+" : "−"}${shown(Math.abs(100 * gain), 3)} %)`}`;
      }).join(state.lang === "zh" ? "；" : "; ") + (found.gains ? say("demo_against") : "")));
    }
    if (effects && found.nominal && found.nominal !== found.mode) lines.push(element("p", {}, say("demo_nominal", { mode: say(found.nominal) })));
    lines.push(element("p", { class: "evidence" }, say("demo_evidence", { evidence: say(found.evidence) })));
    parts.verdict.replaceChildren(...lines);
  }

  function reason({ reason: key, told }) {
    const named = { d12: "d12", d21: "d21" };
    for (const [name, value] of Object.entries(told)) {
      if (name === "unit" || name === "other") named[name] = label(value);
      else if (name === "effect") named[name] = value === 0 ? "d12" : "d21";
      else if (name === "end") named[name] = say(value);
      else named[name] = exactly(value);
    }
    return pretty(say(key, named));
  }

  function draw(now, theme) {
    const { found, path, values, scale, card } = now;
    const time = data.time[state.lang];
    const levels = say("demo_level");
    const capacities = data.capacities.map((k) => (k === null ? null : values[k]));
    const tops = data.units.map((_, i) => {
      const known = found.equilibria.map((e) => e.y[i]).filter((x) => x < 6 * scale[i]);
      const most = data.capacities[i] === null && path.status === "done" ? Infinity : 4 * scale[i];
      const seen = path.y.map((y) => y[i]).filter((x) => x < most);
      return 1.12 * Math.max(...known, ...seen, state.start[i], 0.6 * scale[i]);
    });
    const at = card === null ? null : state.at;
    const events = card === null ? [] : eventsOf(card);
    const times = card === null ? grid(0, state.span) : path.grid;
    const share = data.scaled && Math.max(...scale) > 3 * Math.min(...scale);
    drawSeries(parts.series, {
      t: times, y: share ? path.y.map((y) => y.map((x, i) => x / scale[i])) : path.y, names: data.units,
      high: share ? Math.max(...tops.map((x, i) => x / scale[i])) : Math.max(...tops),
      capacities: share ? scale.map(() => 1) : capacities, events, at,
      labels: [time, share ? say("demo_share_level") : levels], theme, palette: data.palette,
    });
    const whole = system.n === 2;
    const [i, j] = shownPair;
    const here = card === null ? null : path.y[Math.max(0, path.t.findLastIndex((t) => t <= state.at))];
    parts.portraitPlane = drawPortrait(parts.portrait, {
      system: whole ? system : { ...system, growth: () => {}, rates: (t, y, p, out) => out.fill(0) }, values, now: here && [here[i], here[j]],
      path: path.y.map((y) => [y[i], y[j]]), saddle: whole ? found.saddle : null,
      list: found.equilibria.map((e) => ({ ...e, y: [e.y[i], e.y[j]] })), start: [state.start[i], state.start[j]],
      window: [[0, tops[i]], [0, tops[j]]], labels: [label(i), label(j)], theme, palette: data.palette, mark: true,
    });
    if (parts.map) {
      const kind = (d12, d21) => kindAt(d12, d21, state.tau);
      const words = [[1.1, 0.25, "asymmetric_mutualism"], [-0.4, 0.9, "parasitism"], [1, -0.5, "parasitism"], [-0.5, -0.5, "competition"], [-1.5, -1.5, "demo_preset_bistable"], [1.5, 1.6, "demo_preset_blow_up"], [-1.5, 0.6, "exclusion"], [0.6, -1.5, "exclusion"]];
      parts.mapPlane = drawMap(parts.map, {
        kind, range: MAP_RANGE, mark: [values[data.effects["0,1"]], values[data.effects["1,0"]]],
        words: words.map(([a, c, key]) => [a, c, say(key)]), labels: ["d₁₂", "d₂₁"].map((s, k) => `${s}: ${label(1 - k)} → ${label(k)}`), theme, palette: data.palette, store,
      });
    }
    for (const drawing of parts.canvases) drawing.setAttribute("aria-label", `${say(drawing.dataset.label)}. ${parts.verdict.firstChild.textContent}`);
  }

  function legend(theme) {
    parts.legend.replaceChildren(...data.units.map((_, i) => {
      const made = element("span", { class: "key" }, element("i"), ` ${label(i)} `);
      made.firstChild.style.background = theme.unit(i);
      return made;
    }), say(system.n === 2 ? "demo_legend" : "demo_legend_three"));
  }

  function table({ found }) {
    const head = element("tr", {}, ...[...data.units.map((_, i) => label(i)), say("demo_type"), say("demo_eigenvalues")].map((text) => element("th", { scope: "col" }, text)));
    const rows = found.equilibria.map((e) => element("tr", {},
      ...e.y.map((x) => element("td", {}, shown(x))), element("td", {}, say(e.type)),
      element("td", {}, e.eigenvalues.map(([re, im]) => `${shown(Math.abs(re) < 1e-12 * Math.abs(im) ? 0 : re, 3)}${im ? ` ${im > 0 ? "+" : "−"} ${shown(Math.abs(im), 3)}i` : ""}`).join(", "))));
    parts.table.replaceChildren(element("caption", {}, say(system.linear ? "demo_all" : "demo_searched")), element("thead", {}, head), element("tbody", {}, ...rows));
  }

  recall();
  build();
  update();
  return { state, update, take, computed, data };
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function grid(begin, end) {
  return Array.from({ length: POINTS + 1 }, (_, k) => begin + ((end - begin) * k) / POINTS);
}

// What the map shows at a pair of effects of two units that live alone.
function kindAt(d12, d21, tau) {
  const known = twoUnits({ b: [1, 1], A: [[-1, d12], [d21, -1]] }, [1, 1]);
  if (known.outcome !== "coexistence") return known.outcome;
  return modeOf(known.y[0] - 1, known.y[1] - 1, 1e-9, tau);
}

// Activity of a lever at a time, from 0 to its strength.
function activity({ shape, at, until, lasting, speed, lag, strength }, t) {
  if (shape === "constant") return strength;
  if (shape === "step") return t >= at ? strength : 0;
  if (shape === "ramp") return strength * Math.min(1, Math.max(0, (t - at) / (until - at)));
  if (shape === "pulse") return t >= at ? strength * Math.exp(-(t - at) / lasting) : 0;
  return strength / (1 + Math.exp(-speed * (t - at - (lag ?? 0))));
}

function eventsOf(card) {
  const times = card.levers.flatMap((lever) => [lever.at, lever.until]).filter((t) => t !== null);
  return [...new Set(times)].sort((a, b) => a - b);
}

// The times a scenario is shown for: from a little before its first event to twice the way after its last.
function course(card, span) {
  const times = eventsOf(card);
  if (!times.length) return { begin: 0, end: span };
  const width = Math.max(times[times.length - 1] - times[0], 10);
  return { begin: Math.floor(times[0] - 0.15 * width), end: Math.ceil(times[times.length - 1] + width) };
}

// Values at a time of a scenario: named values first, then formulas, then what moves the formulas themselves.
function moved(system, data, state, card, t) {
  const now = [...state.p];
  const formulas = new Map(system.formulas.filter(([k]) => !state.own.has(k)));
  const apply = (k, base) => {
    let [add, times] = [0, 0];
    for (const lever of card.levers) {
      for (const move of lever.moves) {
        if (move.at !== k) continue;
        const s = activity(lever, t);
        add += s * move.add;
        times += s * move.times;
      }
    }
    return base * (1 + times) + add;
  };
  for (let k = 0; k < now.length; k++) if (!formulas.has(k)) now[k] = apply(k, now[k]);
  for (const [k, formula] of formulas) now[k] = apply(k, formula(now));
  return now;
}

// The path along a scenario, integrated anew from every event.
function along(system, data, state, card, scale) {
  const { begin, end } = course(card, data.span);
  const marks = [begin, ...eventsOf(card).filter((t) => t > begin && t < end), end];
  const all = grid(begin, end);
  let y = [...state.start];
  const found = { t: [], y: [], status: "done", grid: all };
  for (let k = 0; k + 1 < marks.length && found.status === "done"; k++) {
    const [a, b] = [marks[k], marks[k + 1]];
    const times = [a, ...all.filter((t) => t > a && t < b), b];
    const valuesAt = (t) => moved(system, data, state, card, Math.min(Math.max(t, a), b - 1e-9 * (b - a)));
    const piece = integrate(system, null, y, times, { scale, rtol: 1e-8, valuesAt });
    piece.t.forEach((t, m) => {
      if (all.includes(t) && t !== found.t[found.t.length - 1]) { found.t.push(t); found.y.push(piece.y[m]); }
    });
    y = piece.y[piece.y.length - 1];
    found.status = piece.status;
  }
  return found;
}
