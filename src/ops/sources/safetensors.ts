import { defineSource } from "../definition.ts";

export const safetensors = defineSource({
  name: "safetensors",
  summary: "Tensors of a safetensors file. Each is a column, and its first axis counts the examples.",
  options: { file: { type: { kind: "string" }, required: true, doc: "The file." } },
  positional: ["file"],
  columns: () => [],
  schema: ({ file }) => ({ source: "safetensors", form: "tensors", options: { file } }),
  hasTestPart: () => false,
  source: "Hugging Face, safetensors, section on the format: https://huggingface.co/docs/safetensors",
});
