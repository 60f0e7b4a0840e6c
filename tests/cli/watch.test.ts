// `nnc check --watch`: it checks again when a file of the program changes, and Ctrl-C ends it.

import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { nnc, program } from "../support/nnc.ts";

test("a change of the program, of an import, and of one that was missing", async () => {
  const file = program('import "parts.nn"\nmodel M(x: f32[4]) {\n  Dense(3, colour: 2)\n}\n');
  const parts = join(dirname(file), "parts.nn");
  // What is done once so many checks are shown, and what the next one says.
  const acts: readonly (() => void)[] = [
    () => writeFileSync(parts, "const n = 3\n"),
    () => writeFileSync(file, 'import "parts.nn"\nmodel M(x: f32[4]) {\n  Dense(n)\n}\n'),
    () => writeFileSync(parts, 'const n = "three"\n'),
    () => rmSync(parts),
  ];
  let done = 0;
  const { code, stdout, stderr } = await nnc(["check", "--watch", file], {
    onOutput(said, child) {
      const checks = said.match(/Ctrl-C ends it/g)?.length ?? 0;
      if (checks !== done + 1) return;
      const act = acts[done++];
      if (act === undefined) child.kill("SIGINT");
      else act();
    },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const checks = stderr.split(/^nnc checks again when a file changes; Ctrl-C ends it\n/m).slice(0, -1);
  const facts = checks.map((text) => [
    /^\d\d:\d\d:\d\d {2}.*\/(\S+)$/m.exec(text)?.[1],
    [...text.matchAll(/(?:error|warning) (NN\d+)/g)]
      .map(([, found]) => found)
      .sort()
      .join(" "),
    /no mistakes/.test(text),
  ]);
  expect(facts).toEqual([
    [expect.stringMatching(/\.nn$/), "NN003 NN008", false],
    ["parts.nn", "NN003", false],
    [expect.stringMatching(/\.nn$/), "", true],
    ["parts.nn", "NN009", false],
    ["parts.nn", "NN005 NN008", false],
  ]);
  // The screen of a pipe is not cleared.
  expect(stderr).not.toContain("\u001b");
});
