// What an expression is evaluated in, and what it may stand for. The two need each other: a layer keeps the environment it
// was written in, and an environment holds values. How values are computed is in evaluate/.

import type { Span } from "../../base/span.ts";
import type { Named } from "../../diagnostics/catalogue/phrases.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Size } from "../../ir/size.ts";
import type { OpDef } from "../../ops/definition.ts";
import type { Argument, Block, Declaration, Expr } from "../../syntax/ast.ts";
import type { Fact } from "../model.ts";
import type { Budget } from "./budget.ts";
import type { ModelUnderWay, Naming } from "./building.ts";
import type { Unresolved } from "./resolved.ts";
import type { Tensor } from "./tensor.ts";

/** A layer with its options still as written: they are read where it is applied, in the scope it was written in. */
export interface Layer {
  readonly of: { readonly kind: "op"; readonly def: OpDef } | { readonly kind: "block"; readonly block: Block };
  readonly arguments: readonly Argument[];
  readonly env: Env;
  readonly span: Span;
  readonly text: string;
  /** A `layer` statement made it: every use shares the weights of this path. */
  readonly path?: string;
}

export type Value =
  | { readonly kind: "int"; readonly size: Size }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  /** A bare word that names nothing: `same`. */
  | { readonly kind: "choice"; readonly name: string }
  | { readonly kind: "size"; readonly values: readonly number[] }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "layer"; readonly layer: Layer }
  | Tensor
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, { readonly value: Value; readonly span: Span }> }
  | Unresolved;

export interface Binding {
  readonly name: string;
  readonly what: Named;
  readonly value: Value;
  readonly span: Span;
  /** Where the value of a `let` is written. */
  readonly origin?: Span;
}

/** Names inside a body: dimensions, parameters, values and layers are one set, and nothing is shadowed. */
export interface Scope {
  readonly parent?: Scope;
  readonly names: Map<string, Binding>;
}

/** Definitions that have a value or a meaning of their own. */
export type NamedDeclaration = Exclude<Declaration, { kind: "import" | "train" }>;

/** Names that a file sees: its own definitions and those of the files it imports. */
export interface FileScope {
  readonly path: string;
  readonly names: ReadonlyMap<string, NamedDeclaration>;
}

export interface Session {
  readonly diagnostics: Diagnostic[];
  readonly facts: Fact[];
  /** Places of which something was said or noted already. */
  readonly seen: Set<string>;
  readonly set: ReadonlyMap<string, Expr>;
  readonly files: ReadonlyMap<string, FileScope>;
  /** Definitions on a cycle: they have no value. */
  readonly circular: ReadonlySet<Declaration>;
  /** The values of constants: each is there before anything that needs it is looked at. */
  readonly constants: Map<Declaration, Value>;
  readonly budget: Budget;
  /** For looking at blocks alone, all together; nothing is said when it is used up. */
  readonly spare: Budget;
}

/** The use of a block: what its findings point back to. */
export interface Within {
  readonly text: string;
  readonly span: Span;
}

export interface Env {
  readonly session: Session;
  readonly file: FileScope;
  readonly model: ModelUnderWay;
  readonly scope: Scope;
  readonly naming: Naming;
  /** The current value; undefined where there is none. */
  readonly current: Value | undefined;
  /** A block looked at by itself: its sizes and options are open, and only what is certain is reported. */
  readonly alone: boolean;
  readonly within?: Within;
}
