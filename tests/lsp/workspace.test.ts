// A workspace of many files, and one that vanishes while people work in it.

import { rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { Hover, Location, SymbolInformation } from "vscode-languageserver/node.js";
import { type Client, folderWith, fullClient, startClient } from "../support/client.ts";

let client: Client | undefined;
afterEach(() => {
  client?.process.kill();
  client = undefined;
});

const lib = "const wide = 8\nblock Twice(x: f32[n]) {\n  Dense(n, relu)\n  Dense(wide, relu)\n}\n";
const user = (i: number): string => `import "lib.nn"\nmodel M${i}(x: f32[${i + 1}]) {\n  Twice()\n  Dense(wide)\n}\n`;
const count = 200;

/** An editor whose workspace is a folder with a library and the programs that use it. */
async function workspace(): Promise<{ nn: Client; at: (name: string) => string; folder: string }> {
  const users = Array.from({ length: count - 1 }, (_, i) => [`m${i}.nn`, user(i)]);
  const at = folderWith(Object.fromEntries([["lib.nn", lib], ...users]));
  const folder = dirname(fileURLToPath(at("lib.nn")));
  const workspaceFolders = [{ uri: at("").replace(/\/$/, ""), name: "all" }];
  client = await startClient(fullClient, undefined, { workspaceFolders });
  return { nn: client, at, folder };
}

const references = (nn: Client, uri: string, line: number, character: number) =>
  nn.ask<Location[]>("textDocument/references", {
    textDocument: { uri },
    position: { line, character },
    context: { includeDeclaration: false },
  });
const hasCode = (code: string) => (params: { diagnostics: { code?: unknown }[] }) =>
  params.diagnostics.some((diagnostic) => diagnostic.code === code);

test("two hundred files know each other's names, and what is not saved yet", async () => {
  const { nn, at } = await workspace();
  await nn.open(at("lib.nn"), lib);
  // One use in the library itself, and one in each program.
  expect(await references(nn, at("lib.nn"), 0, 8)).toHaveLength(count);
  expect(await references(nn, at("lib.nn"), 1, 8)).toHaveLength(count - 1);
  const symbols = await nn.ask<SymbolInformation[]>("workspace/symbol", { query: "M198" });
  expect(symbols.map(({ name }) => name)).toEqual(["M198"]);
  const open = Array.from({ length: 10 }, (_, i) => `m${i}.nn`);
  for (const [i, name] of open.entries()) await nn.open(at(name), user(i));
  for (const name of open) await nn.diagnostics(at(name), ({ diagnostics }) => diagnostics.length === 0);
  // A name that only the unsaved library has lost is missing in all that are open.
  await nn.change(at("lib.nn"), 2, [0, 6], [0, 10], "broad");
  for (const name of open) await nn.diagnostics(at(name), hasCode("NN005"));
  await nn.change(at("lib.nn"), 3, [0, 6], [0, 11], "wide");
  for (const name of open) await nn.diagnostics(at(name), ({ diagnostics }) => diagnostics.length === 0);
  // And so is one that the disk has lost, once the library is closed.
  await nn.close(at("lib.nn"));
  writeFileSync(fileURLToPath(at("lib.nn")), lib.replace("Twice", "Thrice"));
  await nn.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: at("lib.nn"), type: 2 }],
  });
  for (const name of open) await nn.diagnostics(at(name), hasCode("NN002"));
});

test("a workspace that vanishes leaves what is open", async () => {
  const { nn, at, folder } = await workspace();
  await nn.open(at("m7.nn"), user(7));
  expect((await nn.diagnostics(at("m7.nn"))).diagnostics).toEqual([]);
  rmSync(folder, { recursive: true });
  await nn.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: at("lib.nn"), type: 3 }],
  });
  // The import is gone, and that is said; the rest is checked.
  await nn.diagnostics(at("m7.nn"), hasCode("NN008"));
  await nn.change(at("m7.nn"), 2, [3, 8], [3, 12], "five");
  const { diagnostics, version } = await nn.diagnostics(at("m7.nn"), hasCode("NN005"));
  expect([version, diagnostics.map(({ code }) => code)]).toEqual([2, ["NN008", "NN002", "NN005"]]);
  expect(await references(nn, at("m7.nn"), 1, 7)).toEqual([]);
  expect(await nn.ask<SymbolInformation[]>("workspace/symbol", { query: "M7" })).toHaveLength(1);
  const position = { line: 3, character: 4 };
  const found = await nn.ask<Hover>("textDocument/hover", { textDocument: { uri: at("m7.nn") }, position });
  expect(JSON.stringify(found)).toContain("Dense(");
  await nn.open(at("new.nn"), "model N(x: f32[4]) {\n  Dens(3)\n}\n");
  await nn.diagnostics(at("new.nn"), hasCode("NN002"));
});
