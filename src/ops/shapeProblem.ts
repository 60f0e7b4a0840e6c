// Why an operator does not take its inputs, as evidence. It has no words for people: the checker finds them.

import type { Size } from "../ir/size.ts";
import type { DType } from "../ir/types.ts";

/**
 * The evidence that the inputs do not fit; the checker puts it into words. `input` counts from 0. `axis` is the position
 * in the whole type, where 0 is the batch if the value has one; ranks leave out the batch axis.
 */
export type ShapeProblem =
  /** The operator takes another number of axes. */
  | {
      readonly problem: "rank";
      readonly input: number;
      readonly expected: readonly number[];
      readonly expectedText: string;
    }
  | {
      readonly problem: "size";
      readonly input: number;
      readonly axis: number;
      readonly expected: Size;
      readonly actual: Size;
      readonly why: string;
    }
  /** A window, kernel or crop leaves nothing. */
  | {
      readonly problem: "vanishes";
      readonly axis: number;
      readonly size: Size;
      readonly window: number;
      readonly result: number;
    }
  | { readonly problem: "elements"; readonly expected: Size; readonly actual: Size }
  | { readonly problem: "groups"; readonly groups: number; readonly channels: Size; readonly what: string }
  | {
      readonly problem: "beside";
      readonly input: number;
      readonly axis: number;
      readonly expected: Size;
      readonly actual: Size;
    }
  | { readonly problem: "differ"; readonly input: number }
  | { readonly problem: "dtype"; readonly input: number; readonly expected: readonly DType[] }
  | { readonly problem: "inputs"; readonly expected: string; readonly actual: number }
  | {
      readonly problem: "option";
      readonly option: string;
      readonly message: string;
      /** The function that has this option, if it is itself the value of a layer's option: `activation: softmax(axis: 2)`. */
      readonly of?: { readonly name: string; readonly option: string };
    };
