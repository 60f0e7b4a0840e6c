// A form of a module, put together from the bytes of another.

import { expect, test } from "vitest";
import { assembler } from "../../../src/targets/wasm/assemble.ts";
import { assembleLike } from "../../../src/targets/wasm/likeness.ts";
import { moduleOf } from "../../../src/targets/wasm/wat.ts";

const add = (name: string, value: number): string => `(func $${name} (param $x i32) (result i32)
  (local $y i32)
  (local.set $y (i32.const ${value}))
  (i32.add (local.get $x) (local.get $y))
)`;
const calls = (name: string, other: string): string => `(func $${name} (export "${name}") (param $x i32) (result i32)
  (call $${other} (local.get $x))
)`;
const through = `(func $through (param $x f32) (result i32)
  (call_indirect (type $kind) (local.get $x) (i32.const 0))
)`;
const global = (name: string, value: number): string =>
  `(global $${name} v128 (v128.const i32x4${` ${value}`.repeat(4)}))`;
const reads = `(func $reads (result v128)
  (global.get $b)
)`;
const table = (name: string): readonly string[] => [
  "(type $kind (func (param f32) (result i32)))",
  "(table 1 funcref)",
  `(elem (i32.const 0) $${name})`,
];

const base = [
  global("a", 1),
  global("b", 2),
  add("one", 1),
  calls("first", "tile"),
  ...table("one"),
  through,
  reads,
  calls("second", "one"),
  add("tile", 200),
];
const forms: Readonly<Record<string, readonly string[]>> = {
  "the same": base,
  "another body": base.with(2, add("one", 70000)),
  "another number of a function that others call": base.with(-1, `${add("wide", 3)}\n\n${add("tile", 200)}`),
  "more functions": [...base, add("more", 5)],
  "another order": [...base.slice(6), ...base.slice(0, 6)],
  "another number of a global that others read": [global("c", 3), ...base],
  "another type of a number": ["(type $other (func (param i64)))", ...base],
};

for (const [name, form] of Object.entries(forms))
  test(name, async () => {
    const assemble = await assembler();
    let read = "";
    const like = assembleLike({ parts: base, bytes: assemble(moduleOf(base)) }, (wat) => {
      read = wat;
      return assemble(wat);
    });
    expect(like(form)).toEqual(assemble(moduleOf(form)));
    // It has read less than the whole.
    expect(read).toContain("unreachable");
  });
