// The VS Code extension is consistent: the files that its package names exist, and it starts `nnc lsp` in the right place.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../../editors/vscode/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("what the package names exists", () => {
  const { languages, grammars } = manifest.contributes;
  for (const path of [manifest.main, languages[0].configuration, grammars[0].path])
    expect(existsSync(join(folder, path)), path).toBe(true);
  const grammar = JSON.parse(readFileSync(join(folder, grammars[0].path), "utf8"));
  expect(grammar.scopeName).toBe(grammars[0].scopeName);
  expect(grammars[0].language).toBe(languages[0].id);
});

/** What the extension would start, in a workspace with these settings; undefined where it starts nothing. */
async function started(workspace: { trusted: boolean; path: string; folder: string }): Promise<string[] | undefined> {
  // Stand-ins for VS Code and its client, where the extension's own `require` finds them.
  const place = mkdtempSync(join(tmpdir(), "nnc-vscode-"));
  const put = (name: string, text: string): void => {
    mkdirSync(join(place, "node_modules", name, ".."), { recursive: true });
    writeFileSync(join(place, "node_modules", `${name}.js`), text);
  };
  const nothing = "() => ({ dispose() {} })";
  put(
    "vscode",
    `exports.commands = { registerCommand: ${nothing} }; exports.window = {};
     exports.workspace = { isTrusted: ${workspace.trusted}, getConfiguration: () => ({ get: () => ${JSON.stringify(workspace.path)} }),
       workspaceFolders: [{ uri: { scheme: "file", fsPath: ${JSON.stringify(workspace.folder)} } }],
       onDidGrantWorkspaceTrust: ${nothing}, onDidChangeConfiguration: ${nothing} };`,
  );
  put(
    "vscode-languageclient/node",
    "exports.LanguageClient = class { constructor(id, name, server) { exports.server = server; } async start() {} async stop() {} };",
  );
  const path = join(place, "extension.cjs");
  writeFileSync(path, readFileSync(join(folder, "extension.js")));
  const require = createRequire(path);
  const extension = require(path);
  await extension.activate({ subscriptions: [] });
  const { server } = require("vscode-languageclient/node");
  await extension.deactivate();
  return server && [server.command.replaceAll('"', ""), ...server.args];
}

test("the setting comes first, then the workspace's own nnc, then the PATH", async () => {
  const empty = mkdtempSync(join(tmpdir(), "nnc-workspace-"));
  expect(await started({ trusted: true, path: "", folder: empty })).toEqual(["nnc", "lsp"]);
  const bin = join(empty, "node_modules", ".bin");
  const own = join(bin, process.platform === "win32" ? "nnc.cmd" : "nnc");
  mkdirSync(bin, { recursive: true });
  writeFileSync(own, "");
  expect(await started({ trusted: true, path: "", folder: empty })).toEqual([own, "lsp"]);
  expect(await started({ trusted: true, path: "/opt/nnc", folder: empty })).toEqual(["/opt/nnc", "lsp"]);
  expect(await started({ trusted: false, path: "/opt/nnc", folder: empty })).toBeUndefined();
});
