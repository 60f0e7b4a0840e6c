// Names of the nodes of a graph: each once, and none that TensorFlow.js reads something else into.

export interface NodeNames {
  /** The name itself, or one like it where it is taken or cannot be. */
  claim(wanted: string): string;
}

/** A colon separates a node from its output, a leading `^` marks an order; what else is odd goes with them. */
const readable = (name: string): string => name.replace(/[^\p{L}\p{N}_./-]/gu, "_");

export function nodeNames(): NodeNames {
  const taken = new Set<string>();
  return {
    claim(wanted) {
      const name = readable(wanted);
      let free = name;
      for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
      taken.add(free);
      return free;
    },
  };
}
