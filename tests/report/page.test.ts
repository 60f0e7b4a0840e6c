// The report of a run as a page: whole, safe from what users write, and understandable without eyes.

import { describe, expect, test } from "vitest";
import { reportPage } from "../../src/report/page.ts";
import { type Run, readRun } from "../../src/report/run.ts";
import { readMarkup } from "../support/markup.ts";

const nasty = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u202e`;

const runText = (change: object = {}): string =>
  JSON.stringify({
    ...{ file: "p.nn", model: "Net", dataset: "Data", target: "wasm", threads: 2, variant: "wide", strictMath: false },
    ...{ batch: 8, parameters: 1234, metrics: ["loss", "accuracy"], started: "2026-01-02T03:04:05.678Z" },
    settings: { program: "x", seed: 3, epochs: 2, examples: { train: 10, validation: 5, test: 5 } },
    result: { epochs: 2, restored: 1, test: { loss: 0.25, accuracy: 0.75 } },
    ...change,
  });
const line = (epoch: number, loss: number | null, name = "accuracy"): string =>
  `${JSON.stringify({ epoch, epochs: 2, steps: 4, seconds: 1.5, metrics: { loss, [name]: 0.5 }, validation: { loss: 1, [name]: 0.5 } })}\n`;
const programText = (change: object = {}): string =>
  JSON.stringify({
    nnc: "0.1.0",
    options: { "--target": "wasm" },
    higher: ["accuracy"],
    files: [{ name: "p.nn", text: "model Net {}" }],
    summary: {
      layers: [
        { path: "x", text: "input", shape: "4", parameters: 0, flops: 0, from: [] },
        { path: "dense", text: "Dense(4)", shape: "4", parameters: 20, flops: 40, from: [0] },
        { path: "add", text: "x + y", shape: "4", parameters: 0, flops: 4, from: [0, 1] },
      ],
    },
    network: networkFact("Dense"),
    ...change,
  });

/** A network of an input and a layer, in a block. */
const networkFact = (name: string) => {
  const rest = { detail: name, text: name, path: name, family: "dense", shape: name, parameters: 1, bytes: 4 };
  return {
    ...{ format: "nnc-network", version: 1, model: name, parameters: 1, bytes: 4, flops: 2 },
    nodes: [
      { id: 0, kind: "input", name, ...rest, from: [] },
      { id: 1, kind: "layer", name, ...rest, from: [0] },
    ],
    blocks: [{ kind: "block", name, text: name, path: name, from: 1, to: 2 }],
  };
};

const nastyExamples = JSON.stringify({
  ...{ part: "test", count: 5, looked: 5, order: "margin" },
  confusions: [
    {
      name: nasty,
      labels: [nasty, "b"],
      counts: [
        [3, 1],
        [0, 1],
      ],
    },
  ],
  pairs: [{ name: nasty, right: [1, 2], said: [1.5, null] }],
  worst: [
    {
      place: nasty,
      looks: [
        { kind: "text", name: nasty, text: nasty },
        { kind: "values", values: [[nasty, nasty]] },
        { kind: "picture", name: nasty, width: 2, height: 1, channels: 1, pixels: "AP8=" },
      ],
      answers: [{ name: nasty, right: nasty, said: nasty }],
      loss: null,
    },
  ],
});

function runOf(texts: Parameters<typeof readRun>[1]): Run {
  const run = readRun("runs/one", texts);
  if ("problem" in run) throw new Error(run.problem);
  return run;
}
const paint = (): string => "data:image/png;base64,AA==";

describe("a report", () => {
  const plain = reportPage(
    runOf({ run: runText(), history: line(1, 0.5) + line(2, 0.25), program: programText() }),
    paint,
  );

  test("tells result, epochs, network, source and settings", () => {
    const { text } = readMarkup(plain);
    for (const said of [
      "Net on Data",
      "test accuracy 0.7500",
      "2 of 2",
      "Dense(4)",
      "1 parameter · 4 B",
      "model Net {}",
    ])
      expect(text.replace(/\s+/g, " ")).toContain(said === "2 of 2" ? "epochs 2" : said);
    expect(text).toContain("2026-01-02 03:04");
  });

  test("asks the network for nothing and runs nothing", () => {
    const { elements } = readMarkup(plain);
    expect(elements.map(({ name }) => name)).not.toContain("script");
    for (const { name, attributes } of elements)
      for (const [key, value] of Object.entries(attributes)) {
        expect(key, name).not.toMatch(/^on/);
        if (["src", "href", "action", "data"].includes(key)) expect(value).toMatch(/^data:/);
      }
    expect(plain).not.toMatch(/https?:|url\(|@import/);
    const policy = elements.find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policy?.attributes.content).toBe("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  test("names each picture for those who cannot see it", () => {
    const { elements } = readMarkup(plain);
    const ids = elements.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
    const charts = elements.filter(({ name, attributes }) => name === "svg" && attributes["aria-hidden"] === undefined);
    expect(charts).toHaveLength(3);
    for (const { attributes } of charts) {
      expect(attributes.role).toBe("img");
      for (const id of (attributes["aria-labelledby"] ?? "").split(" ")) expect(ids).toContain(id);
    }
    expect(readMarkup(plain).text).toContain("training: 0.5000 in epoch 1, 0.2500 in epoch 2.");
  });

  test("shows hostile names, sentences and sources as they are written, as text", () => {
    const facts = {
      file: nasty,
      model: nasty,
      dataset: nasty,
      target: nasty,
      variant: nasty,
      node: nasty,
      system: nasty,
    };
    const program = programText({
      ...{ nnc: nasty, options: { [nasty]: nasty }, files: [{ name: nasty, text: nasty }] },
      network: networkFact(nasty),
      summary: { layers: [{ path: nasty, text: nasty, shape: nasty, parameters: 1, flops: 1, from: [] }] },
    });
    const page = reportPage(
      runOf({
        run: runText({ ...facts, started: nasty, result: { test: { [nasty]: 1 } } }),
        history: line(1, 0.5, nasty) + line(2, null, nasty),
        program,
        examples: nastyExamples,
      }),
      paint,
    );
    const { elements, text } = readMarkup(page);
    expect(elements.map(({ name }) => name)).not.toContain("script");
    expect(elements.filter(({ name }) => name === "img").map(({ attributes }) => attributes.src)).toEqual([paint()]);
    expect(elements.flatMap(({ attributes }) => Object.keys(attributes).filter((key) => key.startsWith("on")))).toEqual(
      [],
    );
    expect(text).toContain(nasty.replace("\u202e", "\ufffd"));
    expect(page).not.toContain("\u202e");
  });

  test("of a training that just began, failed, or whose numbers are none", () => {
    const { result: _, ...open } = JSON.parse(runText());
    const begun = readMarkup(reportPage(runOf({ run: JSON.stringify(open), history: "" }), paint));
    expect(begun.text).toContain("The log tells no end");
    const broken = readMarkup(reportPage(runOf({ run: runText(), history: line(1, null) }), paint));
    expect(broken.text).toContain("not a number");
  });

  test("draws the network of the log, and says where a log has none or a damaged one", () => {
    const boxes = (page: string): number => readMarkup(page).elements.filter(({ name }) => name === "rect").length;
    const without = programText({ network: undefined });
    const page = reportPage(runOf({ run: runText(), history: line(1, 0.5), program: without }), paint);
    expect(readMarkup(page).text).toContain("The log has no picture of the network");
    expect(boxes(plain)).toBeGreaterThan(boxes(page) + 2);
    const cases: readonly (readonly [change: object, problem: string])[] = [
      [{ nodes: [{ id: 0 }] }, "is none of input, layer"],
      [{ nodes: [{ ...networkFact("x").nodes[0], from: [0] }] }, "is no node before 0"],
      [{ blocks: [{ kind: "block" }] }, "'name' is not a text"],
      [{ format: "other" }, "is none of nnc-network"],
    ];
    for (const [change, problem] of cases) {
      const program = programText({ network: { ...networkFact("x"), ...change } });
      const read = readRun("runs/one", { run: runText(), history: line(1, 0.5), program });
      expect(read).toMatchObject({ problem: expect.stringContaining(problem) });
    }
  });

  test("of many epochs and layers stays small", () => {
    const history = Array.from({ length: 20_000 }, (_, i) => line(i + 1, 1 / (i + 1))).join("");
    const layers = Array.from({ length: 300 }, (_, i) => ({
      ...{ path: `l${i}`, text: `Layer(${i})`, shape: "4", parameters: 1, flops: 1 },
      from: [i - 1, i - 2, 0].filter((at) => at >= 0 && at < i),
    }));
    const page = reportPage(runOf({ run: runText(), history, program: programText({ summary: { layers } }) }), paint);
    readMarkup(page);
    expect(page.length).toBeLessThan(700_000);
  });
});

describe("a damaged log is told by its place", () => {
  const good = { run: runText(), history: line(1, 1), program: programText(), examples: nastyExamples };
  const cases: readonly (readonly [string, Partial<typeof good>, string])[] = [
    ["no JSON", { run: "{" }, "run.json is not JSON"],
    ["a field that is missing", { run: runText({ model: undefined }) }, "run.json: 'model' is not a text"],
    ["a field of another kind", { run: runText({ batch: "8" }) }, "run.json: 'batch' is not a whole number"],
    ["a line", { history: `${line(1, 1)}{}\n` }, "history.jsonl, line 2: 'epoch' is not a whole number"],
    ["no list", { program: programText({ files: 3 }) }, "program.json: 'files' is not a list"],
    [
      "a picture",
      { examples: nastyExamples.replace('"width":2', '"width":3') },
      "examples.json: 'worst'[0]: 'looks'[2] is not a picture",
    ],
    [
      "a table",
      { examples: nastyExamples.replace("[3,1]", "[3]") },
      "examples.json: 'confusions'[0] is not a table of 2 classes",
    ],
  ];
  test.each(cases)("%s", (_, change, problem) => {
    expect(readRun("r", { ...good, ...change })).toEqual({ problem });
  });

  test("a last line that is still being written is not read", () => {
    expect(runOf({ ...good, history: `${line(1, 1)}{"epoch":2,` }).epochs).toHaveLength(1);
  });
});
