// The points where nnc departs from other libraries: a sentence for people who write their words.

const sentences = {
  atTheCommand: "options of the command say where a training runs and what it writes: nnc train --help",
  callbacks: "clauses take the place of callbacks: early_stopping validation.loss patience 5, checkpoint best",
  channelsLast: "channels are always the last axis: [h, w, c]",
  countedEpochs: "a training counts epochs, and each goes once through the training examples: epochs 5",
  decay: "a schedule lets the rate fall: learning_rate: exponential_decay(…)",
  dropout: "dropout is a layer of the model: Dropout(0.2)",
  dtype: "all numbers are f32",
  inPlace: "each layer makes a new value, and nothing changes in place",
  inferredShapes: "shapes follow from the model's inputs: model M(image: f32[28, 28, 1])",
  listedLayers: "list layers one below another in the braces of a model",
  lossWeights: "a number in front weighs a loss: loss { price: mse, sold: 0.3 * categorical_crossentropy }",
  namedInputs: "inputs follow the name of the model: model M(image: f32[28, 28, 1])",
  oneLoss: "a loss has a name, as mse, or is an expression that reads an output",
  optimizerOption: "the optimizer takes this as an option: optimizer adamw(0.001, weight_decay: 0.004, clipnorm: 1)",
  optimizerRate: "the optimizer takes the learning rate: optimizer adam(0.001)",
  penalties: "a layer takes a regularizer of its weights: Dense(64, kernel_regularizer: l2(1e-4))",
  rateSchedule: "the optimizer takes a schedule as its rate: optimizer adam(cosine_decay(0.001))",
  reportedLoss: "the loss is always reported, beside the metrics",
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
