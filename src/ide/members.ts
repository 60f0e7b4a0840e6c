// What stands after a point: the weights of a named layer, the outputs after `prediction.`, the targets after `target.`.

import { declaredNames, statementsIn } from "../check/program/walk.ts";
import type { Model } from "../syntax/ast.ts";
import { asKinded, pathAt } from "./locate.ts";
import { trainNames } from "./namesInTrainings.ts";
import { fileNames } from "./scopes.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Member {
  readonly name: string;
  readonly detail: string;
}

/** Returns all that can stand at `offset` after a name and a point; undefined if there is no point. */
export function membersAt(snapshot: Snapshot, file: string, offset: number): readonly Member[] | undefined {
  const before = (snapshot.texts.get(file) ?? "").slice(Math.max(0, offset - 200), offset);
  const [, plain, quoted] =
    /(?:\b([\p{L}_][\p{L}\p{N}_]*)|`([^`\n]+)`)\.(?:[\p{L}_][\p{L}\p{N}_]*|`[^`\n]*)?$/u.exec(before) ?? [];
  const name = plain ?? quoted;
  if (name === undefined) return undefined;
  const [around] = pathAt(snapshot.files.get(file), offset).map(asKinded);
  if (around?.kind === "train") {
    const names = fileNames(snapshot.files, snapshot.entry).get(file) ?? { own: new Map() };
    return [...(trainNames(around, names).members(name)?.own ?? [])].map(([own, { kind }]) => ({
      name: own,
      detail: kind,
    }));
  }
  if (around?.kind !== "model" && around?.kind !== "block") return [];
  const { statements } = around.body;
  const all = statements.flatMap((one) => [one, ...(one.value === undefined ? [] : statementsIn(one.value))]);
  const isLayer = all.some((one) => one.kind === "layer" && declaredNames(one).some(({ text }) => text === name));
  return isLayer ? weightsOf(snapshot, around.kind === "model" ? around : undefined, name) : [];
}

/** Returns the weights of a layer of a model, or of a block in any model, as their names stand after the layer's. */
function weightsOf({ program }: Snapshot, model: Model | undefined, layer: string): readonly Member[] {
  const models = [...program.models, ...program.unfinished].filter(
    ({ name }) => model === undefined || name === model.name.text,
  );
  const found = new Map<string, Member>();
  for (const { weights } of models)
    for (const { path, shape } of weights) {
      const at = model === undefined ? `/${path}`.lastIndexOf(`/${layer}/`) : path.startsWith(`${layer}/`) ? 0 : -1;
      if (at < 0) continue;
      const name = path.slice(at + layer.length + 1);
      const sizes = shape.map((size) => (typeof size === "number" ? size : "_"));
      found.set(name, { name, detail: `f32[${sizes.join(", ")}]` });
    }
  return [...found.values()];
}
