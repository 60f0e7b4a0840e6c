// Prints the backends, the number of compared values and the worst differences after the tests.

import type { Reporter, TestModule } from "vitest/node";
import { type Differences, type Kind, kinds, type Parity } from "./record.ts";

const none: Differences = { arrays: 0, relative: 0, byFloor: 0 };
const sum = (a: Differences, b: Differences): Differences => ({
  arrays: a.arrays + b.arrays,
  relative: Math.max(a.relative, b.relative),
  byFloor: a.byFloor + b.byFloor,
});

/** The lines of the table: for each backend, its subjects, and of each kind the worst difference and the arrays. */
export function parityTable(found: readonly Parity[]): readonly string[] {
  const backends = [...new Set(found.map(({ backend }) => backend))];
  const names = Object.keys(kinds) as readonly Kind[];
  const rows = backends.map((backend) => {
    const own = found.filter((one) => one.backend === backend);
    const subjects = new Set(own.map(({ subject }) => subject)).size;
    const cells = names.map((kind) => {
      const { arrays, relative, byFloor } = own.map((one) => one.kinds[kind] ?? none).reduce(sum, none);
      return arrays === 0
        ? "–"
        : `${relative.toExponential(1)} of ${arrays}${byFloor > 0 ? `, ${byFloor} by floor` : ""}`;
    });
    return [backend, String(subjects), ...cells];
  });
  const pairs = new Set(found.map(({ backend, subject }) => `${subject} on ${backend}`)).size;
  const head = ["backend", "subjects", ...names.map((kind) => `${kind} (≤ ${kinds[kind].toExponential()})`)];
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [
    `parity: ${pairs} pairs of a subject and a backend; worst relative difference of so many arrays`,
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
  ];
}

// Vitest asks for a class by default where a reporter is given by its path.
export default class ParityReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const found = modules.flatMap((module) =>
      [...module.children.allTests("passed")].flatMap((one) => one.meta().parity ?? []),
    );
    if (found.length > 0) console.log(`\n${parityTable(found).join("\n")}`);
  }
}
