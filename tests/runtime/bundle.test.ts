// A trainer in a program's bundle: importing starts nothing and takes no arguments, whatever the bundle's form; for pages it
// holds no code that only Node can run.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/driver/compile.ts";
import { small } from "../support/nnc.ts";

const folder = mkdtempSync(join(tmpdir(), "nnc-bundle-"));
const targets = ["wasm", "js", "tfjs"] as const;

const uses = (target: string, call: string): string =>
  `import { createModel } from "./${target}/train.js";\n` +
  (target === "tfjs" ? "globalThis.said = typeof createModel;\n" : `${call}\n`) +
  'if (typeof process !== "undefined") console.log("mine", ...process.argv.slice(2));\n';

beforeAll(async () => {
  for (const target of targets) {
    const texts = new Map([["small.nn", small]]);
    const { outputs } = await compile({ entry: "small.nn", texts }, { target });
    expect([...outputs.keys()]).toEqual(["package.json", "train.ts", "train.js"]);
    mkdirSync(join(folder, target));
    for (const [name, text] of outputs) writeFileSync(join(folder, target, name), text);
    writeFileSync(
      join(folder, `${target}.js`),
      uses(target, "globalThis.said = createModel(1).predict({ image: new Uint8Array(784) }, 1).output.length;"),
    );
    // Nothing stands behind the trainer in such a bundle.
    writeFileSync(join(folder, `${target}-bare.js`), `import "./${target}/train.js";\n`);
    writeFileSync(join(folder, `${target}-again.js`), `export * from "./${target}/train.js";\n`);
  }
});

const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [file, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });

/** Builds without a warning, and returns the file that is run. */
async function bundled(entry: string, options: BuildOptions): Promise<string> {
  const outdir = mkdtempSync(join(folder, "out-"));
  const { warnings } = await build({
    ...{ absWorkingDir: folder, entryPoints: [entry], bundle: true, outdir, logLevel: "silent" },
    ...options,
  });
  expect(warnings).toEqual([]);
  return join(outdir, entry.replace(/\.js$/, options.outExtension?.[".js"] ?? ".js"));
}

describe("for Node", () => {
  const forms: Readonly<Record<string, BuildOptions>> = {
    "an ESM bundle": { format: "esm", outExtension: { ".js": ".mjs" } },
    "a minified ESM bundle": { format: "esm", minify: true, outExtension: { ".js": ".mjs" } },
    "a split ESM bundle": { format: "esm", splitting: true, outExtension: { ".js": ".mjs" } },
    "a CommonJS bundle": { format: "cjs", outExtension: { ".js": ".cjs" } },
    "a minified CommonJS bundle": { format: "cjs", minify: true, outExtension: { ".js": ".cjs" } },
    "an IIFE bundle": { format: "iife", outExtension: { ".js": ".cjs" } },
  };
  for (const target of targets) {
    test.each(Object.entries(forms))(`${target}: %s is the program's own`, async (_, form) => {
      const file = await bundled(`${target}.js`, { platform: "node", ...form });
      const { stdout, stderr, status } = run(file, "--help", "--epochs", "many");
      expect({ stdout, stderr, status }).toEqual({ stdout: "mine --help --epochs many\n", stderr: "", status: 0 });
    });
  }
  test.each([["wasm-bare.js"], ["wasm-again.js"], ["js-bare.js"], ["js-again.js"]])(
    "%s: where the bundle is nothing but the trainer, too",
    async (entry) => {
      for (const form of Object.values(forms)) {
        const { stdout, stderr, status } = run(await bundled(entry, { platform: "node", ...form }), "--help");
        expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
      }
    },
  );
});

describe("for pages", () => {
  for (const target of targets)
    test.each<[string, BuildOptions]>([
      ["by default", {}],
      ["as a module", { format: "esm" }],
      ["minified", { minify: true }],
    ])(`${target} bundles %s, without a word of Node's`, async (_, options) => {
      const file = await bundled(`${target}.js`, { platform: "browser", ...options });
      const { atob, WebAssembly, performance, setTimeout } = globalThis as Record<string, unknown>;
      // A realm without `process`, as a page is one.
      const realm: { said?: unknown; [name: string]: unknown } = {
        atob,
        WebAssembly,
        performance,
        setTimeout,
        URL: {},
        Blob: class {},
      };
      const text = readFileSync(file, "utf8").replace(/^export\s*\{[^}]*\};?\s*$/m, "");
      runInNewContext(text, realm);
      expect(realm.said).toBe(target === "tfjs" ? "function" : 10);
    });
});

describe("the trainer itself", () => {
  test("runs as train.js, as train, through a link, and formatted anew", async () => {
    const train = join(folder, "wasm/train.js");
    symlinkSync(train, join(folder, "linked.mjs"));
    const spread = readFileSync(train, "utf8").replace(
      /runWhenMain\("(\w+)", trainer\);\n$/,
      "runWhenMain(\n  '$1',\n  trainer,\n)\n\n//# sourceMappingURL=a.map\n",
    );
    writeFileSync(join(folder, "wasm/spread.js"), spread);
    for (const file of [train, train.slice(0, -3), join(folder, "linked.mjs"), join(folder, "wasm/spread.js")])
      expect(run(file, "--help").stdout).toContain("Usage: node train.js");
  });
  test("starts nothing where it is imported, evaluated, or a worker", () => {
    const train = join(folder, "js/train.js");
    const imported = `import(${JSON.stringify(train)}).then((it) => console.log(typeof it.createModel))`;
    for (const args of [
      ["-e", imported],
      ["--eval", imported],
      ["-p", `${imported}, 0`],
    ])
      expect(run(args[0]!, args[1]!, train, "--help").stdout).not.toContain("Usage");
    const worker = join(folder, "worker.mjs");
    writeFileSync(
      worker,
      `import { Worker } from "node:worker_threads";\nnew Worker(${JSON.stringify(train)}, { argv: ["--help"] });\n`,
    );
    expect(run(worker).stdout).toBe("");
  });
  test("of another program beside it stays silent", () => {
    const [first, second] = [join(folder, "js/train.js"), join(folder, "wasm/train.js")];
    const { stdout } = spawnSync(process.execPath, ["--import", first, second, "--help"], { encoding: "utf8" });
    expect(stdout.match(/Usage/g)).toHaveLength(1);
    expect(stdout).toContain("target wasm");
  });
});
