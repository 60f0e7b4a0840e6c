import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { tensor } from "../../ir/types.ts";
import { accumulated } from "../accumulating.ts";
import { boxFormat, columnOf, eachSide, overlap, type Sides, sidesOf } from "../boxes.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { divideNoNan } from "../elementwise.ts";
import { stateOf } from "../metric.ts";
import { flipped, part } from "../moving.ts";
import { numberOf, numbers, textOf } from "../options.ts";
import { elementsAt, orderOf } from "../sorting.ts";

type State = Readonly<Record<string, Value>>;

/** COCO's 0.5, 0.55 … 0.95. */
const cocoThresholds = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);
/** COCO reads precision at recalls of 0, 0.01 … 1. */
const RECALLS = 101;

/** Boxes of each sample. */
interface Boxes {
  readonly sides: Sides;
  /** i32 [samples, boxes]; -1 where there is no box. */
  readonly classes: Value;
}

/** Returns boxes with their classes; those of no class are none. */
function boxesOf(g: Builder, rows: Value, options: OptionRecord): Boxes {
  const classes = g.cast(g.map("floor", columnOf(g, rows, 4)), "i32");
  const known = g.map("and", g.map("ge", classes, 0), g.map("lt", classes, numberOf(options, "num_classes")));
  return { sides: sidesOf(g, rows, textOf(options, "box_format")), classes: g.select(known, classes, -1) };
}

/** Detections of each sample, the surest first. */
interface Detections extends Boxes {
  /** f32 [samples, boxes]. */
  readonly scores: Value;
}

/** Orders detections by score, and leaves out those of a class beyond the most that count. */
function detectionsOf(g: Builder, rows: Value, options: OptionRecord): Detections {
  const { sides, classes } = boxesOf(g, rows, options);
  const scores = columnOf(g, rows, 5);
  const order = orderOf(g, scores, 1, "down");
  const sorted = (x: Value): Value => elementsAt(g, x, order, 1);
  const first = sorted(classes);
  const most = numberOf(options, "max_detections");
  const [samples = 1, count] = scores.type.shape;
  const made = { sides: eachSide(sides, sorted), scores: sorted(scores), classes: first };
  if (Number(count) <= most) return made;
  const shape = [samples, Number(count), Number(count)];
  const places = tensor("i32", ...shape);
  const isEarlier = g.map("lt", g.iota(places, 2), g.iota(places, 1));
  const same = g.map("eq", g.broadcast(first, shape, [0, 1]), g.broadcast(first, shape, [0, 2]));
  const before = g.sum(g.cast(g.map("and", same, isEarlier), "f32"), [2]);
  return { ...made, classes: g.select(g.map("lt", before, most), first, -1) };
}

/**
 * Gives each detection, the surest first, the free box of its class that it overlaps most; the last of equals, as COCO does.
 * f32 [detections, samples, thresholds]: 1 where the overlap reaches the threshold.
 */
function hitsOf(g: Builder, found: Detections, truth: Boxes, thresholds: readonly number[]): Value {
  const [samples = 1, count] = found.scores.type.shape;
  const boxes = truth.classes.type.shape[1] ?? 1;
  const [pairs, cube] = [
    [samples, boxes],
    [samples, thresholds.length, boxes],
  ] as const satisfies readonly (readonly Size[])[];
  const slices = [found.sides.left, found.sides.top, found.sides.right, found.sides.bottom, found.classes];
  const { stacked } = g.scan({
    length: Number(count),
    init: [g.broadcast(g.constant(0), cube, [])],
    over: slices.map((x) => g.transpose(x, [1, 0])),
    captures: [truth.sides.left, truth.sides.top, truth.sides.right, truth.sides.bottom, truth.classes],
    step(inner, given) {
      const [taken] = given.carried as readonly [Value];
      const own = given.slices.map((x) => inner.broadcast(x, pairs, [0]));
      const [left, top, right, bottom, kind] = own as [Value, Value, Value, Value, Value];
      const [l, t, r, b, kinds] = given.captures as readonly [Value, Value, Value, Value, Value];
      const shares = overlap(inner, { left, top, right, bottom }, { left: l, top: t, right: r, bottom: b });
      const fits = inner.map("and", inner.map("eq", kind, kinds), inner.map("ge", kinds, 0));
      const each = inner.broadcast(inner.select(fits, shares, -1), cube, [0, 2]);
      const least = inner.broadcast(inner.constant(thresholds, tensor("f32", thresholds.length)), cube, [1]);
      const may = inner.map("and", inner.map("ge", each, least), inner.map("eq", taken, 0));
      const free = inner.select(may, each, -1);
      const best = inner.max(free, [2], true);
      const places = inner.cast(inner.iota(tensor("i32", ...cube), 2), "f32");
      const isBest = inner.map("and", may, inner.map("eq", free, inner.broadcastTo(best, cube)));
      const last = inner.max(inner.select(isBest, places, -1), [2], true);
      const takes = inner.cast(inner.map("eq", places, inner.broadcastTo(last, cube)), "f32");
      const hit = inner.cast(inner.map("ge", inner.reshape(last, [samples, thresholds.length]), 0), "f32");
      return { carried: [inner.map("max", taken, takes)], stacked: [hit] };
    },
  });
  const [hits] = stacked as readonly [Value];
  return hits;
}

/** Counts a batch: how many boxes there are, and by class and score, the surest first, detections and hits. */
function update(g: Builder, call: MetricCall): State {
  const { options, weight } = call;
  const [classes, buckets] = [numberOf(options, "num_classes"), numberOf(options, "num_buckets")];
  const thresholds = numbers(options, "iou_thresholds");
  const found = detectionsOf(g, g.cast(call.prediction, "f32"), options);
  const truth = boxesOf(g, g.cast(call.target, "f32"), options);
  const counted = (kinds: Value): Value => {
    const valid = g.cast(g.map("ge", kinds, 0), "f32");
    return weight === undefined ? valid : g.mul(valid, g.broadcast(weight, valid.type.shape, [0]));
  };
  const place = (kinds: Value): Value => g.map("max", kinds, 0);
  const share = g.map("min", g.map("max", found.scores, 0), 1);
  const bucket = g.cast(g.map("min", g.map("floor", g.mul(g.sub(1, share), buckets)), buckets - 1), "i32");
  const places = g.transpose(g.add(g.mul(place(found.classes), buckets), bucket), [1, 0]);
  const each = g.transpose(counted(found.classes), [1, 0]);
  const hits = hitsOf(g, found, truth, thresholds);
  const rows = classes * buckets;
  const wide = hits.type.shape;
  const added = {
    detections: g.reshape(g.scatterAdd([rows], places, each, 0), [classes, buckets]),
    hits: g.reshape(g.scatterAdd([rows, thresholds.length], places, g.mul(hits, g.broadcast(each, wide, [0, 1])), 0), [
      classes,
      buckets,
      thresholds.length,
    ]),
    boxes: g.scatterAdd([classes], place(truth.classes), counted(truth.classes), 0),
  };
  return Object.fromEntries(Object.entries(added).map(([name, sum]) => [name, g.add(stateOf(call.state, name), sum)]));
}

/** The largest from each element along axis 1 to the end. */
const largestBehind = (g: Builder, x: Value): Value => flipped(g, accumulated(g, flipped(g, x, [1]), 1, "max"), [1]);

function result(g: Builder, state: State): Value {
  const hits = accumulated(g, stateOf(state, "hits"), 1, "add");
  const { shape } = hits.type;
  const boxes = stateOf(state, "boxes");
  const detections = g.broadcast(accumulated(g, stateOf(state, "detections"), 1, "add"), shape, [0, 1]);
  const precision = largestBehind(g, divideNoNan(g, hits, detections));
  // How many of COCO's recalls are reached: a quotient of whole numbers jumps exactly where it is whole.
  const recall = divideNoNan(g, g.mul(hits, RECALLS - 1), g.broadcast(boxes, shape, [0]));
  const reached = g.add(g.map("floor", recall), 1);
  const before = g.pad(part(g, reached, 1, 0, Number(shape[1]) - 1), [0, 1, 0], [0, 0, 0], 0);
  const each = g.mean(g.div(g.sum(g.mul(precision, g.sub(reached, before)), [1]), RECALLS), [1]);
  const occurs = g.cast(g.map("gt", boxes, 0), "f32");
  return divideNoNan(g, g.sum(g.mul(each, occurs), [0]), g.sum(occurs, [0]));
}

export const meanAveragePrecision = defineMetric({
  name: "mean_average_precision",
  aliases: ["MeanAveragePrecision"],
  summary: "COCO's AP of boxes: precision at 101 recalls, averaged over these, IoU thresholds and classes that occur.",
  options: {
    num_classes: {
      type: { kind: "int", min: 1 },
      required: true,
      doc:
        "The number of classes. A prediction has rows of a box, its class and its score, a target rows of a box and its " +
        "class. A class below 0 fills a list up.",
    },
    iou_thresholds: {
      type: { kind: "numbers", single: true, min: 0, max: 1 },
      default: cocoThresholds,
      doc: "A detection is right if it overlaps a box of its class by so much: COCO's AP50 is `0.5`.",
    },
    box_format: boxFormat,
    max_detections: {
      type: { kind: "int", min: 1 },
      default: 100,
      doc: "Only so many detections of a class in a sample count, the surest ones.",
    },
    num_buckets: {
      type: { kind: "int", min: 2, max: 100_000 },
      default: 1000,
      doc:
        "Scores between 0 and 1 are kept in so many buckets, whatever the size of the set. Those of one bucket count as " +
        "equally sure: 1,000 buckets move the result by about 0.001 at most, and not at all if no two scores of a class share one.",
    },
  },
  positional: ["num_classes", "iou_thresholds"],
  state: (_prediction, _target, options) => {
    const [classes, buckets] = [numberOf(options, "num_classes"), numberOf(options, "num_buckets")];
    return [
      { name: "hits", shape: [classes, buckets, numbers(options, "iou_thresholds").length] },
      { name: "detections", shape: [classes, buckets] },
      { name: "boxes", shape: [classes] },
    ];
  },
  update,
  result,
  higherIsBetter: true,
  fits: "boxes",
  source: "Lin et al. 2014; pycocotools' COCOeval without crowds, areas all; Keras CV's COCOMeanAveragePrecision",
});
