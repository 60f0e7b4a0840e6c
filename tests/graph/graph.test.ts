// Pictures of networks: what is drawn, where it stands, and that any text stays text.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { describeNetwork, networkIn } from "../../src/driver/network.ts";
import { picturesOf } from "../../src/graph/index.ts";
import { type Network, type NetworkNode, nodeKinds } from "../../src/graph/network.ts";
import { levelOf } from "../../src/graph/place.ts";
import type { Placed, PlacedBox, PlacedLabel } from "../../src/graph/plane.ts";
import { treeOf } from "../../src/graph/tree.ts";
import { boxesIn, defaultFolds, type Folds, itemsOf, linksOf, unfolded } from "../../src/graph/view.ts";
import { viewerScript } from "../../src/graph/viewer.generated.ts";
import { everything } from "../support/extent.ts";
import { root } from "../support/nnc.ts";

/** The network of the first model of a program. */
async function networkOf(text: string): Promise<Network> {
  const texts = new Map([["main.nn", text]]);
  const { program } = checkProgram({ entry: "main.nn", texts });
  const network = await networkIn(program, texts, program.models[0]?.name ?? "");
  if (network === undefined) throw new Error("the program has no model without errors");
  return network;
}

async function networkInFile(name: string): Promise<Network> {
  const path = `models/${name}.nn`;
  const texts = new Map([[path, readFileSync(join(root, path), "utf8")]]);
  const { network } = await describeNetwork({ entry: path, texts }, { target: "wasm" });
  if (network === undefined) throw new Error(`${path} has errors`);
  return network;
}

function placedIn(network: Network, folds?: Folds): readonly Placed[] {
  const trees = treeOf(network);
  const seen = folds ?? defaultFolds(trees);
  const scene = { nodes: network.nodes, links: linksOf(network, trees, seen) };
  return levelOf(scene, itemsOf(trees, seen), { from: 0, to: network.nodes.length }).placed;
}

const boxes = (placed: readonly Placed[]): readonly PlacedBox[] => placed.filter((one) => one.kind === "box");
const labels = (placed: readonly Placed[]): readonly PlacedLabel[] => placed.filter((one) => one.kind === "label");

const residual = `block Residual(x: f32[h, w, c]) {
  x + (x -> Conv2D(c, 3x3, padding: same, activation: relu) -> BatchNormalization())
}
model M(image: f32[8, 8, 4]) {
  repeat 3 { Residual() }
  Flatten()
  Dense(10, softmax)
}
`;

describe("the network as data", () => {
  test("has nodes after what they read, blocks around what they hold, and costs", async () => {
    const { nodes, blocks, parameters, bytes, flops } = await networkOf(residual);
    for (const { id, from } of nodes) for (const at of from) expect(at).toBeLessThan(id);
    expect(nodes.map(({ name, detail, shape }) => [name, detail, shape].join(" | ")).slice(0, 4)).toEqual([
      "image |  | 8 × 8 × 4",
      "Conv2D | 4, 3 × 3, relu, same | 8 × 8 × 4",
      "BatchNormalization |  | 8 × 8 × 4",
      "+ |  | 8 × 8 × 4",
    ]);
    expect(blocks.filter(({ kind }) => kind === "block").map(({ path, from, to }) => [path, from, to])).toEqual([
      ["residual", 1, 4],
      ["residual_1", 4, 7],
      ["residual_2", 7, 10],
    ]);
    expect(parameters).toBe(3 * (148 + 16) + 2570);
    expect(bytes).toBe(4 * parameters);
    expect(nodes.reduce((sum, node) => sum + (node.flops ?? 0), 0)).toBe(flops);
  });

  test("says whose weights a layer uses again, what losses read and optimizers train", async () => {
    const { nodes } = await networkInFile("gan");
    const critics = nodes.filter(({ path }) => path === "critic/dense");
    expect(critics.map(({ shares, parameters }) => [shares, parameters])).toEqual([
      [undefined, 3137],
      [critics[0]?.id, 0],
    ]);
    const losses = nodes.filter(({ kind }) => kind === "loss");
    const name = (id: number): string => nodes[id]?.name ?? "";
    expect(losses.map((node) => [node.name, node.detail, node.from.map(name), node.trains])).toEqual([
      [
        "critic",
        "mean(softplus(-real)) + mean(softplus(fake))",
        ["real", "fake"],
        [{ optimizer: "adam(2e-4, beta_1: 0.5)", weights: "critic" }],
      ],
      [
        "generator",
        "mean(softplus(-fake))",
        ["fake"],
        [{ optimizer: "adam(2e-4, beta_1: 0.5)", weights: "generator" }],
      ],
    ]);
  });
});

describe("blocks", () => {
  test("that are equal and follow each other are one with their count; all are there when unfolded", async () => {
    const network = await networkOf(residual);
    const trees = treeOf(network);
    expect(trees.map(({ kind }) => kind)).toEqual(["leaf", "stack", "leaf", "leaf", "leaf"]);
    expect(boxes(placedIn(network)).map(({ box }) => box.lines[0]?.text)).toEqual([
      ...["image", "Conv2D", "BatchNormalization", "+", "Flatten", "Dense", "output"],
    ]);
    expect(picturesOf(network).svg()).toContain("× 3");
    expect(boxes(placedIn(network, unfolded(trees)))).toHaveLength(4 + 3 * 3);
  });

  test("that differ in size, or that others read too, are no stack", async () => {
    const other = residual.replace("repeat 3 { Residual() }", "Residual()\n  Conv2D(8, 1x1)\n  Residual()");
    expect(treeOf(await networkOf(other)).some(({ kind }) => kind === "stack")).toBe(false);
    const read = residual.replace("repeat 3 { Residual() }", "let a = image -> Residual()\n  a + (a -> Residual())");
    expect(treeOf(await networkOf(read)).some(({ kind }) => kind === "stack")).toBe(false);
  });

  test("fold to one box with the sum of their weights", async () => {
    const folded = boxes(placedIn(await networkOf(residual), { open: new Set(), apart: new Set() }));
    expect(folded[1]?.box.lines.map(({ text }) => text)).toEqual([
      "Residual  × 3",
      "3 layers",
      "492 parameters · 1.97 kB",
    ]);
  });
});

describe("places", () => {
  const models = ["mnist", "cifar-resnet", "char-gpt", "segment", "gan", "translate-en-de", "vae"];

  test.each(models)("no box or label of %s lies on another, folded or not", async (name) => {
    const network = await networkInFile(name);
    const trees = treeOf(network);
    for (const folds of [defaultFolds(trees), unfolded(trees), { open: new Set<string>(), apart: new Set<string>() }]) {
      const placed = placedIn(network, folds);
      const areas = [
        ...boxes(placed).map(({ x, y, box }) => ({ x, y, width: box.width, height: box.height })),
        ...labels(placed).map(({ x, y, text }) => ({ x, y: y - 9, width: 4 * text.length, height: 10 })),
      ];
      const overlaps = areas.flatMap((a, i) =>
        areas
          .slice(i + 1)
          .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
      );
      expect(overlaps).toEqual([]);
    }
  });

  test.each(models)("no line of %s passes through a box", async (name) => {
    const placed = placedIn(await networkInFile(name));
    const inner = boxes(placed).map(({ x, y, box }) => [x + 1, y + 1, x + box.width - 1, y + box.height - 1] as const);
    for (const line of placed) {
      if (line.kind !== "line") continue;
      const points = line.path.map((part) => [part.at(-2), part.at(-1)] as [number, number]);
      for (const [i, [x, y]] of points.slice(1).entries()) {
        const [x0, y0] = points[i] as [number, number];
        const through = inner.filter(
          ([left, top, right, bottom]) =>
            Math.max(x, x0) > left && Math.min(x, x0) < right && Math.max(y, y0) > top && Math.min(y, y0) < bottom,
        );
        expect(through).toEqual([]);
      }
    }
  });

  test("a chain is a straight line", async () => {
    const middles = boxes(placedIn(await networkInFile("mnist")))
      .filter(({ box }) => box.colour !== "loss" && box.colour !== "target")
      .map(({ x, box }) => x + box.width / 2);
    expect(new Set(middles).size).toBe(1);
  });
});

describe("hostile names", () => {
  const evil = `</script><script>alert(1)</script>"'&\u202e`;
  const node: NetworkNode = {
    ...{ id: 0, kind: "input", name: evil, detail: evil, text: evil, path: evil, family: "other", shape: evil },
    ...{ from: [], parameters: 0, bytes: 0 },
  };
  const network: Network = {
    ...{ format: "nnc-network", version: 1, model: evil, parameters: 0, bytes: 0 },
    nodes: [node, { ...node, id: 1, kind: "layer", from: [0] }, { ...node, id: 2, kind: "loss", from: [1] }],
    blocks: [{ kind: "block", name: evil, text: evil, path: evil, from: 1, to: 2 }],
  };

  test("are text in each form", () => {
    const { svg, html, dot } = picturesOf(network);
    expect(svg().includes("<script")).toBe(false);
    // The page's own two scripts, and nothing that ends one before its end.
    expect(html().match(/<script/g)).toHaveLength(2);
    expect(html().match(/<\/script/g)).toHaveLength(2);
    expect(html().includes("\u202e")).toBe(false);
    // Outside of its quotes, Graphviz reads only what nnc wrote.
    expect(dot().replace(/"(?:[^"\\]|\\.)*"/g, "Q")).not.toMatch(/alert|["'&]/);
  });

  test("the page allows no script but its own, and asks for nothing", () => {
    const page = picturesOf(network).html();
    const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'");
    const expected = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src";
    expect(policy).toBe(`${expected} 'sha256-${hash}'`);
    const elements = page.replace(script, "");
    expect([...elements.matchAll(/(?:src|href)="(?!data:)[^"]*"/g)].map(([found]) => found)).toEqual([]);
  });
});

describe("size", () => {
  const chain = (length: number): Network => ({
    ...{ format: "nnc-network", version: 1, model: "Long", parameters: 0, bytes: 0, blocks: [] },
    nodes: Array.from({ length }, (_, id) => ({
      ...{
        id,
        kind: "layer" as const,
        name: `Layer${id % 7}`,
        detail: "",
        text: "",
        path: `l${id}`,
        family: "other" as const,
      },
      ...{
        shape: "8",
        from: id === 0 ? [] : id > 40 && id % 9 === 0 ? [id - 1, id - 40] : [id - 1],
        parameters: 1,
        bytes: 4,
      },
    })),
  });

  test("a network of 6,000 layers without blocks has few boxes, whatever is asked for", () => {
    const trees = treeOf(chain(6_000));
    expect(boxesIn(itemsOf(trees, defaultFolds(trees)))).toBeLessThan(130);
    expect(boxesIn(itemsOf(trees, unfolded(trees)))).toBeLessThanOrEqual(1500);
    const svg = picturesOf(chain(6_000)).svg();
    expect(svg).toContain("of 6000");
    expect(svg.length).toBeLessThan(300_000);
  });
});

describe("any network", () => {
  const word = fc.constantFrom("Dense", "+", "relu", "", "a rather long name of a layer", "Λ <&>", "x".repeat(300));
  const networks: fc.Arbitrary<Network> = fc
    .array(
      fc.record({
        ...{ kind: fc.constantFrom(...nodeKinds), name: word, detail: word, shape: word },
        ...{ reads: fc.array(fc.nat(), { maxLength: 3 }), shares: fc.option(fc.nat()), parameters: fc.nat() },
      }),
      { maxLength: 40 },
    )
    .chain((nodes) =>
      fc
        .array(fc.tuple(fc.nat(nodes.length), fc.nat(nodes.length), word), { maxLength: 12 })
        .map((blocks) => madeOf(nodes, blocks)),
    );

  type Drawn = Pick<NetworkNode, "kind" | "name" | "detail" | "shape" | "parameters"> & {
    readonly reads: readonly number[];
    readonly shares: number | null;
  };

  /** A network of random nodes, and of blocks that may overlap or be empty, as a damaged log may have them. */
  function madeOf(nodes: readonly Drawn[], blocks: readonly (readonly [number, number, string])[]): Network {
    return {
      ...{ format: "nnc-network", version: 1, model: "Any", parameters: 1, bytes: 4 },
      nodes: nodes.map(({ reads, shares, ...node }, id) => ({
        ...{ id, text: node.name, path: node.name, family: "other", bytes: 0, ...node },
        from: id === 0 ? [] : [...new Set(reads.map((at) => at % id))],
        ...(shares === null || id === 0 ? {} : { shares: shares % id }),
      })),
      blocks: blocks.map(([from, to, name]) => ({ kind: "block", name, text: `${name}(1)`, path: name, from, to })),
    };
  }

  test("has a picture of finite numbers, however it is folded", () => {
    fc.assert(
      fc.property(networks, fc.nat(3), (network, depth) => {
        for (const opening of [{}, { depth }, "all"] as const) {
          const { svg, dot, html } = picturesOf(network, opening);
          expect(/NaN|Infinity|undefined/.exec(svg())).toBeNull();
          expect(/undefined/.exec(dot())).toBeNull();
          expect(html().length).toBeGreaterThan(0);
        }
      }),
      { numRuns: everything ? 300 : 8 },
    );
  });
});

describe("the page's script", () => {
  /** Runs the script of a page as a browser does, with the few things that it asks of one. */
  function opened(page: string) {
    const data = /<script type="application\/json" id="network">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
    const listeners = new Map<string, (event: object) => void>();
    const element = (name: string) => ({
      ...{ innerHTML: "", textContent: data, dataset: {}, focus: () => {} },
      addEventListener: (type: string, listener: (event: object) => void) => listeners.set(`${name} ${type}`, listener),
    });
    const elements = new Map<string, ReturnType<typeof element>>();
    const querySelector = (selector: string) => {
      elements.set(selector, elements.get(selector) ?? element(selector));
      return elements.get(selector);
    };
    runInNewContext(viewerScript, { document: { querySelector }, structuredClone });
    const act = (type: string, dataset: { fold?: string; apart?: string }, key?: string): string => {
      let prevented = false;
      const closest = (selector: string) =>
        dataset.fold !== undefined && selector === "[data-fold]"
          ? { dataset }
          : dataset.apart !== undefined && selector === "[data-apart]"
            ? { dataset }
            : null;
      const preventDefault = (): void => {
        prevented = true;
      };
      listeners.get(`#picture ${type}`)?.({ target: { closest }, key, preventDefault });
      expect(prevented).toBe(key === " ");
      return elements.get("#picture")?.innerHTML ?? "";
    };
    const press = (name: string): string => {
      listeners.get(`[data-all="${name}"] click`)?.({});
      return elements.get("#picture")?.innerHTML ?? "";
    };
    return { act, press };
  }
  const count = (svg: string, text: string): number => svg.split(`>${text}<`).length - 1;

  test("folds, unfolds and shows each of equal blocks, by click and by key", async () => {
    const page = picturesOf(await networkOf(residual)).html();
    const [, fold] = /data-fold="(\w+)"/.exec(page) ?? [];
    const [, apart] = /data-apart="(\w+)"/.exec(page) ?? [];
    const { act, press } = opened(page);
    expect(count(act("click", { apart: `${apart}` }), "Residual")).toBe(3);
    expect(count(act("click", { apart: `${apart}` }), "Residual")).toBe(1);
    expect(count(act("keydown", { fold: `${fold}` }, " "), "Conv2D")).toBe(0);
    expect(count(act("keydown", { fold: `${fold}` }, " "), "Conv2D")).toBe(1);
    expect(count(press("unfold"), "Conv2D")).toBe(3);
    expect(count(press("fold"), "Conv2D")).toBe(0);
    expect(count(press("first"), "Conv2D")).toBe(1);
    // The script lays out as nnc does: what it makes of the first state is what the page came with.
    expect(page).toContain(press("first"));
  });
});

describe("the pictures of the documents", () => {
  test.each(["mnist", "resnet", "cifar-resnet", "char-gpt", "segment", "gan"])(
    "%s is what nnc graph draws",
    async (name) => {
      const path = join(root, "docs/images", `graph-${name}.svg`);
      const svg = picturesOf(await networkInFile(name)).svg();
      if (process.env.UPDATE_CASES !== undefined) writeFileSync(path, svg);
      expect(readFileSync(path, "utf8")).toBe(svg);
    },
  );
});
