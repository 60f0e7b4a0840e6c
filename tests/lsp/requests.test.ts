// The requests of the protocol, each once, as an editor sends them to the process.

import { afterEach, describe, expect, test } from "vitest";
import type {
  CallHierarchyItem,
  CodeLens,
  DocumentDiagnosticReport,
  Location,
  SemanticTokens,
  SemanticTokensDelta,
  SignatureHelp,
  WorkspaceEdit,
} from "vscode-languageserver/node.js";
import { type Client, folderWith, fullClient, startClient } from "../support/client.ts";

let client: Client | undefined;
afterEach(() => {
  client?.process.kill();
  client = undefined;
});

const lib = "const wide = 8\nblock Twice(x: f32[h, w, c]) {\n  x + x\n}\n";
const main = `import "lib.nn"
model M(image: f32[8, 8, 3]) {
  Conv2D(4, 3x3)
  Twice()
  Flatten()
  Dense(wide)
}
`;
const at = (line: number, character: number) => ({ line, character });

/** An editor with main.nn open, and its folder as the workspace. */
async function opened(text = main) {
  const uriIn = folderWith({ "lib.nn": lib, "main.nn": main });
  const folder = uriIn("main.nn").replace(/\/[^/]*$/, "");
  const options = {
    workspaceFolders: [{ uri: folder, name: "all" }],
    initializationOptions: { commands: ["nnc.train"] },
  };
  client = await startClient(fullClient, undefined, options);
  const uri = uriIn("main.nn");
  await client.open(uri, text);
  const textDocument = { uri };
  return { nn: client, uri, lib: uriIn("lib.nn"), textDocument };
}

describe("names", () => {
  test("have references and new names over the files of the workspace, whichever is open", async () => {
    const { nn, uri, lib: other } = await opened();
    await nn.close(uri);
    await nn.open(other, lib);
    const textDocument = { uri: other };
    const context = { includeDeclaration: false };
    const found = await nn.ask<Location[]>("textDocument/references", { textDocument, position: at(0, 7), context });
    expect(found).toEqual([{ uri, range: { start: at(5, 8), end: at(5, 12) } }]);
    const asks = { textDocument, position: at(0, 7), newName: "broad" };
    const { documentChanges = [] } = await nn.ask<WorkspaceEdit>("textDocument/rename", asks);
    const changed = documentChanges.map((change) =>
      "edits" in change ? [change.textDocument.uri, change.textDocument.version, change.edits.length] : [],
    );
    expect(changed).toEqual([
      [other, 1, 1],
      [uri, null, 1],
    ]);
    await expect(nn.ask("textDocument/rename", { ...asks, newName: "relu" })).rejects.toThrow("is a name of nnc");
    const prepared = await nn.ask("textDocument/prepareRename", { textDocument, position: at(0, 7) });
    expect(prepared).toEqual({ range: { start: at(0, 6), end: at(0, 10) }, placeholder: "wide" });
    await expect(nn.ask("textDocument/prepareRename", { textDocument, position: at(0, 1) })).rejects.toThrow(
      "here is no name",
    );
  });

  test("have a hierarchy of calls, highlights and symbols", async () => {
    const { nn, lib: other, textDocument } = await opened();
    const [item] = await nn.ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", {
      textDocument,
      position: at(3, 3),
    });
    expect(item).toMatchObject({ name: "Twice", uri: other });
    expect(await nn.ask("callHierarchy/incomingCalls", { item })).toMatchObject([
      { from: { name: "M" }, fromRanges: [{ start: at(3, 2), end: at(3, 7) }] },
    ]);
    expect(await nn.ask("callHierarchy/outgoingCalls", { item })).toEqual([]);
    expect(await nn.ask("textDocument/documentHighlight", { textDocument, position: at(5, 9) })).toHaveLength(1);
    const symbols = await nn.ask<{ name: string }[]>("workspace/symbol", { query: "twi" });
    expect(symbols).toMatchObject([{ name: "Twice", location: { uri: other } }]);
  });
});

describe("texts", () => {
  test("have colours, and after a change what differs", async () => {
    const { nn, uri, textDocument } = await opened();
    const all = await nn.ask<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
    // `import`: line 0, character 0, six letters, a keyword.
    expect(all.data.slice(0, 5)).toEqual([0, 0, 6, 0, 0]);
    await nn.change(uri, 2, [2, 9], [2, 10], "16");
    const previousResultId = all.resultId;
    const delta = await nn.ask<SemanticTokensDelta>("textDocument/semanticTokens/full/delta", {
      textDocument,
      previousResultId,
    });
    const data = [...all.data];
    expect(delta.edits).toHaveLength(1);
    for (const { start, deleteCount, data: put = [] } of delta.edits) data.splice(start, deleteCount, ...put);
    const again = await nn.ask<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
    expect(again.data).toEqual(data);
    const range = { start: at(2, 0), end: at(3, 0) };
    const some = await nn.ask<SemanticTokens>("textDocument/semanticTokens/range", { textDocument, range });
    expect(some.data.length).toBeLessThan(all.data.length);
  });

  test("have signatures, folds, selections, links and a form", async () => {
    const { nn, lib: other, textDocument } = await opened();
    const help = await nn.ask<SignatureHelp>("textDocument/signatureHelp", { textDocument, position: at(2, 12) });
    expect(help.signatures[0]?.label).toMatch(/^Conv2D\(filters: int/);
    expect(help.activeParameter).toBe(1);
    expect(await nn.ask("textDocument/foldingRange", { textDocument })).toEqual([{ startLine: 1, endLine: 5 }]);
    const [selection] = await nn.ask<{ range: object; parent: object }[]>("textDocument/selectionRange", {
      textDocument,
      positions: [at(2, 3)],
    });
    expect(selection).toMatchObject({
      range: { start: at(2, 2), end: at(2, 8) },
      parent: { range: { start: at(2, 2), end: at(2, 16) } },
    });
    expect(await nn.ask("textDocument/documentLink", { textDocument })).toEqual([
      { range: { start: at(0, 8), end: at(0, 14) }, target: other },
    ]);
    await nn.change(textDocument.uri, 2, [2, 0], [2, 2], "     ");
    const options = { tabSize: 2, insertSpaces: true };
    const range = { start: at(2, 0), end: at(2, 1) };
    const edits = await nn.ask<object[]>("textDocument/rangeFormatting", { textDocument, range, options });
    expect(edits).toMatchObject([{ newText: "  Conv2D(4, 3x3)\n" }]);
    const typed = { textDocument, position: at(2, 0), ch: "\n", options };
    expect(await nn.ask("textDocument/onTypeFormatting", typed)).toMatchObject([{ newText: "  " }]);
  });

  test("have the sizes of models above them, and the command of the editor that trains", async () => {
    const { nn, uri, textDocument } = await opened(`${main}train M on D { epochs 1 }\n`);
    const lenses = await nn.ask<CodeLens[]>("textDocument/codeLens", { textDocument });
    const titles = await Promise.all(lenses.map((lens) => nn.ask<CodeLens>("codeLens/resolve", lens)));
    expect(titles.map(({ command }) => command)).toMatchObject([
      { title: "1.27 k parameters · 10.4 kFLOP", command: "" },
      { title: "train", command: "nnc.train", arguments: [uri, "M"] },
    ]);
  });

  test("say why a shape is what it is", async () => {
    const { nn, uri } = await opened();
    const why = (position: object) =>
      nn.ask<{ text: string; steps: object[] } | null>("workspace/executeCommand", {
        command: "nnc.why",
        arguments: [uri, position],
      });
    const answer = await why(at(4, 3));
    expect(answer?.text).toContain("8 − 3 + 1 = 6");
    expect(answer?.steps[1]).toMatchObject({ text: "Conv2D(4, 3x3)", shape: "6 × 6 × 4", location: { uri } });
    expect(await why(at(0, 0))).toBeNull();
    const other = { command: "nnc.delete", arguments: [] };
    await expect(nn.ask("workspace/executeCommand", other)).rejects.toThrow("has no command");
  });
});

describe("pictures", () => {
  test("of a model are a page and an SVG; of none nothing", async () => {
    const { nn, uri } = await opened();
    const graph = (...args: readonly unknown[]) =>
      nn.ask<{ model: string; html: string; svg: string } | null>("workspace/executeCommand", {
        command: "nnc.graph",
        arguments: args,
      });
    const answer = await graph(uri);
    expect(answer).toMatchObject({ model: "M", svg: expect.stringMatching(/^<svg /) });
    expect(answer?.html).toContain(">Conv2D<");
    expect(await graph(uri, "M")).toEqual(answer);
    expect(await graph(uri, "Other")).toBeNull();
  });
});

describe("diagnostics that the editor fetches", () => {
  test("come once, and are unchanged until something changes", async () => {
    const { nn, uri, textDocument } = await opened();
    const pull = (previousResultId?: string) =>
      nn.ask<DocumentDiagnosticReport & { resultId?: string }>("textDocument/diagnostic", {
        textDocument,
        previousResultId,
      });
    const first = await pull();
    expect(first).toMatchObject({ kind: "full", items: [] });
    expect(await pull(first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
    await nn.change(uri, 2, [2, 2], [2, 8], "Conv2d");
    expect(await pull(first.resultId)).toMatchObject({ kind: "full", items: [{ code: "NN002" }] });
  });
  test("are not pushed to it as well", async () => {
    const capabilities = { ...fullClient, textDocument: { ...fullClient.textDocument, diagnostic: {} } };
    const workspace = { ...fullClient.workspace, diagnostics: { refreshSupport: true } };
    client = await startClient({ ...capabilities, workspace });
    const uri = folderWith({})("a.nn");
    await client.open(uri, "const a = b\n");
    const found = await client.ask<DocumentDiagnosticReport>("textDocument/diagnostic", { textDocument: { uri } });
    expect(found).toMatchObject({ kind: "full", items: [{ code: "NN005" }] });
    expect(client.published).toEqual([]);
  });
});

test("requests about closed, binary, half-typed and very large texts have answers", async () => {
  const { nn, uri, textDocument } = await opened();
  const texts: Record<string, string> = {
    "closed.nn": "",
    "binary.nn": "\u0000\u0001\ufffd\u0007".repeat(2000),
    "half.nn": 'model M(x: f32[4]) {\n  Dense(\n  let y = "',
    "large.nn": "x".repeat(1_500_000),
  };
  const position = at(1, 2);
  const options = { tabSize: 2, insertSpaces: true };
  const range = { start: at(0, 0), end: at(2, 0) };
  const requests: Record<string, object> = {
    ...{ hover: { position }, definition: { position }, completion: { position }, inlayHint: { range } },
    ...{ documentSymbol: {}, formatting: { options }, codeAction: { range, context: { diagnostics: [] } } },
    ...{ references: { position, context: { includeDeclaration: true } }, documentHighlight: { position } },
    ...{ prepareCallHierarchy: { position }, "semanticTokens/full": {}, "semanticTokens/range": { range } },
    ...{ "semanticTokens/full/delta": { previousResultId: "7" }, signatureHelp: { position }, foldingRange: {} },
    ...{ selectionRange: { positions: [position] }, documentLink: {}, codeLens: {}, diagnostic: {} },
    ...{ rangeFormatting: { range, options }, onTypeFormatting: { position, ch: "}", options } },
    ...{ prepareRename: { position }, rename: { position, newName: "other" } },
  };
  for (const [name, text] of Object.entries(texts)) {
    const about = { uri: uri.replace("main.nn", name) };
    if (name !== "closed.nn") await nn.open(about.uri, text);
    for (const [request, params] of Object.entries(requests)) {
      const answer = await nn
        .ask(`textDocument/${request}`, { textDocument: about, ...params })
        .catch((error: Error) => error.message);
      if (typeof answer === "string")
        expect([request, answer]).toEqual([request, expect.stringMatching(/^[^\n]{5,100}$/)]);
      expect(JSON.stringify(answer ?? null)).not.toMatch(/TypeError|at .*\.js/);
    }
  }
  expect(await nn.ask("textDocument/foldingRange", { textDocument })).toHaveLength(1);
});
