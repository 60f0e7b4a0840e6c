// The columns of a data set one by one: what is missing, constant, far off, not scaled, or a number of its row.

import { RunError } from "../error.ts";
import { countText, safeText } from "../text.ts";
import { type CellColumn, numberSpread, valuesOf } from "./cellColumn.ts";
import type { Block, DataSurvey } from "./dataSurvey.ts";
import type { ColumnReport, DataFinding, PlanField } from "./plan.ts";
import { percentText, rowCountText } from "./repeats.ts";

/** Rows that are enough to call something usual. */
const ENOUGH_ROWS = 20;

/** The fields that read a column. */
const readersOf = ({ plan }: DataSurvey, name: string): readonly PlanField[] =>
  plan.fields.filter(({ from }) => from.includes(name));

const roleOf = (survey: DataSurvey, name: string): string => {
  const roles = new Set(readersOf(survey, name).map(({ role }) => role as string));
  const { split, source } = survey.plan;
  if (split.column === name || source.options.split === name) roles.add("divides");
  return [...roles].join(", ");
};

const roundText = (value: number): string => String(Number(value.toPrecision(5)));

const MOST_TEXTS = 5;

export function columnReports(survey: DataSurvey): readonly ColumnReport[] {
  return [
    ...[...survey.cells.values()].map((column): ColumnReport => {
      const spread = column.numeric ? numberSpread(column) : undefined;
      const texts = column.texts
        .map((text, id) => ({ text, count: column.counts[id] ?? 0 }))
        .sort((a, b) => b.count - a.count)
        .slice(0, MOST_TEXTS);
      return {
        name: column.name,
        role: roleOf(survey, column.name),
        values: valuesOf(column),
        missing: column.missing,
        ...(spread === undefined ? { texts } : { spread }),
      };
    }),
    ...survey.blocks.map(
      ({ name, info, min, max, mean, deviation, broken }): ColumnReport => ({
        ...{ name, role: roleOf(survey, name), missing: broken.length, shape: info.shape },
        spread: { min, max, mean, deviation, quarters: [min, mean, max], steps: [] },
      }),
    ),
  ];
}

export function columnFindings(survey: DataSurvey): readonly DataFinding[] {
  return [
    ...[...survey.cells.values()].flatMap((column) => cellFindings(column, survey)),
    ...survey.blocks.flatMap((block) => blockFindings(block, survey)),
  ];
}

function cellFindings(column: CellColumn, survey: DataSurvey): readonly DataFinding[] {
  const readers = readersOf(survey, column.name);
  // Nothing comes of a column that no field reads.
  if (readers.length === 0) return [];
  const inputs = readers.filter(({ role }) => role === "input");
  return [
    ...missingCells(column, readers, survey),
    ...strangeCells(column, survey),
    ...(valuesOf(column) === 1 && survey.count > 1 && column.missing === 0
      ? [constantFinding(column.name, survey, `'${safeText(column.texts[0] ?? "")}'`)]
      : []),
    ...(inputs.length === 0
      ? []
      : [...rowNumbersIn(column, inputs, survey), ...numberFindings(column, inputs, survey)]),
  ];
}

const constantFinding = (name: string, { count }: DataSurvey, value: string): DataFinding => ({
  ...{ level: "warning", kind: "one value", column: safeText(name) },
  message: `'${safeText(name)}' is ${value} in all ${countText(count)} rows, so it tells nothing`,
});

/** Says which cells are missing, and what the training does with them. */
function missingCells(
  { name, missing, firstMissing }: CellColumn,
  readers: readonly PlanField[],
  { plan, count, place }: DataSurvey,
): readonly DataFinding[] {
  if (missing === 0) return [];
  const numbers = readers.some((field) => field.numbers === true);
  const own = plan.missing;
  const does = !numbers
    ? "; a missing text is an empty one"
    : own === "drop"
      ? ", and the program leaves these rows out"
      : typeof own === "number"
        ? `, and the program takes ${own} for it`
        : "";
  return [
    {
      ...{ level: numbers && does === "" ? "error" : missing > 0.2 * count ? "warning" : "note", kind: "missing" },
      column: safeText(name),
      message: `'${safeText(name)}' is missing in ${rowCountText(missing)}, ${percentText(missing / count)}${does}`,
      places: [place(firstMissing)],
      ...(does === "" && Object.hasOwn(plan.source.options, "missing")
        ? { help: `leave such rows out with ${plan.source.name}(…, missing: drop), or fill in a number: missing: 0` }
        : {}),
    },
  ];
}

/** Says where a column that is one of numbers otherwise holds something else, or a number beyond all bounds. */
function strangeCells(column: CellColumn, { count, place }: DataSurvey): readonly DataFinding[] {
  const { name, ids, texts, numbers, strangers, firstStranger, missing } = column;
  const common = { level: "error", kind: "not a number", column: safeText(name) } as const;
  if (strangers > 0 && strangers <= 0.05 * (count - missing))
    return [
      {
        ...common,
        message: `'${safeText(name)}' holds numbers but for ${rowCountText(strangers)}, and is therefore a column of text: '${safeText((texts[ids[firstStranger] as number] ?? "").slice(0, 40))}'`,
        places: [place(firstStranger)],
        help: "write a number there, or leave the cell empty",
      },
    ];
  const infinite = numbers.findIndex(
    (value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY,
  );
  if (infinite < 0) return [];
  const row = ids.indexOf(infinite);
  return [
    {
      ...common,
      message: `'${safeText(name)}' holds a number that is too large: ${texts[infinite]}`,
      places: [place(row)],
    },
  ];
}

/** Finds columns that name their row: each value once. */
function rowNumbersIn(
  column: CellColumn,
  readers: readonly PlanField[],
  { count, plan }: DataSurvey,
): readonly DataFinding[] {
  const { name, numeric, missing, numbers, ids } = column;
  const values = valuesOf(column);
  if (count < ENOUGH_ROWS || values < 0.9 * (count - missing) || plan.series === true) return [];
  const found = (message: string): readonly DataFinding[] => [
    {
      ...{ level: "warning", kind: "names the row", column: safeText(name), message },
      help: "take it out of the inputs: a model can only learn such values by heart",
    },
  ];
  if (readers.some(({ whole }) => whole === true))
    return found(
      `'${safeText(name)}' has ${countText(values)} different values in ${rowCountText(count)}: nearly each row has its own`,
    );
  if (!numeric || !numbers.every((value) => Number.isNaN(value) || Number.isInteger(value))) return [];
  const called = /(^|[_\W])(id|key|index|number|nr|no|row)$/i.test(name) || /[a-z]I[dD]$/.test(name);
  const rising = ids.every(
    (id, row) => row === 0 || (numbers[id] as number) > (numbers[ids[row - 1] as number] as number),
  );
  if (rising) return found(`'${safeText(name)}' rises from row to row, as a number of the row does`);
  return called ? found(`'${safeText(name)}' has another value in nearly each row, as a key does`) : [];
}

/** What people write for "not known" where a number must stand. */
const marks: ReadonlySet<number> = new Set([-1, -9, -99, -999, -9999, 99, 999, 9999, 99999]);

function numberFindings(column: CellColumn, readers: readonly PlanField[], survey: DataSurvey): readonly DataFinding[] {
  const { name, numbers, counts, ids } = column;
  const spread = column.numeric ? numberSpread(column) : undefined;
  if (spread === undefined || readers.some(({ whole }) => whole === true)) return [];
  const found: DataFinding[] = [];
  const [low, , high] = spread.quarters;
  const room = 10 * (high - low);
  const far = (value: number): boolean => room > 0 && (value < low - room || value > high + room);
  const strays = numbers.map((value, id) => (far(value) ? id : -1)).filter((id) => id >= 0);
  const rows = strays.reduce((sum, id) => sum + (counts[id] ?? 0), 0);
  const [stray = -1] = [...strays].sort((a, b) => Math.abs(numbers[b] ?? 0) - Math.abs(numbers[a] ?? 0));
  if (survey.count >= ENOUGH_ROWS && rows > 0 && rows <= 0.02 * survey.count) {
    const value = numbers[stray] as number;
    const mark = marks.has(value);
    found.push({
      ...{ level: mark ? "warning" : "note", kind: "far off", column: safeText(name) },
      message: `'${safeText(name)}' is far from its usual values in ${rowCountText(rows)}: ${roundText(value)}, where half of the rows lie between ${roundText(low)} and ${roundText(high)}`,
      places: [survey.place(ids.indexOf(stray))],
      ...(mark ? { help: `${value} often stands for a missing number: leave the cell empty then` } : {}),
    });
  }
  if (readers.some(({ plain }) => plain === true) && Math.max(Math.abs(spread.min), Math.abs(spread.max)) > 30)
    found.push(unscaled(name, spread.min, spread.max, "Normalization()"));
  return [...found, ...beyondTraining(column, survey)];
}

const unscaled = (name: string, min: number, max: number, how: string): DataFinding => ({
  ...{ level: "warning", kind: "scale", column: safeText(name) },
  message: `'${safeText(name)}' goes into the model as it is, from ${roundText(min)} to ${roundText(max)}`,
  help: `networks learn best from numbers near 0: bring it to a scale, ${how}`,
});

/** Finds numbers of validation and test that lie outside what the training part has. */
function beyondTraining({ name, ids, numbers }: CellColumn, { parts }: DataSurvey): readonly DataFinding[] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [row, id] of ids.entries()) {
    const value = numbers[id] as number;
    if (parts[row] !== 1) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const room = 0.1 * (max - min);
  let [beyond, all] = [0, 0];
  for (const [row, id] of ids.entries()) {
    const value = numbers[id] as number;
    if ((parts[row] ?? 0) < 2 || Number.isNaN(value)) continue;
    all++;
    beyond += Number(value < min - room || value > max + room);
  }
  if (all < ENOUGH_ROWS || beyond < 0.02 * all) return [];
  return [
    {
      ...{ level: "warning", kind: "range", column: safeText(name) },
      message: `'${safeText(name)}' lies outside of what the training part has, ${roundText(min)} to ${roundText(max)}, in ${percentText(beyond / all)} of the rows beside it`,
      help: "the parts differ: a model says little about what it has never seen",
    },
  ];
}

function blockFindings(block: Block, survey: DataSurvey): readonly DataFinding[] {
  const { name, broken, flat, min, max, info } = block;
  const readers = readersOf(survey, name);
  const inputs = readers.filter(({ role }) => role === "input");
  const [bad, empty] = [broken[0], flat[0]];
  const found: DataFinding[] = [];
  if (bad !== undefined)
    found.push({
      ...{ level: "error", kind: "not a number", column: safeText(name), places: [survey.place(bad)] },
      message: `'${safeText(name)}' holds numbers that are not finite in ${rowCountText(broken.length)}`,
    });
  if (survey.plan.series === true || inputs.length === 0) return found;
  if (empty !== undefined)
    found.push({
      ...{ level: flat.length > 0.01 * survey.count ? "warning" : "note", kind: "empty" },
      column: safeText(name),
      message: `'${safeText(name)}' has one number all over in ${rowCountText(flat.length)}: nothing is to be seen there`,
      places: flat.slice(0, 3).map(survey.place),
    });
  if (inputs.some(({ plain }) => plain === true) && info.tokens !== true && max > 30)
    found.push(unscaled(name, min, max, info.dtype === "u8" ? `${safeText(name)} / 255` : "Normalization()"));
  return found;
}

/** Throws a RunError where the rows are none. */
export function refuseNothing(count: number, source: string): void {
  if (count === 0) throw new RunError(`${source}(): holds no rows`);
}
