// Who is told what, without an editor: a program whose check fails keeps no other from being shown.

import { expect, test, vi } from "vitest";
import type { PublishDiagnosticsParams } from "vscode-languageserver/node.js";
import { openProgram } from "../../src/ide/index.ts";
import { programsOf } from "../../src/lsp/programs.ts";
import { publisherOf } from "../../src/lsp/publisher.ts";

const wrong = "model M(x: f32[8]) {\n  Dens(3)\n}\n";

function published(snapshot: Parameters<typeof publisherOf>[0]["snapshot"], files: readonly string[]) {
  const sent: PublishDiagnosticsParams[] = [];
  const failures: unknown[] = [];
  const publisher = publisherOf(
    { snapshot, changed: () => [], closed: () => {} },
    {
      document: (key) => ({ uri: `file:///${key}`, version: 1 }),
      uri: (key) => `file:///${key}`,
      send: (params) => void sent.push(params),
      failed: (error) => void failures.push(error),
    },
  );
  publisher.refresh(files, "now");
  return { sent, failures };
}

test("a failure stays with its file", async () => {
  const { sent, failures } = published(
    async (entry) => {
      if (entry === "bad.nn") throw new Error("the checker stopped");
      return openProgram({ entry, texts: new Map([[entry, wrong]]) });
    },
    ["bad.nn", "good.nn"],
  );
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(failures.map(String)).toEqual(["Error: the checker stopped"]);
  const of = (name: string) => sent.find(({ uri }) => uri === `file:///${name}`)?.diagnostics.map(({ code }) => code);
  expect(of("bad.nn")).toEqual([]);
  expect(of("good.nn")).toEqual(["NN002"]);
});

test("an editor is given no more diagnostics than it can draw, each once", async () => {
  const text = `model M(x: f32[8]) {\n${"  Dens(3)\n".repeat(3000)}}\n`;
  const { sent } = published(async (entry) => openProgram({ entry, texts: new Map([[entry, text]]) }), ["many.nn"]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.diagnostics).toHaveLength(1000);
  expect(new Set(sent[0]?.diagnostics.map(({ range }) => range.start.line)).size).toBe(1000);
});

test("what could not be checked is checked again when it is asked for", async () => {
  let reads = 0;
  const programs = programsOf(() => {
    reads++;
    throw new Error("no documents");
  });
  await expect(programs.snapshot("a.nn")).rejects.toThrow("no documents");
  await expect(programs.snapshot("a.nn")).rejects.toThrow("no documents");
  expect(reads).toBe(2);
});
