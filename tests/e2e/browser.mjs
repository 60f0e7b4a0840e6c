// Trains the same small network in Node, in a page's own thread, and in a web worker of an isolated page on two threads, and
// compares the weights bit by bit. The page sends what it found back to this server.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const browser = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "nnc-browser-"));
const PROGRAM = `
dataset Digits {
  source digits(60)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}
model Small(image: f32[28, 28, 1]) {
  Conv2D(16, 3x3, relu)
  MaxPool2D(2x2)
  Conv2D(32, 3x3, relu)
  MaxPool2D(2x2)
  Flatten()
  Dropout(0.2)
  Dense(10, softmax)
}
train Small on Digits {
  loss      categorical_crossentropy
  optimizer adam()
  metrics   accuracy
  epochs    2
  batch     16
}
`;

/** Runs in Node and in the browser alike: text, so that both have the same. */
const EXPERIMENT = `
export async function experiment({ createModel, allRows }, threads) {
  const model = createModel(3, { threads });
  const count = 60;
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7919) % 251);
  const label = Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10);
  const history = await model.train({ train: allRows({ count, columns: { pixels, label } }) }, { epochs: 2 });
  const bytes = model.save();
  const { threads: used, variant } = model.program;
  model.close?.();
  return { bytes: [...bytes], loss: history.epochs.at(-1).metrics[0], threads: used, variant };
}`;

const hash = (bytes) => createHash("sha256").update(Uint8Array.from(bytes)).digest("hex").slice(0, 16);
const page = (script) => `<!doctype html><title>nnc</title><script type="module">
const tell = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
addEventListener("error", (event) => tell({ error: event.message }));
addEventListener("unhandledrejection", (event) => tell({ error: String(event.reason?.stack ?? event.reason) }));
${script}
</script>`;
const PAGES = {
  "/plain": {
    isolated: false,
    text: page(`
import * as trainer from "/train.js";
import { experiment } from "/experiment.js";
await tell({ isolated: crossOriginIsolated, ...(await experiment(trainer, 1)) });`),
  },
  "/bundled": {
    isolated: false,
    text: page("").replace("</script>", '</script><script src="/bundle.js"></script>'),
  },
  "/isolated": {
    isolated: true,
    text: page(`
const worker = new Worker("/bundled-worker.js");
worker.onmessage = ({ data }) => tell({ isolated: crossOriginIsolated, ...data });
worker.onerror = (event) => tell({ error: "worker: " + event.message });`),
  },
};
/** As a person's own program, which esbuild makes one script of, without any setting but that it is for pages. */
const BUNDLED = `
import * as trainer from "./train.js";
import { experiment } from "./experiment.mjs";
const tell = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
experiment(trainer, 1).then(
  (found) => tell({ isolated: crossOriginIsolated, ...found }),
  (error) => tell({ error: String(error?.stack ?? error) }),
);`;
const WORKER = `
import * as trainer from "./train.js";
import { experiment } from "./experiment.mjs";
(async () => postMessage(await experiment(trainer, 2).catch((error) => ({ error: String(error?.stack ?? error) }))))();`;

let settle = () => {};
const server = createServer((request, response) => {
  const url = (request.url ?? "").split("?")[0];
  const isolation = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  };
  if (url === "/result") {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      response.end();
      settle(JSON.parse(body));
    });
    return;
  }
  const scripts = {
    "/train.js": readFileSync(join(folder, "train.js"), "utf8"),
    "/experiment.js": EXPERIMENT,
  };
  for (const name of ["/bundle.js", "/bundled-worker.js"])
    if (url === name) scripts[name] = readFileSync(join(folder, name), "utf8");
  if (Object.hasOwn(scripts, url)) {
    response.writeHead(200, { "content-type": "text/javascript", ...isolation }).end(scripts[url]);
    return;
  }
  const found = Object.hasOwn(PAGES, url) ? PAGES[url] : undefined;
  if (found === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": "text/html", ...(found.isolated ? isolation : {}) }).end(found.text);
});

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function inBrowser(path, port) {
  const profile = mkdtempSync(join(tmpdir(), "nnc-profile-"));
  const result = new Promise((resolve, reject) => {
    settle = resolve;
    setTimeout(() => reject(new Error(`no answer from ${path} in 120 s`)), 120_000).unref();
  });
  const child = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`, `http://localhost:${port}${path}`], {
    stdio: "ignore",
    detached: true,
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  try {
    return await result;
  } finally {
    // Chromium is many processes: all of its group end, or one may still write to the profile.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await gone;
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    } catch (error) {
      console.log(`note: ${profile} could not be removed (${error.code})`);
    }
  }
}

let failed = 0;
let passed = 0;
function report(name, holds, detail = "") {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? "pass" : "fail"}: ${name}${detail === "" ? "" : ` (${detail})`}`);
}

try {
  writeFileSync(join(folder, "small.nn"), PROGRAM);
  writeFileSync(join(folder, "experiment.mjs"), EXPERIMENT);
  const command = join(root, "dist/cli/main.js");
  const compiled = spawnSync(process.execPath, [command, "compile", join(folder, "small.nn"), "-o", folder], {
    encoding: "utf8",
  });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  writeFileSync(join(folder, "page.mjs"), BUNDLED);
  writeFileSync(join(folder, "worker.mjs"), WORKER);
  for (const [entry, outfile] of [
    ["page.mjs", "bundle.js"],
    ["worker.mjs", "bundled-worker.js"],
  ]) {
    const options = { absWorkingDir: folder, entryPoints: [entry], bundle: true, platform: "browser", outfile };
    const { warnings } = await build({ ...options, logLevel: "silent" });
    report(`esbuild makes ${outfile} for pages, without a warning`, warnings.length === 0);
  }
  const trainer = await import(pathToFileURL(join(folder, "train.js")).href);
  const { experiment } = await import(pathToFileURL(join(folder, "experiment.mjs")).href);
  const inNode = await experiment(trainer, 1);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  for (const [path, name] of [
    ["/plain", "a page that is not isolated trains on its own thread"],
    ["/bundled", "so does a script that a bundler made"],
    ["/isolated", "an isolated page trains in a bundled worker, with threads"],
  ]) {
    const found = await inBrowser(path, port);
    if (found.error !== undefined) {
      report(name, false, found.error);
      continue;
    }
    const wanted = path === "/isolated" ? 2 : 1;
    report(
      name,
      Number.isFinite(found.loss) && found.isolated === PAGES[path].isolated,
      `loss ${found.loss.toFixed(4)}`,
    );
    report(`  on ${wanted} ${wanted === 1 ? "thread" : "threads"}`, found.threads === wanted, `${found.threads}`);
    report(
      "  to the weights that Node gets, bit by bit",
      hash(found.bytes) === hash(inNode.bytes) || found.variant !== inNode.variant,
      `${found.variant} ${hash(found.bytes)}, in Node ${inNode.variant} ${hash(inNode.bytes)}`,
    );
  }
} finally {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
