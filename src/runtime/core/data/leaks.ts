// What rows of different parts share beside their inputs: a person, a file, a time.

import { countText, safeText } from "../text.ts";
import { type CellColumn, valuesOf } from "./cellColumn.ts";
import type { DataSurvey } from "./dataSurvey.ts";
import { type DataFinding, PARTS } from "./plan.ts";

const groupName =
  /(^|[_\W])(id|person|people|patient|subject|speaker|user|customer|client|author|writer|group|family|house|household|site|hospital|session|visit|case|file|clip|video|scene|drive|recording|camera|device|sensor|station|plant|batch|take|source)([_\W]|s?$|$)/i;
const timeName = /(^|[_\W])(date|time|timestamp|datetime|day|week|month|year|hour)([_\W]|$)/i;
const timeForm = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$/;

const isTime = ({ name, texts }: CellColumn): boolean =>
  timeName.test(name) || texts.slice(0, 100).every((text) => timeForm.test(text));

/** The columns that no field reads and no split divides by. */
const besideFields = ({ plan, cells }: DataSurvey): readonly CellColumn[] => {
  const read = new Set(plan.fields.filter(({ role }) => role !== "weight").flatMap(({ from }) => from));
  return [...cells.values()].filter(
    ({ name }) => !read.has(name) && name !== plan.source.options.split && !paths(plan.source.options).has(name),
  );
};

/** The columns of an index that name files. */
const paths = (options: Readonly<Record<string, unknown>>): ReadonlySet<unknown> =>
  new Set([options.image, options.mask, options.recording, options.clip]);

/** How many values of a column two parts share, of those that the later one has. */
function shared(ids: Int32Array, parts: Uint8Array, part: number): { readonly both: number; readonly all: number } {
  const [trained, others] = [new Set<number>(), new Set<number>()];
  for (const [row, id] of ids.entries()) {
    if (parts[row] === 1) trained.add(id);
    else if (parts[row] === part) others.add(id);
  }
  return { both: [...others].filter((id) => trained.has(id)).length, all: others.size };
}

/** Finds groups of rows whose members are in the training part and beside it. */
export function sharedGroups(survey: DataSurvey): readonly DataFinding[] {
  const { count, parts, plan } = survey;
  if (plan.series === true) return [];
  const candidates = besideFields(survey).filter((column) => {
    const values = valuesOf(column);
    if (isTime(column) || values < 2 || values > 0.9 * count) return false;
    return groupName.test(column.name) || (values >= 20 && values <= count / 2 && !column.numeric);
  });
  const found = candidates.flatMap((column) => groupFindings(column, column.ids, survey, groupName.test(column.name)));
  return found.length > 0 ? found : sharedNames(survey, parts);
}

function groupFindings(
  { name }: Pick<CellColumn, "name">,
  ids: Int32Array,
  { parts, plan }: DataSurvey,
  known: boolean,
): readonly DataFinding[] {
  return [3, 2]
    .flatMap((part): readonly DataFinding[] => {
      const { both, all } = shared(ids, parts, part);
      if (both === 0) return [];
      const fixed = plan.source.options.split !== undefined || plan.source.options.test !== undefined;
      return [
        {
          ...{ level: known ? "warning" : "note", kind: "group", column: safeText(name) },
          message: `${countText(both)} of ${countText(all)} values of '${safeText(name)}' in the ${PARTS[part - 1]} part ${both === 1 ? "is" : "are"} in the training part, too`,
          help: fixed
            ? "if rows of one are alike, the result says little about new ones; the file itself divides them"
            : `if rows of one are alike, keep them in one part: split … by hash(${safeText(name)})`,
        },
      ];
    })
    .slice(0, 1);
}

/** Files whose names begin alike, `drive3_0001.png`, are often of one origin. */
function sharedNames({ names, cells, count, plan, parts }: DataSurvey, _: Uint8Array): readonly DataFinding[] {
  if (names === undefined) return [];
  const starts = names.map((name) => name.replace(/\.[^./]*$/, "").replace(/[_\W]*\d+$/, ""));
  const numbers = new Map<string, number>();
  const ids = Int32Array.from(starts, (start) => {
    const id = numbers.get(start) ?? numbers.size;
    numbers.set(start, id);
    return id;
  });
  if (numbers.size < 2 || numbers.size > count / 3) return [];
  // A folder for each class is no origin.
  const labels = plan.fields.filter(({ role }) => role === "target").flatMap(({ from }) => from);
  const isLabel = labels.some((label) => {
    const own = cells.get(label);
    if (own === undefined) return false;
    const labelOf = new Map<number, number>();
    const byStart = ids.every(
      (id, row) => (labelOf.get(id) ?? own.ids[row]) === own.ids[row] && labelOf.set(id, own.ids[row] as number),
    );
    return byStart && own.counts.length >= numbers.size / 2;
  });
  const { both, all } = [3, 2].map((part) => shared(ids, parts, part)).find((one) => one.both > 0) ?? {
    both: 0,
    all: 0,
  };
  if (isLabel || both === 0) return [];
  const [first = ""] = numbers.keys();
  return [
    {
      ...{ level: "note", kind: "group" },
      message: `files whose names begin alike ('${safeText(first.split("/").at(-1) ?? first)}…') are in the training part and beside it: ${countText(both)} of ${countText(all)} such groups`,
      help: "files that are named alike may be of one origin, such as frames of one video; then they belong into one part",
    },
  ];
}

/** Finds rows that follow each other in time, and a split that mixes them or cuts through one moment. */
export function mixedTimes(survey: DataSurvey): readonly DataFinding[] {
  const { plan, parts, count, cells } = survey;
  const fixed = plan.source.options.split !== undefined || plan.source.options.test !== undefined;
  if (count < 20 || fixed || !parts.some((part) => part > 1)) return [];
  const { order } = plan.split;
  return [...cells.values()].filter(isTime).flatMap((column): readonly DataFinding[] => {
    const { name, ids, texts, numbers, numeric } = column;
    const falls = (row: number): boolean => {
      const [a, b] = [ids[row - 1] as number, ids[row] as number];
      return numeric ? (numbers[b] as number) < (numbers[a] as number) : (texts[b] ?? "") < (texts[a] ?? "");
    };
    let falling = 0;
    for (let row = 1; row < count; row++) falling += Number(falls(row));
    if (falling > 0.01 * count || column.counts.length < 10) return [];
    const own = { kind: "time", column: safeText(name) } as const;
    if (order === "random" || order === "stratified" || order === "hash")
      return [
        {
          ...{ level: "warning", ...own },
          message: `the rows follow each other in '${safeText(name)}', but the split mixes them: the model trains on what comes after the rows that it is tested on`,
          help: `divide by time: split … by time(${safeText(name)})`,
        },
      ];
    const part = [2, 3].find((one) => shared(ids, parts, one).both > 0);
    if (part === undefined || plan.series === true) return [];
    return [
      {
        ...{ level: "note", ...own },
        message: `the split divides rows of one moment: the ${PARTS[part - 1]} part begins with a value of '${safeText(name)}' that the training part has, too`,
      },
    ];
  });
}
