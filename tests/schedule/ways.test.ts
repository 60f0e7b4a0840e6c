import { expect, test } from "vitest";
import { waysBetween } from "../../src/schedule/ways.ts";
import { randomFrom } from "../programs/random.ts";
import { amount } from "../support/extent.ts";

/** The paths of a graph, searched for each question. */
function searched(before: readonly (readonly number[])[]) {
  const after = before.map(() => new Set<number>());
  before.forEach((earlier, node) => {
    for (const at of earlier) after[at]?.add(node);
  });
  const reach = (a: number): Set<number> => {
    const seen = new Set<number>();
    const visit = (node: number): void => {
      for (const next of after[node] ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        visit(next);
      }
    };
    visit(a);
    return seen;
  };
  return {
    leadsTo: (a: number, b: number): boolean => reach(a).has(b),
    merge(a: number, b: number): void {
      for (const next of after[b] ?? []) after[a]?.add(next);
      for (const set of after) if (set.delete(b)) set.add(a);
      after[a]?.delete(a);
      after[b]?.clear();
    },
  };
}

test("paths stay right while nodes of random graphs are merged", () => {
  for (let seed = 0; seed < amount(12, 40); seed++) {
    const random = randomFrom(seed);
    const size = random.int(2, 71);
    const before = Array.from({ length: size }, (_, node) =>
      Array.from({ length: random.int(0, 2) }, () => random.int(0, Math.max(0, node - 1))).filter((at) => at < node),
    );
    const [fast, slow] = [waysBetween(before), searched(before)];
    const left = new Set(before.keys());
    for (let merges = 0; merges < size / 2; merges++) {
      const [a, b] = [random.int(0, size - 1), random.int(0, size - 1)].sort((x, y) => x - y) as [number, number];
      if (a === b || !left.has(a) || !left.has(b)) continue;
      // A third node between the two would have to run before and after the merged one.
      const between = [...left].some((c) => c !== a && c !== b && slow.leadsTo(a, c) && slow.leadsTo(c, b));
      const back = slow.leadsTo(b, a);
      if (between || back) continue;
      fast.merge(a, b);
      slow.merge(a, b);
      left.delete(b);
      const pairs = [...left].flatMap((x) => [...left].map((y) => [x, y] as const));
      expect(pairs.filter(([x, y]) => fast.leadsTo(x, y) !== slow.leadsTo(x, y))).toEqual([]);
    }
  }
});
