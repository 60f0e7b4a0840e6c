// The page of a training: draws the events of `nnc train --json` as they come. It may load nothing, and makes no markup of texts.

const host = acquireVsCodeApi();

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 150;
const LEFT = 46;
const BOTTOM = 18;

/** An element with attributes and children; texts stay texts. */
function element(name, attributes = {}, ...children) {
  const made = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children.map((child) => (typeof child === "object" ? child : String(child))));
  return made;
}

const title = element("h1");
const line = element("p", { role: "status" });
const bar = element("progress", { max: 1, value: 0 });
const stop = element("button", { class: "secondary" }, "Stop");
const again = element("button", {}, "Train again");
const log = element("button", { class: "secondary" }, "Show the log");
const keys = element("p");
const charts = element("div", { id: "charts" });
const results = element("table");
const problem = element("pre");
document.body.append(title, line, bar, element("div", {}, stop, again, log), keys, charts, results, problem);

stop.addEventListener("click", () => host.postMessage("stop"));
again.addEventListener("click", () => host.postMessage("again"));
log.addEventListener("click", () => host.postMessage("log"));

/** Four digits that count. */
const short = (value) =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
const whole = (value) => Math.round(value).toLocaleString("en");

/** Of each metric, the points of each part: `[epoch, value]`. */
let curves;
let state;

function begin({ title: text }) {
  curves = new Map();
  state = { epoch: 0, running: true };
  title.textContent = text;
  line.textContent = "Compiles …";
  bar.removeAttribute("value");
  for (const place of [keys, charts, results, problem]) place.replaceChildren();
}

function add(part, epoch, metrics = {}) {
  for (const [name, value] of Object.entries(metrics)) {
    // A metric of several results has no curve.
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    const parts = curves.get(name) ?? { train: [], validation: [] };
    parts[part].push([epoch, value]);
    curves.set(name, parts);
  }
}

const spreadOf = (values) => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // A flat curve lies in the middle.
  return most > least
    ? [least, most]
    : [least - Math.max(1e-3, Math.abs(least) * 0.05), most + Math.max(1e-3, Math.abs(most) * 0.05)];
};

function chart(name, parts) {
  const all = [...parts.train, ...parts.validation];
  const [bottom, top] = spreadOf(all.map(([, value]) => value));
  const last = Math.max(2, ...all.map(([epoch]) => epoch));
  const x = (epoch) => LEFT + ((epoch - 1) / (last - 1)) * (WIDTH - LEFT - 6);
  const y = (value) => 8 + (1 - (value - bottom) / (top - bottom)) * (HEIGHT - BOTTOM - 8);
  const drawn = element(
    "svg:svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${name} by epoch` },
    element("svg:line", { class: "axis", x1: LEFT, x2: WIDTH, y1: y(bottom), y2: y(bottom) }),
    element("svg:line", { class: "axis", x1: LEFT, x2: LEFT, y1: y(top), y2: y(bottom) }),
    element("svg:text", { x: LEFT - 5, y: y(top) + 4, "text-anchor": "end" }, short(top)),
    element("svg:text", { x: LEFT - 5, y: y(bottom), "text-anchor": "end" }, short(bottom)),
    element("svg:text", { x: LEFT, y: HEIGHT - 4 }, "1"),
    element("svg:text", { x: WIDTH - 6, y: HEIGHT - 4, "text-anchor": "end" }, `epoch ${last}`),
  );
  for (const part of ["train", "validation"]) {
    const points = parts[part];
    const place = points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    if (points.length > 1) drawn.append(element("svg:polyline", { class: part, points: place }));
    const end = points.at(-1);
    if (end !== undefined) {
      const tip = element("svg:title", {}, `${part}, epoch ${end[0]}: ${end[1]}`);
      drawn.append(element("svg:circle", { class: part, cx: x(end[0]), cy: y(end[1]), r: 2.5 }, tip));
    }
  }
  const now = ["train", "validation"].flatMap((part) => {
    const end = parts[part].at(-1);
    return end === undefined ? [] : [short(end[1])];
  });
  const caption = element(
    "figcaption",
    {},
    element("h2", {}, name),
    element("span", { class: "value" }, now.join(" · ")),
  );
  return element("figure", {}, caption, drawn);
}

function draw() {
  charts.replaceChildren(...[...curves].map(([name, parts]) => chart(name, parts)));
  const parts = ["train", "validation"].filter((part) => [...curves.values()].some((one) => one[part].length > 0));
  keys.replaceChildren(...parts.map((part) => element("span", { class: `key ${part}` }, part)));
}

function row(name, value) {
  results.append(element("tr", {}, element("td", {}, name), element("td", { class: "value" }, value)));
}

const shown = (value) => (typeof value === "number" ? short(value) : JSON.stringify(value));

/** What each event changes. Others are in the log. */
const heard = {
  begin,
  start({ model, dataset, target, threads, examples, parameters }) {
    const rows = examples?.train === undefined ? "" : `, ${whole(examples.train)} examples`;
    line.textContent = `${model} on ${dataset}${rows}, ${whole(parameters)} parameters; ${target}, ${threads} threads`;
    bar.value = 0;
  },
  epoch({ epoch, epochs, metrics, validation, samplesPerSecond }) {
    state.epoch = epoch;
    bar.value = epoch / epochs;
    const speed = samplesPerSecond === undefined ? "" : `, ${whole(samplesPerSecond)} examples/s`;
    line.textContent = `Epoch ${epoch} of ${epochs}${speed}`;
    add("train", epoch, metrics);
    add("validation", epoch, validation);
  },
  test({ metrics = {} }) {
    for (const [name, value] of Object.entries(metrics)) row(`test ${name}`, shown(value));
  },
  saved({ file }) {
    row("saved", file);
  },
  error({ message }) {
    problem.textContent = message;
  },
  ended({ code, message }) {
    state.running = false;
    bar.value = code === 0 ? 1 : bar.value;
    if (!bar.hasAttribute("value")) bar.value = 0;
    if (code === 0) line.textContent = `Trained. ${line.textContent}`;
    else line.textContent = code === 130 ? `Stopped after epoch ${state.epoch}.` : "Failed.";
    if (code !== 0 && code !== 130 && problem.textContent === "") problem.textContent = message;
  },
};

addEventListener("message", ({ data }) => {
  for (const event of data) heard[event.event]?.(event);
  stop.disabled = !state.running;
  again.disabled = state.running;
  draw();
});
host.postMessage("ready");
