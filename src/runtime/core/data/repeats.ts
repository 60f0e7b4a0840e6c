// Rows that occur twice: within a part, between parts, and with different targets.

import { countText } from "../text.ts";
import { type DataSurvey, firstAlike } from "./dataSurvey.ts";
import { type DataFinding, PARTS } from "./plan.ts";

/** The numbers of what each row has in the columns that fields of these roles read. */
export function idsOf({ plan, cells, blocks }: DataSurvey, role: "input" | "target"): readonly Int32Array[] {
  const names = new Set(plan.fields.filter((field) => field.role === role).flatMap(({ from }) => from));
  const others =
    role === "target"
      ? new Set(plan.fields.filter((field) => field.role === "input").flatMap(({ from }) => from))
      : new Set();
  return [
    ...[...cells.values()].filter(({ name }) => names.has(name) && !others.has(name)).map(({ ids }) => ids),
    ...blocks.filter(({ name }) => names.has(name) && !others.has(name)).map(({ ids }) => ids),
  ];
}

const MOST_PLACES = 3;

export const percentText = (share: number): string =>
  share > 0 && share < 0.001 ? "under 0.1 %" : `${Number((100 * share).toFixed(1))} %`;

/** `1 row`, `12 rows`. */
export const rowCountText = (count: number): string => `${countText(count)} ${count === 1 ? "row" : "rows"}`;

/** `12 rows of the test part are`: agrees in number. */
const rowsAre = (count: number, where: string): string =>
  `${rowCountText(count)} of ${where} ${count === 1 ? "is" : "are"}`;

/** For each row, the first one with the same inputs; rows to train on count as the first ones. */
function firstInTraining({ count, parts }: DataSurvey, inputs: readonly Int32Array[]): Int32Array {
  const order = Int32Array.from({ length: count }, (_, row) => row).sort(
    (a, b) => Number(parts[a] !== 1) - Number(parts[b] !== 1) || a - b,
  );
  const sorted = firstAlike(
    inputs.map((ids) => order.map((row) => ids[row] as number)),
    count,
  );
  const first = new Int32Array(count);
  for (const [i, row] of order.entries()) first[row] = order[sorted[i] as number] as number;
  return first;
}

/** Finds rows with the same inputs. In series rows may well be alike. */
export function repeatedRows(survey: DataSurvey): readonly DataFinding[] {
  const { plan, count, place } = survey;
  const inputs = idsOf(survey, "input");
  if (plan.series === true || inputs.length === 0) return [];
  const first = firstInTraining(survey, inputs);
  const different = first.reduce((sum, before, row) => sum + Number(before === row), 0);
  if (different < count / 2)
    return [
      {
        level: "note",
        kind: "repeated",
        message: `the ${countText(count)} rows have only ${countText(different)} different inputs, so parts of any split share them`,
      },
    ];
  const pair = (row: number): string => `${place(row)}  =  ${place(first[row] as number)}`;
  return [...leaked(survey, first, pair), ...twice(survey, first, pair), ...contradictions(survey, first, pair)];
}

/** Rows of validation and test that are among those to train on. */
function leaked(
  { count, parts }: DataSurvey,
  first: Int32Array,
  pair: (row: number) => string,
): readonly DataFinding[] {
  return [2, 3].flatMap((part): readonly DataFinding[] => {
    const found: number[] = [];
    let all = 0;
    for (let row = 0; row < count; row++) {
      if (parts[row] !== part) continue;
      all++;
      if (parts[first[row] as number] === 1) found.push(row);
    }
    if (found.length === 0) return [];
    const share = found.length / all;
    return [
      {
        level: share >= 0.01 && found.length > 1 ? "error" : "warning",
        kind: "leak",
        message: `${rowsAre(found.length, `the ${PARTS[part - 1]} part`)} in the training part, too: ${percentText(share)} of it`,
        places: found.slice(0, MOST_PLACES).map(pair),
        help: "a result on rows that the model has seen is too good: take them out of the file, or divide by hash(…) of a column that they share",
      },
    ];
  });
}

function twice({ count, parts }: DataSurvey, first: Int32Array, pair: (row: number) => string): readonly DataFinding[] {
  const again: number[] = [];
  for (let row = 0; row < count; row++)
    if (first[row] !== row && parts[row] === 1 && parts[first[row] as number] === 1) again.push(row);
  const all = parts.reduce((sum, part) => sum + Number(part === 1), 0);
  if (again.length === 0) return [];
  return [
    {
      level: again.length >= 0.01 * all ? "warning" : "note",
      kind: "repeated",
      message: `${rowsAre(again.length, "the training part")} there already, with the same inputs: ${percentText(again.length / all)} of it`,
      places: again.slice(0, MOST_PLACES).map(pair),
    },
  ];
}

/** Rows whose inputs are the same and whose targets are not. */
function contradictions(survey: DataSurvey, first: Int32Array, pair: (row: number) => string): readonly DataFinding[] {
  const targets = idsOf(survey, "target");
  const found: number[] = [];
  for (let row = 0; row < survey.count; row++) {
    const before = first[row] as number;
    if (before !== row && targets.some((ids) => ids[row] !== ids[before])) found.push(row);
  }
  if (found.length === 0) return [];
  return [
    {
      level: "warning",
      kind: "contradiction",
      message: `${rowCountText(found.length)} ${found.length === 1 ? "has" : "have"} the inputs of an earlier row, but another target`,
      places: found.slice(0, MOST_PLACES).map(pair),
      help: "no model can be right about both: look at which one is meant",
    },
  ];
}
