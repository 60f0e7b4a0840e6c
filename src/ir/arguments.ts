// Finds the values that a node reads. Only this file knows where nodes hold ids.

import type { Op, Part, Scan, ValueId } from "./graph.ts";

type AnyNode = Op;

/** The node with each id it reads replaced. Everything else stays the same: the node itself, if no id changes. */
export function withArguments<N extends AnyNode>(node: N, replace: (id: ValueId) => ValueId): N;
export function withArguments(node: AnyNode, replace: (id: ValueId) => ValueId): AnyNode {
  switch (node.kind) {
    case "input":
    case "param":
    case "const":
    case "size":
    case "iota":
      return node;
    case "random": {
      const [seed, step] = [replace(node.seed), replace(node.step)];
      return seed === node.seed && step === node.step ? node : { ...node, seed, step };
    }
    case "map":
    case "concat": {
      const args = replaced(node.args, replace);
      return args === node.args ? node : { ...node, args };
    }
    case "contract": {
      const [lhs, rhs] = [replace(node.lhs), replace(node.rhs)];
      const onto = node.onto === undefined ? undefined : replace(node.onto);
      if (lhs === node.lhs && rhs === node.rhs && onto === node.onto) return node;
      return onto === undefined ? { ...node, lhs, rhs } : { ...node, lhs, rhs, onto };
    }
    case "window_scatter": {
      const [arg, gradient] = [replace(node.arg), replace(node.gradient)];
      return arg === node.arg && gradient === node.gradient ? node : { ...node, arg, gradient };
    }
    case "gather": {
      const [arg, indices] = [replace(node.arg), replace(node.indices)];
      return arg === node.arg && indices === node.indices ? node : { ...node, arg, indices };
    }
    case "scatter_add": {
      const [indices, updates] = [replace(node.indices), replace(node.updates)];
      return indices === node.indices && updates === node.updates ? node : { ...node, indices, updates };
    }
    case "scan":
      return scanWith(node, replace);
    case "reduce":
    case "arg_reduce":
    case "window_reduce":
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "pad": {
      const arg = replace(node.arg);
      return arg === node.arg ? node : { ...node, arg };
    }
    case "call": {
      const [args, weights] = [replaced(node.args, replace), replaced(node.weights, replace)];
      return args === node.args && weights === node.weights ? node : { ...node, args, weights };
    }
    case "part":
      return partWith(node, replace(node.of));
    case "gradient": {
      const [of, wrt] = [replace(node.of), replace(node.wrt)];
      return of === node.of && wrt === node.wrt ? node : { ...node, of, wrt };
    }
  }
}

const partWith = (node: Part, of: ValueId): Part => (of === node.of ? node : { ...node, of });

function scanWith(node: Scan, replace: (id: ValueId) => ValueId): Scan {
  const init = replaced(node.init, replace);
  const over = replaced(node.over, replace);
  const captures = replaced(node.captures, replace);
  const isSame = init === node.init && over === node.over && captures === node.captures;
  return isSame ? node : { ...node, init, over, captures };
}

/** The same list if nothing changes. */
function replaced(ids: readonly ValueId[], replace: (id: ValueId) => ValueId): readonly ValueId[] {
  const next = ids.map(replace);
  return next.every((id, i) => id === ids[i]) ? ids : next;
}

/** The ids a node reads, in order. An id appears twice if the node reads it twice. */
export function argumentsOf(node: AnyNode): readonly ValueId[] {
  switch (node.kind) {
    case "input":
    case "param":
    case "const":
    case "size":
    case "iota":
      return none;
    case "random":
      return [node.seed, node.step];
    case "map":
    case "concat":
      return node.args;
    case "contract":
      return node.onto === undefined ? [node.lhs, node.rhs] : [node.lhs, node.rhs, node.onto];
    case "window_scatter":
      return [node.arg, node.gradient];
    case "gather":
      return [node.arg, node.indices];
    case "scatter_add":
      return [node.indices, node.updates];
    case "scan":
      return [...node.init, ...node.over, ...node.captures];
    case "reduce":
    case "arg_reduce":
    case "window_reduce":
    case "reshape":
    case "transpose":
    case "broadcast":
    case "slice":
    case "pad":
      return [node.arg];
    case "call":
      return [...node.args, ...node.weights];
    case "part":
      return [node.of];
    case "gradient":
      return [node.of, node.wrt];
  }
}

const none: readonly ValueId[] = [];
