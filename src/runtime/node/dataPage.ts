// A check of data as text for a terminal: parts, classes with bars, columns with their spread, and what was found.

import { LEVELS } from "../core/data/dataReport.ts";
import type { ClassReport, ColumnReport, DataFinding, DataReport, FindingLevel } from "../core/data/plan.ts";
import { percentText, rowCountText } from "../core/data/repeats.ts";
import { countText, safeText } from "../core/text.ts";

export interface PageOptions {
  readonly color: boolean;
  readonly width: number;
}

const MOST_CLASSES = 12;
const MOST_COLUMNS = 40;
const BAR = 24;

type Paint = (code: string, text: string) => string;

const levelColors: Readonly<Record<FindingLevel, string>> = { error: "1;31", warning: "1;33", note: "1;36" };

/** The lines of the page. */
export function dataPage(report: DataReport, { color, width }: PageOptions): readonly string[] {
  const paint: Paint = (code, text) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return [
    ...headLines(report, paint),
    ...report.targets.flatMap(({ name, classes }) => ["", ...classLines(name, classes, paint)]),
    "",
    ...columnLines(report.columns, paint),
    "",
    ...report.findings.flatMap((finding) => findingLines(finding, paint, width)),
    ...(report.findings.length === 0 ? [] : [""]),
    sumLine(report.findings, paint),
  ];
}

function headLines({ dataset, source, rows, left }: DataReport, paint: Paint): readonly string[] {
  const { all, whole, train, validation, test } = rows;
  const parts = [
    `${countText(train)} to train on`,
    ...(validation > 0 ? [`${countText(validation)} for validation`] : []),
    ...(test > 0 ? [`${countText(test)} to test with`] : []),
  ];
  const rest = all - train - validation - test;
  if (rest > 0) parts.push(`${countText(rest)} in no part`);
  return [
    `${paint("1", safeText(dataset))}  ${source}(): ${whole ? "" : "the first "}${rowCountText(all)}, ${parts.join(", ")}`,
    ...(left > 0 ? [`${rowCountText(left)} left out, as the program says`] : []),
  ];
}

function classLines(name: string, classes: readonly ClassReport[], paint: Paint): readonly string[] {
  const most = Math.max(1, ...classes.map(({ train }) => train));
  const all = classes.reduce((sum, { train }) => sum + train, 0);
  // Of many classes the ends are told: the most and the least frequent ones.
  const ordered = classes.length <= MOST_CLASSES ? classes : [...classes].sort((a, b) => b.train - a.train);
  const half = MOST_CLASSES / 2;
  const shown = classes.length <= MOST_CLASSES ? ordered : [...ordered.slice(0, half), ...ordered.slice(-half)];
  const label = (text: string): string => (text.length > 24 ? `${safeText(text).slice(0, 23)}…` : safeText(text));
  const wide = Math.max(...shown.map((one) => label(one.name).length));
  const digits = Math.max(...shown.map(({ train }) => countText(train).length));
  const lines = shown.map((one) => {
    const bar = "━".repeat(Math.max(one.train > 0 ? 1 : 0, Math.round((BAR * one.train) / most)));
    const beside = [
      one.validation > 0 ? `validation ${countText(one.validation)}` : "",
      one.test > 0 ? `test ${countText(one.test)}` : "",
    ];
    return `  ${label(one.name).padEnd(wide)}  ${paint("36", bar.padEnd(BAR))}  ${countText(one.train).padStart(digits)}  ${percentText(one.train / Math.max(1, all)).padStart(7)}  ${paint("2", beside.filter(Boolean).join(", "))}`.trimEnd();
  });
  if (classes.length > MOST_CLASSES)
    lines.splice(half, 0, `  … ${countText(classes.length - MOST_CLASSES)} more classes`);
  return [
    `${paint("1", safeText(name))}: ${countText(classes.length)} ${classes.length === 1 ? "class" : "classes"} in the training part`,
    ...lines,
  ];
}

const sparks = "▁▂▃▄▅▆▇█";

/** `▂▅█▃▁`: how many numbers lie in each of the steps. */
function sparkLine(steps: readonly number[]): string {
  const most = Math.max(1, ...steps);
  return steps
    .map((count) =>
      count === 0 ? " " : sparks[Math.min(sparks.length - 1, Math.floor((sparks.length * count) / most))],
    )
    .join("");
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The cells of a column's line. */
function columnCells({ name, role, values, missing, spread, texts, shape }: ColumnReport): readonly string[] {
  const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const label = clip(safeText(name), 24);
  const size = shape === undefined ? (values === undefined ? "" : countText(values)) : shape.join(" × ");
  const gone = missing === 0 ? "" : countText(missing);
  if (spread !== undefined)
    return [
      ...[label, role, size, gone, `${short(spread.min)} … ${short(spread.max)}`],
      ...[`${short(spread.mean)} ± ${short(spread.deviation)}`, sparkLine(spread.steps)],
    ];
  const said = (texts ?? []).map(({ text }) => clip(safeText(text), 16)).slice(0, 3);
  return [label, role, size, gone, clip(said.join(", "), 40), "", ""];
}

function columnLines(columns: readonly ColumnReport[], paint: Paint): readonly string[] {
  const used = [...columns].sort((a, b) => Number(b.role !== "") - Number(a.role !== ""));
  const rows = used.slice(0, MOST_COLUMNS).map(columnCells);
  const head = ["column", "role", "values", "missing", "from … to", "mean ± deviation", ""];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const right = (i: number): boolean => i === 2 || i === 3;
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [
    paint("1", line(head)),
    ...rows.map(line),
    ...(columns.length > rows.length
      ? [`… and ${countText(columns.length - rows.length)} more columns: --json has all`]
      : []),
  ];
}

/** Breaks a sentence into lines. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function findingLines(
  { level, kind, message, places = [], help }: DataFinding,
  paint: Paint,
  width: number,
): readonly string[] {
  const room = Math.max(40, width - 11);
  const [first = "", ...more] = wrapped(`${kind}: ${message}`, room);
  return [
    `${paint(levelColors[level], level.padEnd(9))}${first}`,
    ...more.map((line) => `${" ".repeat(9)}${line}`),
    ...places.map((place) => `${" ".repeat(11)}${paint("2", place)}`),
    ...(help === undefined
      ? []
      : wrapped(help, room - 2).map((line, i) => `${" ".repeat(9)}${i === 0 ? "→ " : "  "}${line}`)),
  ];
}

function sumLine(findings: readonly DataFinding[], paint: Paint): string {
  const counts = LEVELS.map((level) => ({ level, count: findings.filter((one) => one.level === level).length }));
  const said = counts
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => paint(levelColors[level], `${count} ${level}${count === 1 ? "" : "s"}`));
  return said.length === 0 ? paint("1;32", "nothing was found that spoils a training") : said.join(", ");
}
