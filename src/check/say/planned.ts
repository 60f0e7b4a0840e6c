// Names that Keras has, or nnc will have, and this version may not have yet, so that no message calls them unknown. Serves only
// unknown names, so an entry that has become a name does no harm.

/** Removes differences of spelling: `BinaryFocalCrossentropy`, `binary_focal_crossentropy`. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const listed = (names: string): ReadonlySet<string> => new Set(names.split(" ").map(plain));

const tables = {
  // Those of the data pipeline. Two of them mix rows of a batch.
  layer: listed("AugMix CutMix HashedCrossing MixUp"),
  // Of columns of data sets.
  function: new Set(),
  activation: new Set(),
  loss: new Set(),
  metric: listed("rouge_n"),
  optimizer: listed("loss_scale_optimizer multi_optimizer"),
  schedule: new Set(),
  regularizer: new Set(),
  constraint: new Set(),
  initializer: new Set(),
  source: listed(
    "audio boston_housing california_housing cifar10 cifar100 fashion_mnist folder imdb json npy " +
      "npz parquet reuters",
  ),
} satisfies Readonly<Record<string, ReadonlySet<string>>>;

export type PlannedTier = keyof typeof tables;

/** The clauses of trainings and data sets that later versions have. */
const clauses: ReadonlySet<string> = new Set(["callbacks"]);

export const isPlannedClause = (word: string): boolean => clauses.has(word);

/** Whether a later version has the name, and `known` does not have it in another spelling. */
export function isPlanned(tier: PlannedTier, name: string, known: Iterable<string>): boolean {
  const own = plain(name);
  if (!tables[tier].has(own)) return false;
  for (const other of known) if (plain(other) === own) return false;
  return true;
}
