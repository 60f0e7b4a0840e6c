// Publishing of diagnostics, without an editor: a program whose check fails does not hide the results of others.

import { expect, test, vi } from "vitest";
import type { PublishDiagnosticsParams } from "vscode-languageserver/node.js";
import { answererOf } from "../../src/lsp/answers.ts";
import type { Outcome } from "../../src/lsp/desk.ts";
import { programsOf } from "../../src/lsp/programs.ts";
import { publisherOf } from "../../src/lsp/publisher.ts";

const wrong = "model M(x: f32[8]) {\n  Dens(3)\n}\n";

async function checked(file: string, text: string): Promise<Outcome<"check">> {
  const { learn, answer } = answererOf(() => {});
  learn(new Map([[file, { uri: `file:///${file}`, version: 1, text }]]));
  return { kind: "answer", answer: (await answer({ kind: "check", file })) as never };
}

function published(check: (entry: string) => Promise<Outcome<"check">>, files: readonly string[]) {
  const sent: PublishDiagnosticsParams[] = [];
  const publisher = publisherOf({
    document: (key) => ({ uri: `file:///${key}`, version: 1 }),
    uri: (key) => `file:///${key}`,
    check,
    checked: () => {},
    send: (params) => void sent.push(params),
    failed: (error) => expect.fail(String(error)),
  });
  publisher.refresh(files, "now");
  return sent;
}

test("a failure stays with its file, and is told there", async () => {
  const sent = published(
    async (entry) => {
      if (entry === "thrown.nn") return { kind: "failed", message: "the checker stopped" };
      if (entry === "slow.nn") return { kind: "stopped", problem: { kind: "stopped", after: { seconds: 20 } } };
      return checked(entry, wrong);
    },
    ["thrown.nn", "slow.nn", "good.nn"],
  );
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  const of = (name: string) =>
    sent
      .find(({ uri }) => uri === `file:///${name}`)
      ?.diagnostics.map(({ code, message }) => `${code} ${message.split("\n")[0]}`);
  expect(of("thrown.nn")).toEqual(["NN505 a fault of nnc stopped the check of this file"]);
  expect(of("slow.nn")).toEqual(["NN505 nnc stopped checking this file after 20 seconds"]);
  expect(of("good.nn")).toEqual([expect.stringMatching(/^NN002 /)]);
});

test("a check that does not end keeps no other from being shown", async () => {
  const sent = published(
    (entry) => (entry === "endless.nn" ? new Promise(() => {}) : checked(entry, wrong)),
    ["endless.nn", "good.nn"],
  );
  await vi.waitFor(() => expect(sent.map(({ uri }) => uri)).toEqual(["file:///good.nn"]));
});

test("an editor is given no more diagnostics than it can draw, each once", async () => {
  const text = `model M(x: f32[8]) {\n${"  Dens(3)\n".repeat(3000)}}\n`;
  const sent = published((entry) => checked(entry, text), ["many.nn"]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.diagnostics).toHaveLength(1000);
  expect(new Set(sent[0]?.diagnostics.map(({ range }) => range.start.line)).size).toBe(1000);
});

test("what could not be checked is checked again when it is asked for", async () => {
  let reads = 0;
  const programs = programsOf(
    () => {
      reads++;
      throw new Error("no documents");
    },
    () => {},
  );
  await expect(programs.snapshot("a.nn")).rejects.toThrow("no documents");
  await expect(programs.snapshot("a.nn")).rejects.toThrow("no documents");
  expect(reads).toBe(2);
});
