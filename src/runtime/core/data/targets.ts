// The targets of a data set: how often each class occurs in each part, classes that a part lacks, and columns that tell the target.

import { safeText } from "../text.ts";
import type { CellColumn } from "./cellColumn.ts";
import type { DataSurvey } from "./dataSurvey.ts";
import { type ClassReport, type DataFinding, PARTS, type PlanField } from "./plan.ts";
import { percentText, rowCountText } from "./repeats.ts";

export interface TargetClasses {
  readonly field: PlanField;
  readonly classes: readonly ClassReport[];
}

const quotedName = (text: string): string => `'${safeText(text.length > 40 ? `${text.slice(0, 39)}…` : text)}'`;

/** Orders numbers by size, texts by their characters. */
const byClassName = (a: ClassReport, b: ClassReport): number => {
  const difference = Number(a.name) - Number(b.name);
  return Number.isNaN(difference) || difference === 0 ? Number(a.name > b.name) - Number(a.name < b.name) : difference;
};

/** The classes of each target that has some. */
export function targetClasses({ plan, cells, blocks, parts }: DataSurvey): readonly TargetClasses[] {
  return plan.fields.flatMap((field): readonly TargetClasses[] => {
    const [from = ""] = field.from;
    if (field.role !== "target" || (field.classes === undefined && field.labels !== true)) return [];
    const column = cells.get(from);
    if (column !== undefined && field.from.length === 1) {
      const counted = column.texts.map(() => [0, 0, 0, 0]);
      for (const [row, id] of column.ids.entries()) {
        const own = counted[id] as number[];
        own[parts[row] as number] = (own[parts[row] as number] ?? 0) + 1;
      }
      const classes = column.texts.map((name, id) => {
        const [, train = 0, validation = 0, test = 0] = counted[id] as number[];
        return { name, train, validation, test };
      });
      return [{ field, classes: classes.sort(byClassName) }];
    }
    const levels = blocks.find(({ name }) => name === from)?.levels;
    if (levels === undefined) return [];
    const [, train = [], validation = [], test = []] = levels;
    const classes = train
      .map((count, level) => ({
        ...{ name: String(level), train: count, validation: validation[level] ?? 0, test: test[level] ?? 0 },
      }))
      .filter((one) => one.train + one.validation + one.test > 0);
    return [{ field, classes }];
  });
}

export function classFindings(targets: readonly TargetClasses[], survey: DataSurvey): readonly DataFinding[] {
  return targets.flatMap(({ field, classes }) =>
    survey.cells.has(field.from[0] ?? "") ? oneTarget(field, classes) : [],
  );
}

function oneTarget({ name, classes: wanted }: PlanField, classes: readonly ClassReport[]): readonly DataFinding[] {
  const found: DataFinding[] = [];
  const column = safeText(name);
  for (const part of PARTS.slice(1)) {
    const unseen = classes.filter((one) => one.train === 0 && one[part] > 0);
    if (unseen.length === 0) continue;
    const names = unseen.slice(0, 5).map((one) => quotedName(one.name));
    found.push({
      ...{ level: "error", kind: "unseen class", column },
      message: `the ${part} part has ${rowCountText(unseen.reduce((sum, one) => sum + one[part], 0))} of ${names.join(", ")}${unseen.length > 5 ? ", …" : ""}, which no row of the training part has`,
      help: "divide the rows of each class alike: split … by stratified(…)",
    });
  }
  const sizes = classes.map(({ train }) => train).filter((train) => train > 0);
  const [least, most, all] = [Math.min(...sizes), Math.max(...sizes), sizes.reduce((sum, size) => sum + size, 0)];
  if (sizes.length === 1)
    found.push({
      ...{ level: "error", kind: "classes", column },
      message: `all rows of the training part are of one class, ${quotedName(classes.find(({ train }) => train > 0)?.name ?? "")}`,
    });
  else if (sizes.length > 0 && most >= 10 * least) {
    const [rare, often] = [least, most].map((size) => classes.find(({ train }) => train === size)?.name ?? "");
    found.push({
      ...{ level: most >= 50 * least ? "warning" : "note", kind: "balance", column },
      message: `the training part has ${rowCountText(most)} of ${quotedName(often ?? "")}, and ${rowCountText(least)} of ${quotedName(rare ?? "")}; whoever always says ${quotedName(often ?? "")} is right in ${percentText(most / all)}`,
      help: "look at results by class, or give rare classes more weight: class_weight",
    });
  }
  if (wanted !== undefined && classes.length < wanted)
    found.push({
      ...{ level: "note", kind: "classes", column },
      message: `the type counts ${wanted} classes, but the rows have only ${classes.length} of them`,
    });
  return found;
}

/** Rows that are enough to believe in a rule. */
const ENOUGH = 20;

/** Finds columns of inputs that tell a target by themselves. */
export function tellingColumns({ plan, cells, count }: DataSurvey): readonly DataFinding[] {
  if (count < ENOUGH || plan.series === true) return [];
  const inputs = new Set(plan.fields.filter(({ role }) => role === "input").flatMap(({ from }) => from));
  return plan.fields.flatMap((field): readonly DataFinding[] => {
    const [from = ""] = field.from;
    const target = field.role === "target" && field.from.length === 1 ? cells.get(from) : undefined;
    if (target === undefined || target.counts.length < 2) return [];
    const classes = field.classes !== undefined || field.labels === true;
    return [...inputs].flatMap((name): readonly DataFinding[] => {
      const input = cells.get(name);
      if (input === undefined || input.counts.length < 2) return [];
      const how =
        name === from
          ? classes
            ? "it is the target itself"
            : undefined
          : classes
            ? tellsClass(input, target, count)
            : tellsNumber(input, target);
      if (how === undefined) return [];
      return [
        {
          ...{ level: "warning", kind: "tells the target", column: safeText(name) },
          message: `'${safeText(name)}' tells '${safeText(field.name)}': ${how}`,
          help: "take it out of the inputs, unless it is known before the target is",
        },
      ];
    });
  });
}

/** Says how a column tells a class: by each of its values, or by a range of numbers for each class. */
function tellsClass(input: CellColumn, target: CellColumn, count: number): string | undefined {
  const most = Math.max(...target.counts);
  if (most > 0.95 * count) return undefined;
  const classes = target.counts.length;
  if (input.counts.length <= count / 4) {
    const table = input.counts.map(() => new Map<number, number>());
    for (const [row, id] of input.ids.entries()) {
      const own = table[id] as Map<number, number>;
      const label = target.ids[row] as number;
      own.set(label, (own.get(label) ?? 0) + 1);
    }
    const right = table.reduce((sum, own) => sum + Math.max(...own.values()), 0);
    if (right === count) return "all rows with one of its values are of one class";
    if (right >= 0.995 * count)
      return `${percentText(right / count)} of the rows are of the class that most rows with its value have`;
  }
  if (!input.numeric || input.missing > 0) return undefined;
  const order = Array.from(input.ids.keys()).sort(
    (a, b) => (input.numbers[input.ids[a] as number] as number) - (input.numbers[input.ids[b] as number] as number),
  );
  let runs = 1;
  for (let i = 1; i < order.length; i++) {
    const [a, b] = [order[i - 1] as number, order[i] as number];
    const changes = target.ids[a] !== target.ids[b];
    // Two classes with one number: no range tells them apart.
    if (changes && input.ids[a] === input.ids[b]) return undefined;
    runs += Number(changes);
  }
  return runs === classes ? "each class has a range of its own in it" : undefined;
}

/** Says that a column moves with a target of numbers. */
function tellsNumber(input: CellColumn, target: CellColumn): string | undefined {
  if (!input.numeric || !target.numeric) return undefined;
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  const [a0, b0] = [input.numbers[0] ?? 0, target.numbers[0] ?? 0];
  for (let row = 0; row < input.ids.length; row++) {
    const a = (input.numbers[input.ids[row] as number] as number) - a0;
    const b = (target.numbers[target.ids[row] as number] as number) - b0;
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    n++;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const r = (xy - (x * y) / n) / Math.sqrt((xx - (x * x) / n) * (yy - (y * y) / n));
  return Math.abs(r) >= 0.999 ? `their correlation is ${r.toFixed(4)}` : undefined;
}
