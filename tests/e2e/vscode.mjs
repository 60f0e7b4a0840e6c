// Packs the VS Code extension as `node scripts/vscode.mjs` does, unpacks the file, and uses what is in it: its server answers an editor,
// and its nnc trains. Prints what passed, and ends with the counts. Needs npx to fetch vsce; `--packed` takes the file that is there.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
// The space in the name is part of the test.
const work = join(mkdtempSync(join(tmpdir(), "nnc-vsix-")), "a folder");
mkdirSync(work);
let passed = 0;
let failed = 0;

async function check(name, run) {
  try {
    await run();
    passed++;
    console.log(`pass: ${name}`);
  } catch (error) {
    failed++;
    console.log(`fail: ${name}: ${error.message}`);
  }
}
const hold = (condition, text) => {
  if (!condition) throw new Error(text);
};

if (!process.argv.includes("--packed"))
  execFileSync(process.execPath, [join(root, "scripts/vscode.mjs")], { stdio: "inherit" });
const out = join(root, "editors/vscode/dist");
const [name] = readdirSync(out).filter((one) => one.endsWith(".vsix"));
const file = join(out, name);
const entries = unzipSync(new Uint8Array(readFileSync(file)));
for (const [path, bytes] of Object.entries(entries)) {
  if (path.endsWith("/")) continue;
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), bytes);
}
const extension = join(work, "extension");
const paths = Object.keys(entries);

await check("the package holds what it should, and nothing native", () => {
  const wanted = [
    "package.json",
    "readme.md",
    "changelog.md",
    "license.txt",
    "icon.png",
    "dist/extension.js",
    "ThirdPartyNotices.txt",
  ];
  const more = [
    "server/dist/cli/main.js",
    "server/dist/cli/worker.js",
    "server/dist/host/trainerProcess.js",
    "syntaxes/nn.tmLanguage.json",
  ];
  const found = new Set(paths.map((path) => path.toLowerCase()));
  for (const path of [...wanted, ...more, "snippets/nn.json", "media/training.js", "media/training.css"])
    hold(found.has(`extension/${path.toLowerCase()}`), `no ${path} in ${paths.join(" ")}`);
  const strange = paths.filter((path) => /node_modules|\.(?:node|dll|so|dylib|exe|map|ts|nn)$/.test(path));
  hold(strange.length === 0, `these do not belong there: ${strange.join(" ")}`);
});

await check("it is small", () => {
  const { size } = statSync(file);
  console.log(`  ${(size / 1e6).toFixed(2)} MB packed, ${paths.length} files`);
  hold(size < 4e6, `it has ${size} bytes`);
});

await check("its own code asks for nothing but the editor and Node", () => {
  const text = readFileSync(join(extension, "dist/extension.js"), "utf8");
  const asked = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map((found) => found[1].replace(/^node:/, ""));
  const foreign = asked.filter((one) => one !== "vscode" && !builtinModules.includes(one));
  hold(asked.includes("vscode") && foreign.length === 0, `it asks for ${foreign.join(", ")}`);
});

const main = join(extension, "server/dist/cli/main.js");

await check("its server answers an editor", async () => {
  const child = spawn(process.execPath, [main, "lsp", "--stdio", `--clientProcessId=${process.pid}`], { cwd: work });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const shown = new Promise((settle) => connection.onNotification("textDocument/publishDiagnostics", settle));
  connection.listen();
  const { capabilities } = await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
  });
  hold(capabilities.hoverProvider === true, "it offers no hover");
  await connection.sendNotification("initialized", {});
  const uri = pathToFileURL(join(work, "a.nn")).href;
  const text = "model M(x: f32[4]) {\n  Dense(3, unitz: 2)\n}\n";
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "nn", version: 1, text },
  });
  const { diagnostics } = await shown;
  hold(
    diagnostics.some(({ message }) => message.includes("unitz")),
    `it found ${JSON.stringify(diagnostics)}`,
  );
  await connection.sendRequest("shutdown");
  const ended = new Promise((settle) => child.once("exit", settle));
  await connection.sendNotification("exit");
  hold((await ended) === 0, "it did not end as it should");
});

await check("its nnc trains", () => {
  const program = join(work, "drawn.nn");
  writeFileSync(
    program,
    `dataset Drawn {
  source digits(train: 100, test: 20)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}
model Net(image: f32[28, 28, 1]) { Flatten() -> Dense(10, softmax) }
train Net on Drawn {
  loss categorical_crossentropy
  optimizer adam
  epochs 1
}
`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "train", program, "--json"], {
    cwd: work,
    encoding: "utf8",
  });
  hold(status === 0, stderr);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  hold(events.includes("epoch") && events.includes("test"), `it said ${events}`);
  const version = spawnSync(process.execPath, [main, "--version"], { encoding: "utf8" }).stdout.trim();
  const { version: own } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  hold(version === `nnc ${own}`, `it says its version is ${version}`);
});

rmSync(dirname(work), { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
