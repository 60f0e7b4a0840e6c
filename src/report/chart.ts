// Charts as SVG: curves over epochs, and predicted beside right numbers. d3 computes scales, ticks and paths; colours are classes of
// the page's style, so that a chart follows light and dark.

import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { type Content, type Html, html } from "../base/html.ts";
import { number } from "./numbers.ts";

export interface Series {
  readonly name: string;
  /** The place in the palette of the page; each has a colour and a pattern of dashes of its own. */
  readonly look: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  /** An epoch to point out, and what it is. */
  readonly mark?: { readonly at: number; readonly name: string };
  /** Below the title: `test 0.9912`. */
  readonly note?: string;
}

/** As wide as a phone, so that letters keep their size there; wider pages show several side by side. */
const [width, height] = [360, 210];
const edge = { left: 48, right: 12, top: 10, bottom: 30 };
/** The most points of a curve: more than a chart has room for. */
const mostPoints = 400;

type Point = readonly [number, number];

const finite = ([, y]: Point): boolean => Number.isFinite(y);

/** Leaves out points of a long curve, in equal steps; the last one stays. */
function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints);
  return points.filter((_, i) => i % step === 0 || i === points.length - 1);
}

function extent(values: readonly number[]): readonly [number, number] {
  const [least, most] = [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  const room = least === most ? Math.abs(least) / 10 || 1 : 0;
  return [least - room, most + room];
}

/** Letters of a tick: `0.25`, `1e-3`. */
const tickText = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential().replace("e+", "e")
    : String(Number(value.toPrecision(6)));

/** A scale of values: in powers of ten where they spread over several. */
function valueScale(values: readonly number[]) {
  const [least, most] = extent(values);
  const range = [height - edge.bottom, edge.top];
  const logarithmic = least > 0 && most / least > 100;
  const scale = logarithmic
    ? scaleLog().domain([least, most]).range(range).nice()
    : scaleLinear().domain([least, most]).range(range).nice(5);
  const powers = scale.ticks(5).filter((tick) => Number.isInteger(Math.log10(tick) + 1e-9) || !logarithmic);
  return { at: (value: number): number => scale(value), ticks: powers.length > 1 ? powers : scale.domain() };
}

const fixed = (value: number): string => value.toFixed(1);

function axes(x: Axis, y: Axis, names: { readonly below: string }): Content {
  return [
    y.ticks.map(
      (
        tick,
      ) => html`<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${fixed(y.at(tick))}" y2="${fixed(y.at(tick))}"/>
<text x="${edge.left - 6}" y="${fixed(y.at(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    ),
    x.ticks.map(
      (tick) =>
        html`<text x="${fixed(x.at(tick))}" y="${height - edge.bottom + 15}" text-anchor="middle">${tickText(tick)}</text>`,
    ),
    html`<text class="axis" x="${width - edge.right}" y="${height - 2}" text-anchor="end">${names.below}</text>`,
  ];
}

interface Axis {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function epochAxis(all: readonly number[]): Axis {
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const scale = scaleLinear()
    .domain(first === last ? [first - 1, last + 1] : [first, last])
    .range([edge.left, width - edge.right]);
  const ticks = scale.ticks(6).filter((tick) => Number.isInteger(tick) && tick >= first && tick <= last);
  return { ticks, at: (value) => scale(value) };
}

function curve({ look, points }: Series, x: Axis, y: Axis): Content {
  const shown = thinned(points);
  const path = line<Point>()
    .defined(finite)
    .x(([at]) => Number(fixed(x.at(at))))
    .y(([, value]) => Number(fixed(y.at(value))))(shown);
  // A curve of few points shows them; one point alone has no line.
  const dots = shown.length > 30 ? [] : shown.filter(finite);
  return [
    html`<path class="curve look${look}" d="${path ?? ""}"/>`,
    dots.map(
      ([at, value]) =>
        html`<circle class="dot look${look}" cx="${fixed(x.at(at))}" cy="${fixed(y.at(value))}" r="2.5"><title>${number(value)} in epoch ${at}</title></circle>`,
    ),
  ];
}

/** Says in words what a curve shows, for those who cannot see it. */
function spoken({ name, points }: Series): string {
  const seen = points.filter(finite);
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no numbers.`;
  return `${name}: ${number(first[1])} in epoch ${first[0]}, ${number(last[1])} in epoch ${last[0]}.`;
}

/** The legend of several curves. */
const legend = (series: readonly Series[]): Html =>
  html`<ul class="legend">${series.map(
    ({ name, look }) =>
      html`<li><svg viewBox="0 0 28 8" aria-hidden="true"><path class="curve look${look}" d="M0,4H28"/></svg>${name}</li>`,
  )}</ul>`;

/** Returns a figure of curves over epochs. */
export function lineChart({ id, title, series, mark, note }: LineChart): Html {
  const points = series.flatMap((one) => thinned(one.points)).filter(finite);
  const caption = html`<figcaption><b>${title}</b>${note === undefined ? "" : html` <span class="soft">${note}</span>`}</figcaption>`;
  if (points.length === 0) return html`<figure>${caption}<p class="soft">There are no numbers yet.</p></figure>`;
  const x = epochAxis(series.flatMap((one) => thinned(one.points)).map(([at]) => at));
  const y = valueScale(points.map(([, value]) => value));
  const marked =
    mark === undefined
      ? ""
      : html`<line class="mark" x1="${fixed(x.at(mark.at))}" x2="${fixed(x.at(mark.at))}" y1="${edge.top}" y2="${height - edge.bottom}"><title>${mark.name}</title></line>`;
  return html`<figure>${caption}
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title} over epochs</title>
<desc id="${id}-text">${series.map(spoken).join(" ")}${mark === undefined ? "" : ` ${mark.name}: epoch ${mark.at}.`}</desc>
${axes(x, y, { below: "epoch" })}${marked}${series.map((one) => curve(one, x, y))}</svg>
${series.length > 1 || mark !== undefined ? legend(series) : ""}</figure>`;
}

export interface Scatter {
  readonly id: string;
  readonly title: string;
  readonly right: readonly number[];
  readonly said: readonly number[];
}

/** Returns a figure of predicted numbers over the right ones; on the line they are equal. */
export function scatterChart({ id, title, right, said }: Scatter): Html {
  const pairs = right.flatMap((value, i): readonly Point[] => [[value, said[i] ?? Number.NaN]]).filter(finite);
  if (pairs.length === 0) return html``;
  const domain = extent(pairs.flat());
  const across = scaleLinear()
    .domain(domain)
    .range([edge.left, width - edge.right])
    .nice(5);
  const up = scaleLinear()
    .domain(across.domain())
    .range([height - edge.bottom, edge.top]);
  const [low = 0, high = 1] = across.domain();
  const x: Axis = { ticks: across.ticks(5), at: (value) => across(value) };
  const y: Axis = { ticks: up.ticks(5), at: (value) => up(value) };
  return html`<figure><figcaption><b>${title}</b> <span class="soft">predicted, over the right number</span></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}: predicted over right numbers</title>
<desc id="${id}-text">${pairs.length} examples; a point on the rising line is a prediction that is right.</desc>
${axes(x, y, { below: "right" })}<line class="mark" x1="${fixed(x.at(low))}" y1="${fixed(y.at(low))}" x2="${fixed(x.at(high))}" y2="${fixed(y.at(high))}"/>
${pairs.map(([a, b]) => html`<circle class="point look0" cx="${fixed(x.at(a))}" cy="${fixed(y.at(b))}" r="3"/>`)}</svg></figure>`;
}
