// `nnc check --sarif`: reports for code scanning, whatever the programs are and whatever their files are called.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { renderSarif } from "../../src/diagnostics/render/sarif.ts";
import { checkProgram } from "../../src/driver/check.ts";
import { nnc, program, root, small } from "../support/nnc.ts";
import { sarifProblems } from "../support/sarif.ts";

const wrong = "model M(x: f32[28, 28, 1]) {\n  Conv2D(8, 3x3, activaton: relu)\n  Dens(3)\n}\n";

interface Report {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly object[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations?: readonly object[];
      readonly fixes?: readonly object[];
      readonly partialFingerprints: object;
    }[];
  }[];
}

const check = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await nnc(["check", "--sarif", ...args]);
  const report: Report = JSON.parse(stdout);
  expect(sarifProblems(report)).toEqual([]);
  return { code, stderr, run: report.runs[0]! };
};

test("mistakes with their places, rules and fixes; files that cannot be read besides", async () => {
  const file = program(wrong);
  const { code, stderr, run } = await check(file, program(small), "/no/such.nn");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "nnc: cannot read /no/such.nn: there is no such file or folder\n",
  });
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(run.results.map(({ ruleId }) => ruleId)).toEqual(["NN003", "NN002"]);
  const place = { artifactLocation: { uri: `file://${file}` } };
  expect(run.results[0]).toMatchObject({
    level: "error",
    locations: [
      { physicalLocation: { ...place, region: { startLine: 2, startColumn: 18, endLine: 2, endColumn: 27 } } },
    ],
    fixes: [{ artifactChanges: [{ ...place, replacements: [{ insertedContent: { text: "activation" } }] }] }],
  });
  expect(run.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: expect.stringContaining("/no/") } }],
    },
  ]);
});

test("no mistakes are a report without results", async () => {
  const { code, run } = await check(program(small));
  expect({ code, results: run.results }).toEqual({ code: 0, results: [] });
});

test("names of files are addresses, whatever they hold; a value of --set has no place", async () => {
  const odd = join(dirname(program(wrong)), "a b#%ü.nn");
  writeFileSync(odd, `const n = 3\n${wrong}`);
  const { run } = await check(odd, "--set", "n=+");
  expect(run.results.filter(({ locations }) => locations === undefined)).toHaveLength(1);
  expect(JSON.stringify(run.results[0]?.locations)).toContain("/a%20b%23%25%C3%BC.nn");
});

test("a finding keeps its fingerprint when its line moves", async () => {
  const [before, after] = [await check(program(wrong)), await check(program(`// A comment.\n\n${wrong}`))];
  const prints = ({ run }: typeof before) => run.results.map(({ partialFingerprints }) => partialFingerprints);
  expect(prints(after)).toEqual(prints(before));
});

test("reports of all cases of diagnostics are SARIF, and every code has a rule with help", () => {
  const folder = join(root, "tests/cases/diagnostics");
  const seen = new Set<string>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".nn"))) {
    const texts = new Map([[name, readFileSync(join(folder, name), "utf8")]]);
    const { diagnostics } = checkProgram({ entry: name, texts });
    for (const { code } of diagnostics) seen.add(code);
    const report = JSON.parse(renderSarif(diagnostics, texts, { version: "1.2.3", unread: [] })) as unknown;
    expect(sarifProblems(report), name).toEqual([]);
  }
  expect(seen.size).toBeGreaterThan(20);
  for (const code of Object.keys(catalogue)) {
    const span = { file: "a.nn", start: 0, end: 0 };
    const one = { code, severity: "error", message: "", span, label: "", related: [], trace: [], help: [], fixes: [] };
    const text = renderSarif([{ ...one, severity: "error" }], new Map(), { version: "1", unread: [] });
    expect(JSON.parse(text).runs[0].tool.driver.rules[0].help.text, code).toMatch(/Wrong:[\s\S]*Right:/);
  }
});

test("it is not for people, nor another form", async () => {
  for (const other of ["--json", "--watch"]) {
    const { code, stdout } = await nnc(["check", "--sarif", other, program(small)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  }
});
