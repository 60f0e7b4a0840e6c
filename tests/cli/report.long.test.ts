// `nnc report DIR`, `nnc train --report FILE` and `--live`: pages about a training.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { readMarkup } from "../support/markup.ts";
import { nnc, small, temporaryFolder } from "../support/nnc.ts";

/** Trains once, in a folder of its own. */
const trained = (async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), small);
  const { code, stderr } = await nnc(["train", "p.nn", "--log", "log", "--epochs", "2", "--seed", "7"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return cwd;
})();

test("a log becomes a page, once and again", async () => {
  const cwd = await trained;
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = await nnc(["report", "log"], { cwd });
    expect(stderr).toBe("report in log/report.html; open it in a browser\n");
    expect(code).toBe(0);
  }
  const { text } = readMarkup(readFileSync(join(cwd, "log/report.html"), "utf8"));
  for (const said of ["Small on Digits", "Conv2D(4, 3x3, strides: 2, activation: relu)", "source digits(train: 600"])
    expect(text.replace(/\s+/g, " ")).toContain(said);
  expect(text).toMatch(/--seed\s*7/);
});

test("what is no log, or no place for a page, is refused", async () => {
  const cwd = await trained;
  const none = await nnc(["report", "."], { cwd });
  expect(none.code).toBe(2);
  expect(none.stderr).toBe("nnc: . holds no log of a training: it has no run.json; nnc train --log DIR writes one\n");
  writeFileSync(join(cwd, "mine.html"), "<p>mine");
  const other = await nnc(["report", "log", "-o", "mine.html"], { cwd });
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("mine.html is there, and nnc did not write it");
  expect((await nnc(["report", "log", "-o", "log/run.json", "--force"], { cwd })).code).toBe(2);
  expect(existsSync(join(cwd, "log/run.json"))).toBe(true);
});

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("the mistakes of a report are those of the test", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), small);
  const { code, stderr } = await nnc(["train", "p.nn", "--log", "log", "--report", "r.html"], { cwd });
  expect(stderr).toContain("report in r.html; open it in a browser");
  expect(code).toBe(0);
  const { part, count, looked, confusions, worst, pairs } = json(join(cwd, "log/examples.json"));
  expect([part, count, looked, pairs]).toEqual(["test", 100, 100, []]);
  const [{ name, labels, counts }] = confusions as [{ name: string; labels: string[]; counts: number[][] }];
  expect([name, labels]).toEqual(["digit", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]]);
  const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
  expect(counts.flat().reduce((a, b) => a + b)).toBe(100);
  expect(right / 100).toBeCloseTo(json(join(cwd, "log/run.json")).result.test.accuracy, 6);
  expect(worst).toHaveLength(Math.min(24, 100 - right));
  for (const { looks, answers } of worst) {
    expect(looks[0]).toMatchObject({ kind: "picture", width: 28, height: 28, channels: 1 });
    expect(answers[0].said.split(",")[0]).not.toBe(answers[0].right);
  }
  const { elements, text } = readMarkup(readFileSync(join(cwd, "r.html"), "utf8"));
  const { samples, layers } = json(join(cwd, "log/profile.json"));
  expect(samples).toBe(32);
  expect(layers.map((layer: { name: string }) => layer.name)).toContain("p.nn:10  Dense(10, softmax)");
  expect(text).toMatch(/Time by layer\s+A step of 32 examples takes [\d.]+ ms/);
  expect(text).toMatch(/p\.nn:10 {2}Dense\(10, softmax\)/);
  const pictures = elements.filter(({ name: tag }) => tag === "img");
  expect(pictures).toHaveLength(worst.length);
  for (const { attributes } of pictures) {
    expect(attributes.src).toMatch(/^data:image\/png;base64,/);
    expect(attributes.alt).toMatch(/^example \d+: pixels$/);
  }
});

const nasty = `<script>document.title='gone'</script><img src=x onerror="document.title='gone'">`;

test("numbers stand beside the right ones, and hostile names stay text", async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, "p.nn"),
    `dataset Houses {
  source csv("houses.csv")
  input  note: token(8)[3] = words(note)
  input  area: f32 = standardize
  target kind: class(2) = label
  target price: f32[1] = standardize
  split  train 80%, test 20%
}
model Sale(note: token(8)[3], area: f32) {
  let h = concatenate(area -> Reshape([1]), note -> Embedding(8, 2) -> Flatten()) -> Dense(8, relu)
  return { kind: h -> Dense(2, softmax), price: h -> Dense(1) }
}
train Sale on Houses {
  loss { kind: categorical_crossentropy, price: mse }
  optimizer adam(0.02)
  metrics { kind: [accuracy] }
  epochs 5
}
`,
  );
  const cell = `"${nasty.replaceAll('"', '""')}"`;
  const rows = Array.from({ length: 60 }, (_, i) => `${cell},${10 + i},${i % 2 ? cell : "b"},${1000 + 7 * i}`);
  const data = temporaryFolder();
  writeFileSync(join(data, "houses.csv"), `note,area,label,price\n${rows.join("\n")}\n`);
  const args = ["train", "p.nn", "--data", data, "--log", "log", "--report", "r.html"];
  const { code, stderr } = await nnc(args, { cwd });
  expect(stderr).toContain("report in r.html");
  expect(code).toBe(0);
  const { pairs, confusions, worst } = json(join(cwd, "log/examples.json"));
  expect(confusions[0].labels.sort()).toEqual(["b", nasty].sort());
  expect(pairs[0].name).toBe("price");
  expect(pairs[0].right).toHaveLength(12);
  for (const right of pairs[0].right) expect((right - 1000) % 7).toBe(0);
  for (const said of pairs[0].said) expect(Math.abs(said - 1200)).toBeLessThan(1000);
  expect(worst[0].loss).toBeGreaterThanOrEqual(worst.at(-1).loss);
  expect(worst[0].looks[0]).toEqual({ kind: "text", name: "note", text: nasty });
  const page = readFileSync(join(cwd, "r.html"), "utf8");
  const { elements, text } = readMarkup(page);
  expect(elements.map(({ name }) => name)).not.toContain("script");
  expect(elements.map(({ name }) => name)).not.toContain("img");
  expect(text).toContain(nasty);
  expect(text).toMatch(/houses\.csv, line \d+/);
  // Of the folder with the data a report has the last name alone.
  expect(page).not.toContain(data);
  expect(text).toMatch(new RegExp(`option --data\\s*${basename(data)}\\s`));
});

const browser = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

test.skipIf(browser === undefined)(
  "a browser shows the page, and runs nothing of it",
  async () => {
    const cwd = await trained;
    await nnc(["report", "log", "-o", "b.html"], { cwd });
    const flags = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--window-size=390,800",
      "--virtual-time-budget=2000",
    ];
    // Chromium's socket lies there, and a socket's path is short.
    const place = mkdtempSync("/tmp/nnc-");
    const { status, stdout } = spawnSync(browser!, [...flags, "--dump-dom", `file://${join(cwd, "b.html")}`], {
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, HOME: place, TMPDIR: place },
    });
    rmSync(place, { recursive: true, force: true });
    expect(status).toBe(0);
    expect(stdout).toContain("<title>Small on Digits</title>");
    expect(stdout).toMatch(/<path class="curve look0" d="M/);
    expect(stdout).not.toMatch(/<script|<parsererror/);
  },
  90_000,
);

/** Asks the server of a live page for something, as a browser would, or a stranger. */
const ask = (address: URL, path: string, headers: Record<string, string> = {}, method = "GET") =>
  new Promise<{ readonly code: number | undefined; readonly type: string | undefined; readonly text: string }>(
    (settle, fail) => {
      const asked = request({ host: "127.0.0.1", port: address.port, path, headers, method }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.on("end", () => settle({ code: response.statusCode, type: response.headers["content-type"], text }));
        response.on("error", fail);
      });
      asked.on("error", fail);
      asked.end();
    },
  );

test("a live page grows while the training runs, for this machine alone", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), small);
  const seen: Promise<unknown>[] = [];
  let address: URL | undefined;
  let events: Awaited<ReturnType<typeof ask>> | undefined;
  const ended = await nnc(["train", "p.nn", "--live", "--epochs", "40"], {
    cwd,
    onOutput(said) {
      const found = /live report: (http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/)\n/.exec(said);
      if (found === null || address !== undefined) return;
      address = new URL(found[1]!);
      const { host, pathname } = address;
      seen.push(
        ask(address, `${pathname}events`).then((one) => {
          events = one;
        }),
        ask(address, pathname).then(({ code, type, text }) => {
          expect([code, type]).toEqual([200, "text/html; charset=utf-8"]);
          const { elements } = readMarkup(text);
          const policy = elements.find(({ attributes }) => attributes["http-equiv"] !== undefined)?.attributes.content;
          const [script] = elements.filter(({ name }) => name === "script");
          expect(policy).toContain(`; script-src 'nonce-${script?.attributes.nonce}'; connect-src 'self'`);
        }),
        ask(address, "/").then(({ code }) => expect(code).toBe(404)),
        ask(address, pathname, { host: "evil.example" }).then(({ code }) => expect(code).toBe(403)),
        ask(address, pathname, { host: host.replace("127.0.0.1", "0.0.0.0") }).then(({ code }) =>
          expect(code).toBe(403),
        ),
        ask(address, pathname, {}, "POST").then(({ code }) => expect(code).toBe(405)),
      );
    },
  });
  expect(ended.code).toBe(0);
  expect(seen).toHaveLength(6);
  await Promise.all(seen);
  expect(events?.type).toBe("text/event-stream");
  const contents = [...events!.text.matchAll(/^data: (".*")$/gm)].map(([, text]) => String(JSON.parse(text!)));
  expect(contents.length).toBeGreaterThan(1);
  expect(contents.at(-1)).toContain("It went through all 40 epochs.");
  expect(contents.at(-1)).toContain("Which class it takes for which");
  expect(events?.text).toMatch(/event: end\n/);
  await expect(ask(address!, "/")).rejects.toThrow();
}, 60_000);

test("a training that cannot begin leaves no report", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), small);
  writeFileSync(join(cwd, "mine.html"), "<p>mine");
  const mine = await nnc(["train", "p.nn", "--report", "mine.html"], { cwd });
  expect(mine.code).toBe(2);
  expect(mine.stderr).toContain("mine.html is there, and nnc did not write it");
  const bad = await nnc(["train", "p.nn", "--report", "r.html", "--save", "no/where.safetensors"], { cwd });
  expect(bad.code).toBe(3);
  expect(existsSync(join(cwd, "r.html"))).toBe(false);
});
