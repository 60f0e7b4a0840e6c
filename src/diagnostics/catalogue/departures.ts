// Where nnc departs from what other libraries have: a sentence for who writes their word.

const sentences = {
  channelsLast: "channels are always the last axis: [h, w, c]",
  constraints: "there are no constraints on weights; clipnorm of the optimizer bounds its steps",
  decay: "a schedule lets the rate fall: learning_rate: exponential_decay(…)",
  dtype: "all numbers are f32",
  inferredShapes: "shapes follow from the model's inputs: model M(image: f32[28, 28, 1])",
  listedLayers: "layers stand one under another in the braces of a model",
  namedInputs: "inputs stand behind the name of the model: model M(image: f32[28, 28, 1])",
  optimizerRate: "the learning rate is the optimizer's: optimizer adam(0.001)",
  regularizers: "there are no regularizers; weight_decay of the optimizer keeps weights small too",
  seed: "one seed rules all random numbers of a training: its clause 'seed'",
  shuffle: "every epoch goes through the examples in a new order",
  splits: "the data set sets examples apart: split train 90%, validation 10%",
  countedLoops: "there are only counted loops: repeat 3 { … }",
  leftOut: "an option that is not wanted is left out",
  noFunctions: "there are no functions of one's own; a 'block' names a part of a network",
  noMethods: "a model has no methods: layers stand one under another in its braces",
  noModules: "layers and functions stand without a module before them: Dense(3), relu",
  noObject: "a model has no object of its own: layers stand one under another in its braces",
  shownShapes: "nnc summary shows shapes, and editors show them beside each line",
} as const;

export type Departure = keyof typeof sentences;
export const departureText = (departure: Departure): string => sentences[departure];
