// What every name of a program means: all places of a name, found in the trees. Definition, references, rename, highlights
// and colours ask this file, so that they agree.

import type { Span } from "../base/span.ts";
import type {
  Argument,
  Block,
  Body,
  Dataset,
  Declaration,
  Expr,
  Model,
  Name,
  Statement,
  Train,
  TypeExpr,
} from "../syntax/ast.ts";
import { trainNames } from "./namesInTrainings.ts";
import { bodyNames, fileNames, find, type Meaning, type Names, parameterNames, within } from "./scopes.ts";
import type { Snapshot } from "./snapshot.ts";

/** A place where a name stands, with what it means there. */
export type { NameKind } from "./scopes.ts";

export interface Occurrence extends Meaning {
  readonly span: Span;
  readonly name: string;
  /** Whether this place gives the name its meaning. */
  readonly declares: boolean;
  /** The declaration of the file around the place. */
  readonly inside: Declaration;
}

/** Records an occurrence. */
export type Tell = (name: string, span: Span, meaning: Meaning | undefined) => void;

const placeOf = ({ file, start }: Span): string => `${start} ${file}`;
const known = new WeakMap<Snapshot, ReadonlyMap<string, readonly Occurrence[]>>();

/** Returns the occurrences of each file, in the order of the text. */
export function occurrences(snapshot: Snapshot): ReadonlyMap<string, readonly Occurrence[]> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const names = fileNames(snapshot.files, snapshot.entry);
  const found = new Map(
    [...snapshot.files].map(([path, { declarations }]) => {
      const all = new Map<string, Occurrence>();
      const file = names.get(path) ?? { own: new Map() };
      for (const inside of declarations) {
        const tell: Tell = (name, span, meaning) => {
          if (meaning === undefined || name === "" || span.end <= span.start || all.has(placeOf(span))) return;
          const declares = placeOf(meaning.declared) === placeOf(span);
          all.set(placeOf(span), { ...meaning, span, name, declares, inside });
        };
        inDeclaration(snapshot, inside, file, tell);
      }
      return [path, [...all.values()].sort((a, b) => a.span.start - b.span.start)];
    }),
  );
  known.set(snapshot, found);
  return found;
}

/** Returns the occurrence at `offset`, also right after its name. */
export function occurrenceAt(snapshot: Snapshot, file: string, offset: number): Occurrence | undefined {
  const near = (occurrences(snapshot).get(file) ?? []).filter(({ span }) => span.start <= offset && offset <= span.end);
  return near.find(({ span }) => offset < span.end) ?? near[0];
}

function inDeclaration(snapshot: Snapshot, declaration: Declaration, file: Names, tell: Tell): void {
  switch (declaration.kind) {
    case "import":
      return;
    case "const":
      tellName(declaration.name, file, tell);
      inExpr({ snapshot, tell }, declaration.value, file);
      return;
    case "block":
    case "model":
      inNetwork({ snapshot, tell }, declaration, file);
      return;
    case "dataset":
      inDataset({ snapshot, tell }, declaration, file);
      return;
    case "train":
      inTrain({ snapshot, tell }, declaration, file);
      return;
  }
}

const tellName = ({ text, span }: Name, names: Names, tell: Tell): void => tell(text, span, find(names, text));

/** What the walk has at hand everywhere. */
interface Walk {
  readonly snapshot: Snapshot;
  readonly tell: Tell;
}

function inNetwork(walk: Walk, network: Block | Model, file: Names): void {
  tellName(network.name, file, walk.tell);
  const names = parameterNames(network, file);
  for (const parameter of network.parameters) {
    tellName(parameter.name, names, walk.tell);
    inType(walk, parameter.type, names);
    if (parameter.default !== undefined) inExpr(walk, parameter.default, names);
  }
  inType(walk, network.result, names);
  inBody(walk, network.body, names);
}

function inType(walk: Walk, type: TypeExpr | undefined, names: Names): void {
  if (type?.argument !== undefined) inExpr(walk, type.argument, names);
  for (const entry of type?.shape ?? []) inExpr(walk, entry, names);
}

function inBody(walk: Walk, body: Body, around: Names): void {
  const names = bodyNames(body, around);
  for (const statement of body.statements) inStatement(walk, statement, names);
}

function inStatement(walk: Walk, statement: Statement, names: Names): void {
  if (statement.kind === "unpack") for (const name of statement.names) tellName(name, names, walk.tell);
  if ("name" in statement) tellName(statement.name, names, walk.tell);
  if (statement.kind === "param") inType(walk, statement.type, names);
  if (statement.value === undefined) return;
  const { value } = statement;
  // The entries of a returned record name the outputs.
  if (value.kind === "record")
    for (const { name } of value.entries) walk.tell(name.text, name.span, { kind: "output", declared: name.span });
  inExpr(walk, value, names);
}

/** Walks an expression. Nesting has a limit in the parser, but a pipe or a sum may be as long as the text. */
function inExpr(walk: Walk, start: Expr, names: Names): void {
  const open: Expr[] = [start];
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) open.push(...inOne(walk, expr, names).reverse());
}

/** Tells the names of one expression, and returns the expressions directly inside that see the same names. */
function inOne(walk: Walk, expr: Expr, names: Names): Expr[] {
  switch (expr.kind) {
    case "name":
      walk.tell(expr.name, expr.span, find(names, expr.name));
      return [];
    case "call":
      inArguments(walk, expr.callee, expr.arguments, names);
      return [expr.callee, ...expr.arguments.map(({ value }) => value)];
    case "member":
      inMember(walk, expr, names);
      return [expr.object];
    case "list":
    case "tuple":
      return [...expr.items];
    case "record":
      return expr.entries.map(({ value }) => value);
    case "unary":
      return [expr.operand];
    case "binary":
    case "pipe":
      return [expr.left, expr.right];
    case "index": {
      const parts = expr.subscripts.flatMap((subscript) => {
        if (subscript.form === "rest") return [];
        return subscript.form === "at" ? [subscript.value] : [subscript.start, subscript.stop, subscript.step];
      });
      return [expr.object, ...parts.filter((part) => part !== undefined)];
    }
    case "if": {
      const { then, otherwise } = expr;
      inBody(walk, then, within(names));
      if (otherwise === undefined) return [expr.condition];
      if ("kind" in otherwise) return [expr.condition, otherwise];
      inBody(walk, otherwise, within(names));
      return [expr.condition];
    }
    case "repeat":
      inBody(walk, expr.body, within(names));
      return [expr.count];
    case "number":
    case "size":
    case "string":
    case "bool":
    case "placeholder":
    case "hole":
      return [];
  }
}

/** Tells the options of a block by name: `filters` of `Residual(filters: 8)`. */
function inArguments(walk: Walk, callee: Expr, given: readonly Argument[], names: Names): void {
  const block = callee.kind === "name" ? find(names, callee.name)?.block : undefined;
  if (block === undefined) return;
  const own = parameterNames(block, { own: new Map() });
  for (const { name } of given) if (name !== undefined) walk.tell(name.text, name.span, find(own, name.text));
}

/** Tells `price` of `heads.price`, and `scale` of `tower.scale` where the block of `tower` has it. */
function inMember(walk: Walk, { object, property }: Extract<Expr, { kind: "member" }>, names: Names): void {
  const { text, span } = property;
  const declared = walk.snapshot.referenceAt(span)?.declared;
  if (declared !== undefined) {
    walk.tell(text, span, { kind: "output", declared });
    return;
  }
  const block = object.kind === "name" ? find(names, object.name)?.block : undefined;
  if (block === undefined) return;
  const found = bodyNames(block.body, { own: new Map() }).own.get(text);
  if (found?.kind === "weight" || found?.kind === "layer") walk.tell(text, span, found);
}

function inDataset(walk: Walk, dataset: Dataset, file: Names): void {
  tellName(dataset.name, file, walk.tell);
  for (const clause of dataset.clauses) {
    if (clause.kind === "source") inExpr(walk, clause.value, file);
    else if (clause.kind === "clause") for (const expr of clause.groups.flat()) inExpr(walk, expr, file);
    else
      for (const { name, type, transform } of clause.fields) {
        walk.tell(name.text, name.span, { kind: "field", declared: name.span });
        inType(walk, type, file);
        // A name to the right may be a column of the source, which no declaration of the program names.
        const columns = transform === undefined ? new Set<string>() : columnsIn(walk.snapshot, transform);
        if (transform !== undefined) inExpr(walk, transform, hiding(columns, file));
      }
  }
}

/** The names without some of them. */
const hiding = (hidden: ReadonlySet<string>, { own }: Names): Names => ({
  own: new Map([...own].filter(([name]) => !hidden.has(name))),
});

const holds = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;

/** Returns the columns that a transform names, as the check found them. */
export function columnsIn(snapshot: Snapshot, transform: Expr): Set<string> {
  const found = new Set<string>();
  const see: Expr[] = [transform];
  for (let expr = see.pop(); expr !== undefined; expr = see.pop()) {
    const fact = expr.kind === "name" ? snapshot.referenceAt(expr.span) : undefined;
    // The checker binds the names of columns in the transform itself.
    const isOutside = fact?.declared !== undefined && !holds(transform.span, fact.declared);
    if (expr.kind === "name" && fact !== undefined && fact.op === undefined && !isOutside) found.add(expr.name);
    see.push(...inOne({ snapshot, tell: () => {} }, expr, { own: new Map() }));
  }
  return found;
}

function inTrain(walk: Walk, train: Train, file: Names): void {
  tellName(train.model, file, walk.tell);
  if (train.dataset !== undefined) tellName(train.dataset, file, walk.tell);
  const names = trainNames(train, file);
  const clauses = train.clauses.flatMap((clause) => (clause.kind === "step" ? clause.clauses : [clause]));
  for (const { keyword, groups } of clauses) {
    const seen = keyword.text === "weights" ? names.weights : names.values;
    const entries = keyword.text === "buckets" ? names.fields : names.outputs;
    for (const expr of groups.flat()) {
      inExpr(walk, expr, seen);
      inRecords(walk, expr, entries, names.members);
    }
  }
}

/** Tells the entries of `{ price: mse }`, and `price` of `target.price`. */
function inRecords(walk: Walk, start: Expr, entries: Names, members: (of: string) => Names | undefined): void {
  const open: Expr[] = [start];
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) {
    if (expr.kind === "record")
      for (const { name } of expr.entries) walk.tell(name.text, name.span, find(entries, name.text));
    if (expr.kind === "member" && expr.object.kind === "name") {
      const { text, span } = expr.property;
      walk.tell(text, span, find(members(expr.object.name), text));
    }
    open.push(...inOne({ snapshot: walk.snapshot, tell: () => {} }, expr, { own: new Map() }));
  }
}
