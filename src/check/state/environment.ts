// The environment of an expression, and its possible values. The two need each other: a layer keeps its environment, and
// an environment holds values. evaluate/ computes the values.

import type { Span } from "../../base/span.ts";
import type { Named } from "../../diagnostics/catalogue/phrases.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Size } from "../../ir/size.ts";
import type { DeclaredType, EncoderDef, Encoding, OpDef, SourceColumn } from "../../ops/definition.ts";
import type { SchemaAnswer, SchemaRequest } from "../../ops/schema.ts";
import type { Argument, Block, Declaration, Expr } from "../../syntax/ast.ts";
import type { Fact, FieldColumn, Need } from "../model.ts";
import type { Budget } from "./budget.ts";
import type { ModelUnderWay, Naming } from "./building.ts";
import type { Unresolved } from "./resolved.ts";
import type { Tensor } from "./tensor.ts";

/** A layer with unread options: applying the layer reads them, in the scope of their source. */
export interface Layer {
  readonly of:
    | { readonly kind: "op"; readonly def: OpDef }
    | { readonly kind: "block"; readonly block: Block }
    /** It makes numbers of a column of text, in a field of a data set. */
    | { readonly kind: "encoder"; readonly def: EncoderDef };
  readonly arguments: readonly Argument[];
  readonly env: Env;
  readonly span: Span;
  readonly text: string;
  /** The path of a layer from a `layer` statement: every use shares its weights. */
  readonly path?: string;
  /** Inputs that this use of a named layer gives by name, in the scope of their source. */
  readonly use?: { readonly arguments: readonly Argument[]; readonly env: Env };
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
  /** A column of text: only an encoder takes it. */
  | { readonly kind: "column"; readonly column: SourceColumn }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, { readonly value: Value; readonly span: Span }> }
  | Unresolved;

export interface Binding {
  readonly name: string;
  readonly what: Named;
  readonly value: Value;
  readonly span: Span;
  /** The place of the value of a `let`. */
  readonly origin?: Span;
}

/** The names in a body: dimensions, parameters, values and layers form one set, and none hides another. */
export interface Scope {
  readonly parent?: Scope;
  readonly names: Map<string, Binding>;
}

/** Definitions that have a value or a meaning. */
export type NamedDeclaration = Exclude<Declaration, { kind: "import" | "train" }>;

/** The names that a file sees: its own definitions and those of the files it imports. */
export interface FileScope {
  readonly path: string;
  readonly names: ReadonlyMap<string, NamedDeclaration>;
}

export interface Session {
  readonly diagnostics: Diagnostic[];
  readonly needs: Need[];
  readonly facts: Fact[];
  /** Places that already have a report or a note. */
  readonly seen: Set<string>;
  /** Of a diagnostic about a faulty place, the key of this place. */
  readonly guards: Map<Diagnostic, string>;
  readonly set: ReadonlyMap<string, Expr>;
  /** What the files of sources say of their columns, by `schemaKey`. */
  readonly schemas: ReadonlyMap<string, SchemaAnswer>;
  /** The questions about files of data that nobody has answered. */
  readonly unread: SchemaRequest[];
  readonly files: ReadonlyMap<string, FileScope>;
  /** Definitions on a cycle: they have no value. */
  readonly circular: Pick<ReadonlyMap<Declaration, true>, "has">;
  /** The values of constants: each is known before the checker reaches anything that needs it. */
  readonly constants: ReadonlyMap<Declaration, Value>;
  readonly budget: Budget;
  /** The budget for checking all blocks alone; using it up causes no report. */
  readonly spare: Budget;
}

/** A field of a data set while its transform is evaluated. */
export interface FieldUnderWay {
  readonly declared: DeclaredType | undefined;
  /** The columns of numbers that its transform starts from; encoders add theirs. */
  readonly columns: FieldColumn[];
  /** The columns of numbers behind values, by the nodes of these: an encoder may take such a column. */
  readonly numbers: Map<number, SourceColumn>;
  /** What the fields before make of columns of text. */
  readonly encodings: Map<string, Encoding>;
}

/** The use of a block, which its findings point back to. */
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
  /** The current value; undefined if there is none. */
  readonly current: Value | undefined;
  /** Whether a block is checked alone: its sizes and options are open, and only certain mistakes are reported. */
  readonly alone: boolean;
  readonly within?: Within;
  /** Whether losses are functions here: only in what a training minimizes. */
  readonly objective?: true;
  /** The field of a data set whose transform this is: only there encoders have a meaning. */
  readonly field?: FieldUnderWay;
}
