// The part of TensorFlow's GraphDef, as JSON, that exported models use: nodes, and the forms of their attributes.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto and attr_value.proto

import type { Size } from "../../ir/size.ts";
import type { DType } from "../../ir/types.ts";

/** Element types of TensorFlow.js, as weights manifests name them. */
export type TensorDType = "float32" | "int32" | "bool";

export const tensorDType = (dtype: DType): TensorDType =>
  dtype === "f32" ? "float32" : dtype === "bool" ? "bool" : "int32";

const protoNames = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" } as const;
export const protoName = (dtype: TensorDType): string => protoNames[dtype];

export interface TensorShape {
  readonly dim: readonly { readonly size: string }[];
}

export type Attribute =
  | { readonly type: string }
  | { readonly b: boolean }
  | { readonly i: string }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly shape: TensorShape }
  | {
      readonly list:
        | { readonly i: readonly string[] }
        | { readonly s: readonly string[] }
        | { readonly type: readonly string[] };
    }
  | { readonly tensor: { readonly dtype: string; readonly tensorShape: TensorShape } };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Attributes;
}

/** An open size is -1, which means any. */
export const shapeProto = (shape: readonly Size[]): TensorShape => ({
  dim: shape.map((size) => ({ size: String(typeof size === "number" ? size : -1) })),
});

export const typeAttribute = (dtype: TensorDType): Attribute => ({ type: protoName(dtype) });
export const flagAttribute = (b: boolean): Attribute => ({ b });
export const numberAttribute = (i: number): Attribute => ({ i: String(i) });
export const realAttribute = (f: number): Attribute => ({ f });
export const numbersAttribute = (list: readonly number[]): Attribute => ({ list: { i: list.map(String) } });
/** Texts are bytes in a GraphDef, and bytes are base 64 in JSON. */
export const textAttribute = (text: string): Attribute => ({ s: btoa(text) });
export const textsAttribute = (texts: readonly string[]): Attribute => ({
  list: { s: texts.map((text) => btoa(text)) },
});
export const typesAttribute = (types: readonly TensorDType[]): Attribute => ({ list: { type: types.map(protoName) } });
