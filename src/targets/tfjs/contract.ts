// A sum of products as a call of TensorFlow.js: matMul, conv2d and its two gradients where it is one of these, otherwise
// gathers along the axes, one matMul, and sums along the axes.

import type { Access, Affine, Node, PrimOf } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { literal } from "../literal.ts";
import { shapeText, sizeText } from "./sizes.ts";

type Contract = Node<PrimOf<"contract">>;
/** Names and shapes of values by their ids. */
export interface Values {
  name(id: number): string;
  shape(id: number): readonly Size[];
}

/** The loop that an index is, where it is nothing but one. */
function plain({ offset, strides }: Affine): string | undefined {
  const [first, ...more] = Object.entries(strides).filter(([, stride]) => stride !== 0);
  return offset === 0 && first?.[1] === 1 && more.length === 0 ? first[0] : undefined;
}

/** An index over a window: `stride · outer + dilation · inner - before`. */
interface Slide {
  readonly outer: string;
  readonly stride: number;
  readonly inner: string;
  readonly dilation: number;
  readonly before: number;
}
function slide({ offset, strides }: Affine, outer: string | undefined, inner: string | undefined): Slide | undefined {
  if (outer === undefined || inner === undefined) return undefined;
  const names = Object.keys(strides).filter((name) => strides[name] !== 0);
  const [stride = 0, dilation = 0] = [strides[outer], strides[inner]];
  if (names.length !== 2 || stride < 1 || dilation < 1) return undefined;
  return { outer, stride, inner, dilation, before: -offset };
}

interface Convolution {
  readonly y: Slide;
  readonly x: Slide;
}
/** Whether three accesses are those of a picture, a kernel and the maps of one 2D convolution. */
function convolution(picture: Access, kernel: Access, maps: Access): Convolution | undefined {
  if (picture.length !== 4 || kernel.length !== 4 || maps.length !== 4) return undefined;
  const [ky, kx, c, f] = kernel.map(plain);
  const [b, y, x, g] = maps.map(plain);
  const [first, rows, columns, last] = picture as readonly [Affine, Affine, Affine, Affine];
  const names = [ky, kx, c, f, b, y, x];
  if (names.includes(undefined) || new Set(names).size !== names.length) return undefined;
  if (plain(first) !== b || plain(last) !== c || g !== f) return undefined;
  const [sy, sx] = [slide(rows, y, ky), slide(columns, x, kx)];
  return sy === undefined || sx === undefined ? undefined : { y: sy, x: sx };
}

/** Padding that a convolution needs before and after an axis to read only what is there. Negative: it leaves some out. */
function padding(s: Slide, picture: Size, kernel: Size, maps: Size): readonly [number, number] | undefined {
  if (typeof picture !== "number" || typeof kernel !== "number" || typeof maps !== "number") return undefined;
  return [s.before, s.stride * (maps - 1) + s.dilation * (kernel - 1) - s.before - picture + 1];
}

interface Sizes {
  readonly picture: readonly Size[];
  readonly kernel: readonly Size[];
  readonly maps: readonly Size[];
}
function paddings({ y, x }: Convolution, { picture, kernel, maps }: Sizes) {
  const rows = padding(y, picture[1] ?? 1, kernel[0] ?? 1, maps[1] ?? 1);
  const columns = padding(x, picture[2] ?? 1, kernel[1] ?? 1, maps[2] ?? 1);
  if (rows === undefined || columns === undefined) return undefined;
  return [rows, columns].every(([before]) => before >= 0) ? { rows, columns } : undefined;
}

/** The picture with its padding; where the last window ends before the picture does, without what is left over. */
function padded(name: string, shape: readonly Size[], rows: readonly number[], columns: readonly number[]): string {
  const before = [rows[0] ?? 0, columns[0] ?? 0];
  const after = [rows[1] ?? 0, columns[1] ?? 0];
  const cut = after.some((a) => a < 0);
  const kept = cut
    ? `tf.slice(${name}, [0, 0, 0, 0], ${shapeText(shape.map((size, i) => (typeof size === "number" && (i === 1 || i === 2) ? size + Math.min(after[i - 1] ?? 0, 0) : size)))})`
    : name;
  const amounts = [0, 1].map((i) => [before[i] ?? 0, Math.max(after[i] ?? 0, 0)]);
  return amounts.flat().every((a) => a === 0) ? kept : `tf.pad(${kept}, ${literal([[0, 0], ...amounts, [0, 0]])}, 0)`;
}

const pair = (a: number, b: number): string => literal([a, b]);

/** One conv2d, or one of its gradients. */
function convolutionText(node: Contract, v: Values): string | undefined {
  const sides = [
    { id: node.lhs, access: node.left },
    { id: node.rhs, access: node.right },
  ] as const;
  for (const [a, b] of [
    [sides[0], sides[1]],
    [sides[1], sides[0]],
  ] as const) {
    const forward = convolution(a.access, b.access, node.out);
    if (forward !== undefined) {
      const found = paddings(forward, { picture: v.shape(a.id), kernel: v.shape(b.id), maps: node.type.shape });
      if (found === undefined) return undefined;
      const { y, x } = forward;
      const picture = padded(v.name(a.id), v.shape(a.id), found.rows, found.columns);
      return `tf.conv2d(${picture}, ${v.name(b.id)}, ${pair(y.stride, x.stride)}, "valid", "NHWC", ${pair(y.dilation, x.dilation)})`;
    }
    const byKernel = convolution(a.access, node.out, b.access);
    const byPicture = convolution(node.out, a.access, b.access);
    const back = byKernel ?? byPicture;
    if (back === undefined || back.y.dilation !== 1 || back.x.dilation !== 1) continue;
    const strides = `strides: ${pair(back.y.stride, back.x.stride)}, pad: "valid", dataFormat: "NHWC", dimRoundingMode: undefined`;
    const picture = byKernel === undefined ? node.type.shape : v.shape(a.id);
    const kernel = byKernel === undefined ? v.shape(a.id) : node.type.shape;
    const found = paddings(back, { picture, kernel, maps: v.shape(b.id) });
    if (found === undefined) continue;
    if (byKernel !== undefined)
      return `kernelOf(tf, "Conv2DBackpropFilter", { x: ${padded(v.name(a.id), picture, found.rows, found.columns)}, dy: ${v.name(b.id)} }, { ${strides}, filterShape: ${shapeText(kernel)} })`;
    const { rows, columns } = found;
    const [height, width] = [picture[1], picture[2]] as [number, number];
    // The gradient by the padded picture, then what belongs to the picture; what no window reached is 0.
    const shape = [picture[0] ?? 1, height + rows[0] + rows[1], width + columns[0] + columns[1], picture[3] ?? 1];
    const whole = `kernelOf(tf, "Conv2DBackpropInput", { dy: ${v.name(b.id)}, filter: ${v.name(a.id)} }, { ${strides}, inputShape: ${shapeText(shape)} })`;
    const lost = [rows[1], columns[1]].map((after) => Math.max(-after, 0)) as [number, number];
    const grown =
      lost[0] + lost[1] === 0
        ? whole
        : `tf.pad(${whole}, ${literal([
            [0, 0],
            [0, lost[0]],
            [0, lost[1]],
            [0, 0],
          ])}, 0)`;
    if ([...rows, ...columns].every((p) => p <= 0)) return grown;
    return `tf.slice(${grown}, ${literal([0, rows[0], columns[0], 0])}, ${shapeText(picture)})`;
  }
  return undefined;
}

/** One matMul of two matrices as they lie. */
function matrixText(node: Contract, v: Values): string | undefined {
  const [left, right, out] = [node.left, node.right, node.out].map((access) => access.map(plain));
  if (left?.length !== 2 || right?.length !== 2 || out?.length !== 2 || node.loops.length !== 3) return undefined;
  if ([...left, ...right, ...out].includes(undefined)) return undefined;
  for (const [a, l, b, r] of [
    [node.lhs, left, node.rhs, right],
    [node.rhs, right, node.lhs, left],
  ] as const) {
    const shared = l.find((name) => r.includes(name) && !out.includes(name));
    if (shared === undefined || l[0] === l[1] || r[0] === r[1]) return undefined;
    if (!l.includes(out[0]) || !r.includes(out[1]) || out[0] === out[1]) continue;
    return `tf.matMul(${v.name(a)}, ${v.name(b)}, ${l[0] === shared}, ${r[1] === shared})`;
  }
  return undefined;
}

/** Any contract: reads are gathers along axes, writes are sums along axes, between them is one product. */
function generalText(node: Contract, v: Values): string {
  const extent = new Map(node.loops.map((loop) => [loop.name, loop.extent]));
  const list = (names: readonly string[]): string =>
    `[${names.map((name) => sizeText(extent.get(name) ?? 1)).join(", ")}]`;
  const unfold = (access: Access, shape: readonly Size[]) =>
    access.map((affine, axis) => {
      const name = plain(affine);
      const full = name !== undefined && sizeText(extent.get(name) ?? 1) === sizeText(shape[axis] ?? 1);
      const names = Object.keys(affine.strides).filter((loop) => affine.strides[loop] !== 0);
      return { affine, names, full };
    });
  const distinct = (axes: ReturnType<typeof unfold>): readonly string[] => {
    const names = axes.flatMap((axis) => axis.names);
    if (new Set(names).size !== names.length)
      throw new Error(`target tfjs cannot read or write one loop along two axes (at '${node.origin}')`);
    return names;
  };
  const read = (id: number, access: Access) => {
    const axes = unfold(access, v.shape(id));
    const names = distinct(axes);
    // Last axis first: those before keep their places.
    const text = axes.reduceRight(
      (inner, { affine, names: own, full }, axis) =>
        full
          ? inner
          : `readAlong(tf, ${inner}, ${axis}, ${affine.offset}, ${literal(own.map((name) => affine.strides[name] ?? 0))}, ${list(own)})`,
      v.name(id),
    );
    return { text, names };
  };
  const [a, b] = [read(node.lhs, node.left), read(node.rhs, node.right)];
  const axes = unfold(node.out, node.type.shape);
  const out = distinct(axes);
  const sizes = `{ ${node.loops.map((loop) => `${literal(loop.name)}: ${sizeText(loop.extent)}`).join(", ")} }`;
  const made = `product(tf, ${a.text}, ${literal(a.names)}, ${b.text}, ${literal(b.names)}, ${literal(out)}, ${sizes})`;
  return axes.reduce(
    (inner, { affine, names, full }, axis) =>
      full
        ? inner
        : `addAlong(tf, ${inner}, ${axis}, ${affine.offset}, ${literal(names.map((name) => affine.strides[name] ?? 0))}, ${list(names)}, ${sizeText(node.type.shape[axis] ?? 1)})`,
    made,
  );
}

export function contractText(node: Contract, v: Values): string {
  if (node.onto !== undefined) throw new Error("compiler bug: a contract onto another value has no spelling");
  return matrixText(node, v) ?? convolutionText(node, v) ?? generalText(node, v);
}
