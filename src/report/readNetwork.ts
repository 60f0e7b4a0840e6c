// Reads the network of a log strictly: whatever it is, a picture of it can be drawn.

import { families, type Network, type NetworkBlock, type NetworkNode, nodeKinds } from "../graph/index.ts";
import { fieldsOf, listOf, NotARun, numberOf, optional, required, textOf, wholeOf } from "./decode.ts";

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (value: unknown, where: string): T => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new NotARun(`${where} is none of ${words.join(", ")}`);
    return found;
  };

/** Reads the number of a node before this one. */
const before =
  (id: number) =>
  (value: unknown, where: string): number => {
    const at = wholeOf(value, where);
    if (at >= id) throw new NotARun(`${where} is no node before ${id}`);
    return at;
  };

function trained(value: unknown, where: string): { readonly optimizer: string; readonly weights: string } {
  const fields = fieldsOf(value, where);
  return {
    optimizer: required(fields, "optimizer", where, textOf),
    weights: required(fields, "weights", where, textOf),
  };
}

function readNode(value: unknown, where: string, id: number): NetworkNode {
  const fields = fieldsOf(value, where);
  const flops = optional(fields, "flops", where, numberOf);
  const shares = optional(fields, "shares", where, before(id));
  const trains = optional(fields, "trains", where, (list, at) => listOf(list, at, trained));
  return {
    id,
    kind: required(fields, "kind", where, oneOf(nodeKinds)),
    name: required(fields, "name", where, textOf),
    detail: required(fields, "detail", where, textOf),
    text: required(fields, "text", where, textOf),
    path: required(fields, "path", where, textOf),
    family: required(fields, "family", where, oneOf(families)),
    shape: required(fields, "shape", where, textOf),
    from: required(fields, "from", where, (list, at) => listOf(list, at, before(id))),
    parameters: required(fields, "parameters", where, numberOf),
    bytes: required(fields, "bytes", where, numberOf),
    ...(flops === undefined ? {} : { flops }),
    ...(shares === undefined ? {} : { shares }),
    ...(trains === undefined ? {} : { trains }),
  };
}

function readBlock(value: unknown, where: string): NetworkBlock {
  const fields = fieldsOf(value, where);
  return {
    kind: required(fields, "kind", where, oneOf(["block", "turn"] as const)),
    name: required(fields, "name", where, textOf),
    text: required(fields, "text", where, textOf),
    path: required(fields, "path", where, textOf),
    from: required(fields, "from", where, wholeOf),
    to: required(fields, "to", where, wholeOf),
  };
}

/** Reads what `nnc graph --json` prints. */
export function readNetwork(value: unknown, where: string): Network {
  const fields = fieldsOf(value, where);
  const flops = optional(fields, "flops", where, numberOf);
  let next = 0;
  return {
    format: required(fields, "format", where, oneOf(["nnc-network"] as const)),
    version: 1,
    model: required(fields, "model", where, textOf),
    parameters: required(fields, "parameters", where, numberOf),
    bytes: required(fields, "bytes", where, numberOf),
    ...(flops === undefined ? {} : { flops }),
    nodes: required(fields, "nodes", where, (list, at) => listOf(list, at, (one, of) => readNode(one, of, next++))),
    blocks: required(fields, "blocks", where, (list, at) => listOf(list, at, readBlock)),
  };
}
