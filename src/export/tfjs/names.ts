// Names the nodes of a graph: each name once, and none with a special meaning to TensorFlow.js.

export interface NodeNames {
  /** Returns the name itself, or one like it if it is taken or not allowed. */
  claim(wanted: string): string;
}

/** A colon separates a node from its output, a leading `^` marks an order; other odd characters go with them. */
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
