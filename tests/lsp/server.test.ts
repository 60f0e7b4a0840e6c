// The language server as an editor meets it: a process that speaks the protocol.

import { unlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { CodeAction, DocumentSymbol, Hover, InlayHint, Location, TextEdit } from "vscode-languageserver/node.js";
import { type Client, folderWith, startClient } from "../support/client.ts";

let client: Client | undefined;
async function editor(capabilities?: Parameters<typeof startClient>[0]): Promise<Client> {
  client = await startClient(capabilities);
  return client;
}
afterEach(() => {
  client?.process.kill();
  client = undefined;
});

const network = `model M(image: f32[8, 8, 3]) {
  Conv2D(4, 3x3, relu)
  Flatten()
  Dense(2, softmax)
}
`;

describe("diagnostics", () => {
  test("come with the version, after typing", async () => {
    const nn = await editor();
    const uri = folderWith({})("a b.nn");
    await nn.open(uri, network);
    expect(await nn.diagnostics(uri)).toEqual({ uri, version: 1, diagnostics: [] });
    await nn.change(uri, 2, [1, 2], [1, 8], "Conv2d");
    await nn.change(uri, 3, [2, 2], [2, 9], "🙂Flatten");
    const { version, diagnostics } = await nn.diagnostics(uri);
    expect(version).toBe(3);
    expect(diagnostics.map(({ code, severity, source, range }) => ({ code, severity, source, range }))).toContainEqual({
      code: "NN002",
      severity: 1,
      source: "nnc",
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 8 } },
    });
    // The two halves of the smiling face are two UTF-16 units.
    expect(diagnostics.map(({ range }) => range)).toContainEqual({
      start: { line: 2, character: 2 },
      end: { line: 2, character: 4 },
    });
    await nn.change(uri, 4, [2, 2], [2, 4], "");
    await nn.change(uri, 5, [1, 2], [1, 8], "Conv2D");
    expect(await nn.diagnostics(uri)).toEqual({ uri, version: 5, diagnostics: [] });
  });

  test("are one answer to quick typing", async () => {
    const nn = await editor();
    const uri = folderWith({})("a.nn");
    await nn.open(uri, network);
    await nn.diagnostics(uri);
    for (let i = 0; i < 20; i++) await nn.change(uri, 2 + i, [0, 0], [0, 0], "\n");
    expect((await nn.diagnostics(uri)).version).toBe(21);
    expect(nn.published.length).toBeLessThan(5);
  });

  test("have related places, hints and help", async () => {
    const nn = await editor();
    const uri = folderWith({})("a.nn");
    await nn.open(uri, "model M(x: f32[4, 6]) {\n  let y = x -> Dense(3)\n  x + y\n}\n");
    const { diagnostics } = await nn.diagnostics(uri);
    const [first] = diagnostics;
    expect(first?.code).toMatch(/^NN1/);
    expect(first?.relatedInformation?.every(({ location }) => location.uri === uri)).toBe(true);
    expect(first?.relatedInformation?.map(({ message }) => message).join("\n")).toContain("4 × 3");
  });

  test("go away with the document", async () => {
    const nn = await editor();
    const uri = folderWith({})("a.nn");
    await nn.open(uri, "const a = b\n");
    expect((await nn.diagnostics(uri)).diagnostics).toHaveLength(1);
    await nn.close(uri);
    expect((await nn.diagnostics(uri)).diagnostics).toEqual([]);
  });

  test("look at imports: open ones as they are, others on the disk", async () => {
    const nn = await editor();
    const at = folderWith({ "lib.nn": "const units = 3\n" });
    await nn.open(at("main.nn"), 'import "lib.nn"\nmodel M(x: f32[4]) {\n  Dense(units)\n}\n');
    expect((await nn.diagnostics(at("main.nn"))).diagnostics).toEqual([]);
    await nn.open(at("lib.nn"), "const units = 3\n");
    await nn.diagnostics(at("lib.nn"));
    await nn.change(at("lib.nn"), 2, [0, 6], [0, 11], "other");
    const hasCode = (code: string) => (params: { diagnostics: { code?: unknown }[] }) =>
      params.diagnostics.some((diagnostic) => diagnostic.code === code);
    await nn.diagnostics(at("main.nn"), hasCode("NN005"));
    await nn.close(at("lib.nn"));
    await nn.diagnostics(at("main.nn"), ({ diagnostics }) => diagnostics.length === 0);
    unlinkSync(fileURLToPath(at("lib.nn")));
    await nn.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: at("lib.nn"), type: 3 }],
    });
    await nn.diagnostics(at("main.nn"), hasCode("NN008"));
    writeFileSync(fileURLToPath(at("lib.nn")), "const units = 3\n");
    await nn.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: at("lib.nn"), type: 1 }],
    });
    await nn.diagnostics(at("main.nn"), ({ diagnostics }) => diagnostics.length === 0);
  });

  test("of a file on the disk are shown with the program, and go with it", async () => {
    const nn = await editor();
    const at = folderWith({ "lib.nn": "const units = missing\n" });
    await nn.open(at("main.nn"), 'import "lib.nn"\nmodel M(x: f32[4]) {\n  Dense(units)\n}\n');
    expect((await nn.diagnostics(at("lib.nn"))).diagnostics).toHaveLength(1);
    await nn.close(at("main.nn"));
    expect((await nn.diagnostics(at("lib.nn"))).diagnostics).toEqual([]);
  });
});

describe("requests", () => {
  const textDocument = { uri: "" };
  async function opened(text: string, capabilities?: Parameters<typeof startClient>[0]): Promise<Client> {
    const nn = await editor(capabilities);
    textDocument.uri = folderWith({})("a.nn");
    await nn.open(textDocument.uri, text);
    return nn;
  }

  test("hover in Markdown, or plain where the editor reads no Markdown", async () => {
    const position = { line: 1, character: 4 };
    const nn = await opened(network);
    const hover = await nn.ask<Hover>("textDocument/hover", { textDocument, position });
    expect(hover.range).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 8 } });
    const { value } = hover.contents as { value: string };
    expect(value).toContain("**8 × 8 × 3 → 6 × 6 × 4, 112 parameters**");
    expect(value).toContain("- `strides`: size of 2, default `1x1`. ");
    nn.process.kill();
    const plain = await opened(network, { textDocument: { hover: { contentFormat: ["plaintext"] } } });
    const text = await plain.ask<Hover>("textDocument/hover", { textDocument, position });
    expect(text.contents).toMatchObject({ kind: "plaintext" });
    expect((text.contents as { value: string }).value).not.toMatch(/\*\*|```/);
  });

  test("inlay hints of a range", async () => {
    const nn = await opened(network);
    const range = { start: { line: 2, character: 0 }, end: { line: 4, character: 0 } };
    const hints = await nn.ask<InlayHint[]>("textDocument/inlayHint", { textDocument, range });
    expect(hints.map(({ label, position }) => [label, position.line])).toEqual([
      ["144", 2],
      ["2", 3],
    ]);
  });

  test("quick fixes, for the version that was seen", async () => {
    const nn = await opened(network.replace("Conv2D", "Conv2d").replace("Flatten", "Flaten"));
    const range = { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } };
    const context = { diagnostics: [] };
    const actions = await nn.ask<CodeAction[]>("textDocument/codeAction", { textDocument, range, context });
    expect(actions.map(({ title, kind }) => [title, kind])).toEqual([
      ["write Conv2D", "quickfix"],
      ["apply all sure fixes", "source.fixAll.nnc"],
    ]);
    expect(actions[0]).toMatchObject({
      isPreferred: true,
      diagnostics: [{ code: "NN002" }],
      edit: {
        documentChanges: [{ textDocument: { uri: textDocument.uri, version: 1 }, edits: [{ newText: "Conv2D" }] }],
      },
    });
    const only = await nn.ask<CodeAction[]>("textDocument/codeAction", {
      textDocument,
      range,
      context: { diagnostics: [], only: ["source"] },
    });
    expect(only.map(({ kind }) => kind)).toEqual(["source.fixAll.nnc"]);
  });

  test("formatting, also right after a change", async () => {
    const nn = await opened(network);
    await nn.change(textDocument.uri, 2, [1, 0], [1, 2], "      ");
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await nn.ask<TextEdit[]>("textDocument/formatting", { textDocument, options });
    expect(edits).toEqual([
      {
        range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
        newText: "  Conv2D(4, 3x3, relu)\n",
      },
    ]);
  });

  test("definitions, symbols, completion", async () => {
    const nn = await opened("const units = 3\nmodel M(x: f32[4]) {\n  Dense(units)\n}\n");
    const position = { line: 2, character: 9 };
    expect(await nn.ask<Location>("textDocument/definition", { textDocument, position })).toEqual({
      uri: textDocument.uri,
      range: { start: { line: 0, character: 6 }, end: { line: 0, character: 11 } },
    });
    const outline = await nn.ask<DocumentSymbol[]>("textDocument/documentSymbol", { textDocument });
    expect(outline.map(({ name }) => name)).toEqual(["units", "M"]);
    const items = await nn.ask<{ label: string }[]>("textDocument/completion", { textDocument, position });
    expect(items.map(({ label }) => label)).toContain("kernel_initializer");
  });
});

describe("the checking thread", () => {
  /**
   * A script that meets the thread's jobs before the thread does: it is held up by `slow.nn` until the file `go` is there,
   * and dies of `crash.nn`.
   */
  const preload = folderWith({
    "preload.cjs": `
      const { existsSync } = require("node:fs");
      const { isMainThread, parentPort } = require("node:worker_threads");
      const meet = ({ question: { file } }) => {
        if (file.endsWith("crash.nn")) process.exit(3);
        while (file.endsWith("slow.nn") && !existsSync(file.replace("slow.nn", "go")));
      };
      if (!isMainThread) {
        const on = parentPort.on.bind(parentPort);
        parentPort.on = (name, hear) => on(name, (job) => { meet(job); hear(job); });
      }
    `,
  })("preload.cjs");
  async function hindered(): Promise<Client> {
    client = await startClient(undefined, fileURLToPath(preload));
    return client;
  }
  const textDocument = (uri: string) => ({ textDocument: { uri } });

  test("keeps nothing else waiting", async () => {
    const nn = await hindered();
    const at = folderWith({});
    await nn.open(at("slow.nn"), "const a = b\n");
    const order: string[] = [];
    const symbols = nn.ask("textDocument/documentSymbol", textDocument(at("slow.nn"))).then(() => order.push("slow"));
    // The answers of the protocol's own thread.
    expect(await nn.ask("textDocument/documentSymbol", textDocument(at("other.nn")))).toBeNull();
    await expect(nn.ask("textDocument/unheardOf", {})).rejects.toThrow();
    await nn.open(at("other.nn"), network);
    await nn.close(at("other.nn"));
    expect((await nn.diagnostics(at("other.nn"))).diagnostics).toEqual([]);
    order.push("others");
    writeFileSync(fileURLToPath(at("go")), "");
    await symbols;
    expect(order).toEqual(["others", "slow"]);
    expect((await nn.diagnostics(at("slow.nn"))).diagnostics).toMatchObject([{ code: "NN005" }]);
  });

  test("answers nothing about a text that is no longer there", async () => {
    const nn = await hindered();
    const at = folderWith({});
    await nn.open(at("slow.nn"), "const a = b\n");
    const symbols = nn.ask("textDocument/documentSymbol", textDocument(at("slow.nn")));
    await nn.change(at("slow.nn"), 2, [0, 10], [0, 11], "3");
    // Answered in order, so the change is known by now.
    expect(await nn.ask("textDocument/documentSymbol", textDocument(at("other.nn")))).toBeNull();
    writeFileSync(fileURLToPath(at("go")), "");
    await expect(symbols).rejects.toMatchObject({ code: -32801 });
    expect(await nn.diagnostics(at("slow.nn"))).toMatchObject({ version: 2, diagnostics: [] });
  });

  test("may be lost: its file says so, and all others go on", async () => {
    const nn = await hindered();
    const at = folderWith({});
    await nn.open(at("crash.nn"), "const a = b\n");
    await nn.open(at("good.nn"), "const a = b\n");
    expect((await nn.diagnostics(at("crash.nn"))).diagnostics).toMatchObject([{ code: "NN505", severity: 1 }]);
    expect((await nn.diagnostics(at("good.nn"))).diagnostics).toMatchObject([{ code: "NN005" }]);
    expect(await nn.ask("textDocument/documentSymbol", textDocument(at("crash.nn")))).toBeNull();
    await nn.change(at("good.nn"), 2, [0, 10], [0, 11], "3");
    expect((await nn.diagnostics(at("good.nn"))).diagnostics).toEqual([]);
  });

  test("keeps no process alive", async () => {
    const nn = await hindered();
    await nn.open(folderWith({})("slow.nn"), "const a = b\n");
    const symbols = nn.ask("textDocument/documentSymbol", textDocument(folderWith({})("none.nn")));
    expect(await symbols).toBeNull();
    expect(await nn.stop()).toBe(0);
  });
});

describe("the process", () => {
  test("answers bad requests and lives on", async () => {
    const nn = await editor();
    const uri = folderWith({})("a.nn");
    await nn.open(uri, network);
    const position = { line: 4000, character: 4000 };
    const nowhere = { textDocument: { uri: "file:///nowhere/at%20all.nn" }, position };
    expect(await nn.ask("textDocument/hover", nowhere)).toBeNull();
    expect(await nn.ask("textDocument/hover", { textDocument: { uri: "what%%ever:" }, position })).toBeNull();
    expect(await nn.ask("textDocument/hover", { textDocument: { uri }, position })).toBeNull();
    await nn.ask("textDocument/hover", { textDocument: { uri }, position: { line: -1, character: -5 } });
    await expect(nn.ask("textDocument/hover", {})).rejects.toThrow();
    await expect(nn.ask("textDocument/unheardOf", {})).rejects.toThrow();
    await nn.connection.sendNotification("textDocument/didChange", { textDocument: { uri: "file:///x.nn" } });
    await nn.connection.sendNotification("textDocument/didOpen", {});
    await nn.open("untitled:Untitled-1", "const a = b\n");
    expect((await nn.diagnostics("untitled:Untitled-1")).diagnostics).toHaveLength(1);
    await nn.open("file://host/share/a.nn", "const a = b\n");
    expect((await nn.diagnostics("file://host/share/a.nn")).diagnostics).toHaveLength(1);
    await nn.open(`${uri}.large.nn`, "x".repeat(10_000_000));
    expect((await nn.diagnostics(`${uri}.large.nn`)).diagnostics).toMatchObject([{ code: "NN501" }]);
    const fine = await nn.ask<Hover>("textDocument/hover", {
      textDocument: { uri },
      position: { line: 1, character: 4 },
    });
    expect(fine.range?.start.line).toBe(1);
  });

  test("ends with 0 after shutdown and exit", async () => {
    const nn = await editor();
    expect(await nn.stop()).toBe(0);
  });

  test("ends when the editor is gone", async () => {
    const nn = await editor();
    const ended = new Promise((settle) => nn.process.once("close", settle));
    nn.connection.dispose();
    nn.process.stdin.end();
    expect(await ended).toBe(1);
  });
});
