// The error function and its inverse as text of a trainer. The algorithms and coefficients are those of
// ir/scalar/errorFunctions.ts; a test compares the two.

import { type Coefficients, erfCoefficients, erfinvCoefficients } from "../../ir/scalar/errorFunctions.ts";

const { small, middle, large, tail } = erfCoefficients;
const { near, farther, farthest } = erfinvCoefficients;

const hornerText = (coefficients: Coefficients, x: string): string => {
  const [highest = 0, ...rest] = coefficients;
  return rest.reduce(
    (text, c, i) => `${i === 0 ? text : `(${text})`} * ${x} ${c < 0 ? "-" : "+"} ${Math.abs(c)}`,
    String(highest),
  );
};

export const erfHelper = `function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) {
    const t = x * x;
    return x + (x * (${hornerText(small.top, "t")})) / (${hornerText(small.bottom, "t")});
  }
  if (a < 1.25) {
    const t = a - 1;
    return Math.sign(x) * (${middle.start} + (${hornerText(middle.top, "t")}) / (${hornerText(middle.bottom, "t")}));
  }
  if (!(a < 6)) return Math.sign(x);
  const s = 1 / (a * a);
  const r =
    a < ${1 / 0.35}
      ? (${hornerText(large.top, "s")}) / (${hornerText(large.bottom, "s")})
      : (${hornerText(tail.top, "s")}) / (${hornerText(tail.bottom, "s")});
  return Math.sign(x) * (1 - Math.exp(-a * a - 0.5625 + r) / a);
}`;

export const erfinvHelper = `function erfinv(x: number): number {
  if (Math.abs(x) === 1) return x * Infinity;
  const w = -Math.log((1 - x) * (1 + x));
  const polynomial = (coefficients: readonly number[], t: number): number =>
    coefficients.reduce((sum, c) => sum * t + c, 0);
  if (w < 6.25) return x * polynomial([${near.join(", ")}], w - 3.125);
  if (w < 16) return x * polynomial([${farther.join(", ")}], Math.sqrt(w) - 3.25);
  return x * polynomial([${farthest.join(", ")}], Math.sqrt(w) - 5);
}`;
