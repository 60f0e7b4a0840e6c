// The VS Code extension is consistent: what its package names exists, it starts the right nnc, and what it inserts and indents is what
// nnc itself writes. `.ci/run` packs it and starts its server from there: tests/e2e/vscode.mjs.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { chosenProgram, processOf } from "../../editors/vscode/src/program.js";
import { linesOf, startTraining } from "../../editors/vscode/src/trainer.js";
import { checkProgram } from "../../src/driver/check.ts";
import { formatProgram } from "../../src/driver/format.ts";
import { everything } from "../support/extent.ts";
import { modelPrograms } from "../support/programs.ts";

const folder = fileURLToPath(new URL("../../editors/vscode/", import.meta.url));
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const sources = readdirSync(join(folder, "src")).map((name) => read(`src/${name}`));

describe("the package", () => {
  test("names files that exist", () => {
    const { languages, grammars, snippets } = manifest.contributes;
    const paths = [
      manifest.icon,
      languages[0].configuration,
      grammars[0].path,
      snippets[0].path,
      languages[0].icon.dark,
    ];
    for (const path of paths) expect(existsSync(join(folder, path)), path).toBe(true);
    const grammar = JSON.parse(read(grammars[0].path));
    expect(grammar.scopeName).toBe(grammars[0].scopeName);
    expect(grammars[0].language).toBe(languages[0].id);
  });

  test("and the sources have the same commands and settings, and README names all of them", () => {
    const commands: { command: string; title: string }[] = manifest.contributes.commands;
    const registered = sources.flatMap((text) =>
      [...text.matchAll(/registerCommand\("([\w.]+)"/g)].map((found) => found[1]),
    );
    expect(registered.sort()).toEqual(commands.map(({ command }) => command).sort());
    const readme = read("README.md");
    for (const { title } of commands) expect(readme).toContain(`*nnc: ${title}*`);
    for (const setting of Object.keys(manifest.contributes.configuration.properties)) expect(readme).toContain(setting);
  });

  test("lets panels load nothing but the extension's own files", () => {
    const [page] = sources.filter((text) => text.includes("Content-Security-Policy"));
    expect(page).toContain("default-src 'none'");
    for (const text of [...sources, read("media/training.js")])
      expect(text).not.toMatch(/unsafe-eval|innerHTML|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });
});

describe("which nnc runs", () => {
  const empty = mkdtempSync(join(tmpdir(), "nnc-workspace-"));
  const asked = { setting: "", folders: [empty], trusted: true, bundled: "/extension/main.js" };

  test("the setting comes first, then the workspace's own, then the extension's", () => {
    expect(chosenProgram(asked)).toMatchObject({ path: "/extension/main.js" });
    const own = join(empty, "node_modules/nnc/dist/cli");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "main.js"), "");
    expect(chosenProgram(asked)).toMatchObject({ path: join(own, "main.js"), from: "the workspace" });
    expect(chosenProgram({ ...asked, setting: "/opt/nnc" })).toMatchObject({ path: "/opt/nnc" });
    // Nothing of a folder runs that nobody trusts.
    expect(chosenProgram({ ...asked, setting: "/opt/nnc", trusted: false })).toMatchObject({
      path: "/extension/main.js",
    });
  });

  test("the editor's own program runs a module, a shell a script of Windows", () => {
    const module = processOf({ path: "/x/main.js" }, ["lsp"]);
    expect(module).toMatchObject({ command: process.execPath, args: ["/x/main.js", "lsp"], shell: false });
    expect(module.env).toEqual({ ELECTRON_RUN_AS_NODE: "1" });
    expect(processOf({ path: "/opt/nnc" }, ["lsp"])).toMatchObject({
      command: "/opt/nnc",
      args: ["lsp"],
      shell: false,
    });
    const script = processOf({ path: "C:\\a b\\nnc.cmd" }, ["train", "C:\\a b\\x.nn"]);
    expect(script).toMatchObject({ command: '"C:\\a b\\nnc.cmd"', args: ['"train"', '"C:\\a b\\x.nn"'], shell: true });
  });
});

/** The text that a snippet inserts where nobody changes it. */
function inserted(body: string | readonly string[]): string {
  let text = typeof body === "string" ? body : body.join("\n");
  const values = new Map<string, string>();
  for (const [, number = "", value = ""] of text.matchAll(/\$\{(\d+):([^{}]*)\}/g))
    if (!values.has(number)) values.set(number, value);
  text = text.replace(/\$\{(\d+)(?::[^{}]*)?\}/g, (_, number: string) => values.get(number) ?? "").replaceAll("$0", "");
  return `${text}\n`;
}

describe("snippets", () => {
  const snippets: Record<string, { prefix: string; body: string | string[] }> = JSON.parse(read("snippets/nn.json"));
  for (const [name, { prefix, body }] of Object.entries(snippets))
    test(`${name} is a program in the one style`, () => {
      const alone = inserted(body);
      const inModel = !/^(model|block|dataset|train)/.test(prefix);
      const indented = alone.trimEnd().replace(/^(?=.)/gm, "  ");
      const text = inModel ? `model M(x: f32[4]) {\n${indented}\n${prefix === "let" ? "  y\n" : ""}}\n` : alone;
      const sources = { entry: "a.nn", texts: new Map([["a.nn", text]]) };
      const codes = checkProgram(sources)
        .diagnostics.filter(({ severity }) => severity === "error")
        .map(({ code, message }) => `${code} ${message}`);
      // The names that a training is about come from elsewhere, and so does the table.
      expect(codes.filter((one) => prefix !== "train" || !one.startsWith("NN005"))).toEqual([]);
      expect(formatProgram(sources).text).toBe(text);
    });
});

test("a line indents the next one where the formatter does", () => {
  const { increaseIndentPattern, decreaseIndentPattern } = JSON.parse(
    read("language-configuration.json"),
  ).indentationRules;
  const [more, less] = [new RegExp(increaseIndentPattern), new RegExp(decreaseIndentPattern)];
  const width = (line: string): number => line.length - line.trimStart().length;
  let looked = 0;
  const wrong = modelPrograms().flatMap(({ name, text }) => {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.flatMap((line, i) => {
      const before = lines[i - 1] ?? "";
      if (more.test(before) === less.test(line)) return [];
      looked++;
      const deeper = width(line) - width(before);
      return (more.test(before) ? deeper > 0 : deeper < 0) ? [] : [`${name}: ${line}`];
    });
  });
  expect(looked).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test("lines arrive whole, however they are cut", () => {
  const heard: string[] = [];
  const hear = linesOf((line: string) => heard.push(line));
  for (const piece of ["a", "b\nc", "\n\n", "d\ne"]) hear(piece);
  expect(heard).toEqual(["ab", "c", "d"]);
});

describe.runIf(everything)("a training", () => {
  const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const place = mkdtempSync(join(tmpdir(), "nnc-training-"));
  const trained = (text: string, more: readonly string[] = []): Promise<Record<string, unknown>[]> => {
    writeFileSync(join(place, "a.nn"), text);
    const events: Record<string, unknown>[] = [];
    return new Promise((settle) => {
      startTraining({
        ...{ program: { path: main }, file: join(place, "a.nn"), model: undefined, more, folder: place, log: () => {} },
        hear: (event: Record<string, unknown>) => {
          events.push(event);
          if (event.event === "ended") settle(events);
        },
      });
    });
  };
  const program = `dataset Drawn {
  source digits(train: 100, test: 20)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}

model Net(image: f32[28, 28, 1]) { Flatten() -> Dense(10, softmax) }

train Net on Drawn {
  loss categorical_crossentropy
  optimizer adam
  metrics accuracy
  epochs 2
}
`;

  test("tells of each epoch, and how it ended", async () => {
    const events = await trained(program);
    expect(events.map(({ event }) => event)).toEqual(["start", "epoch", "epoch", "test", "ended"]);
    expect(events.at(-1)).toEqual({ event: "ended", code: 0, message: "" });
  });

  test("of a wrong program ends with what is wrong", async () => {
    const events = await trained(program.replace("Dense(10", "Dense(11"));
    expect(events.at(-1)).toMatchObject({ event: "ended", code: 1, message: expect.stringMatching(/NN\d\d\d/) });
  });
});
