// The data sets that nnc can fetch: their files, the addresses, and the checksums of the right content. data.ts finds them
// on disk, download.ts fetches them.

export interface RemoteFile {
  /** Its name on disk: `train-images-idx3-ubyte.gz`. */
  readonly name: string;
  /** The addresses, in the order to try them. */
  readonly urls: readonly string[];
  /** The longest answer to accept, in bytes. */
  readonly maxBytes: number;
  /** The checksum of the unpacked content (for a name in `.gz`): mirrors pack the same data differently. */
  readonly sha256: string;
  readonly unpackedBytes: number;
}

export interface RemoteSet {
  /** The name of the source in a `.nn` file, and of its folder. */
  readonly source: string;
  readonly title: string;
  readonly files: readonly RemoteFile[];
}

const mnistMirrors = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];
const mnistFile = (name: string, maxBytes: number, unpackedBytes: number, sha256: string): RemoteFile => ({
  name,
  urls: mnistMirrors.map((mirror) => mirror + name),
  maxBytes,
  unpackedBytes,
  sha256,
});

export const remoteSets: readonly RemoteSet[] = [
  {
    source: "mnist",
    title: "the MNIST handwritten digits",
    files: [
      mnistFile(
        "train-images-idx3-ubyte.gz",
        12_000_000,
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      ),
      mnistFile(
        "train-labels-idx1-ubyte.gz",
        100_000,
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      ),
      mnistFile(
        "t10k-images-idx3-ubyte.gz",
        2_000_000,
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      ),
      mnistFile(
        "t10k-labels-idx1-ubyte.gz",
        20_000,
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      ),
    ],
  },
];

/** Returns the data set that nnc can fetch for a source of this name, if there is one. */
export function remoteSet(source: string): RemoteSet | undefined {
  return remoteSets.find((set) => set.source === source);
}
