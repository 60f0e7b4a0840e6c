// How a sign joins two values, in words.

/** The signs between two tensors. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Sign = "+" | "-" | "*" | "/" | "**" | "@" | "and" | "or" | Comparison;

/** Says what a sign makes of two values: `x + y adds 3 to 4`. */
export function joined(sign: Sign | undefined, what: string, left: string, right: string): string {
  switch (sign) {
    case "+":
      return `${what} adds ${left} to ${right}`;
    case "-":
      return `${what} subtracts ${right} from ${left}`;
    case "*":
      return `${what} multiplies ${left} by ${right}`;
    case "/":
      return `${what} divides ${left} by ${right}`;
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return `${what} compares ${left} with ${right}`;
    case "**":
    case "@":
    case "and":
    case "or":
    case undefined:
      return `${what} joins ${left} with ${right}`;
  }
}
