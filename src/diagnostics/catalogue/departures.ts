// The points where nnc departs from other libraries: a sentence for people who write their words.

const sentences = {
  channelsLast: "channels are always the last axis: [h, w, c]",
  decay: "a schedule lets the rate fall: learning_rate: exponential_decay(…)",
  dtype: "all numbers are f32",
  inPlace: "each layer makes a new value, and nothing changes in place",
  inferredShapes: "shapes follow from the model's inputs: model M(image: f32[28, 28, 1])",
  listedLayers: "list layers one below another in the braces of a model",
  namedInputs: "inputs follow the name of the model: model M(image: f32[28, 28, 1])",
  oneLoss: "a loss has a name, as mse, or is an expression that reads an output",
  optimizerRate: "the optimizer takes the learning rate: optimizer adam(0.001)",
  sampleWeights: "a field of the data set weighs samples: weight importance: f32 = column",
  seed: "one seed determines all random numbers of a training: its clause 'seed'",
  shuffle: "every epoch goes through the examples in a new order",
  splits: "the data set sets examples apart: split train 90%, validation 10%",
  countedLoops: "there are only counted loops: repeat 3 { … }",
  leftOut: "leave out an option to get its default",
  noFunctions: "you cannot define functions; a 'block' names a part of a network",
  noMethods: "a model has no methods: list layers one below another in its braces",
  noModules: "write layers and functions without a module: Dense(3), relu",
  noObject: "there is no model object: list layers one below another in the model's braces",
  shownShapes: "nnc summary shows shapes, and editors show them next to each line",
} as const;

export type Departure = keyof typeof sentences;
export const departureText = (departure: Departure): string => sentences[departure];
