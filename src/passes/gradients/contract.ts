// The derivative of a sum of products is two sums of products over the same loops: matrix products, convolutions and
// attention need no rule of their own. The pass `gather` turns results that scatter into gathers.

import type { GradientRule } from "./rule.ts";

export const contract: GradientRule<"contract"> = (node, { g, out, value, wanted }) => {
  const { loops, left, right } = node;
  const lhs = value(node.lhs);
  const rhs = value(node.rhs);
  // The product alone sets the elements that its loops write; the others come from `onto`.
  const zero = g.constant(0);
  const rest =
    node.onto === undefined || !wanted(node.onto)
      ? []
      : [
          [
            node.onto,
            g.contract({
              loops,
              shape: node.type.shape,
              out: node.out,
              lhs: zero,
              left: [],
              rhs: zero,
              right: [],
              onto: out,
            }),
          ] as const,
        ];
  const byLhs = wanted(lhs.id)
    ? [[lhs.id, g.contract({ loops, shape: lhs.type.shape, out: left, lhs: out, left: node.out, rhs, right })] as const]
    : [];
  const byRhs = wanted(rhs.id)
    ? [
        [
          rhs.id,
          g.contract({ loops, shape: rhs.type.shape, out: right, lhs: out, left: node.out, rhs: lhs, right: left }),
        ] as const,
      ]
    : [];
  return [...byLhs, ...byRhs, ...rest];
};
