// A program as people write them, of any length: sections with a constant, blocks, a data set, a model and its training.

const section = (i: number): string => `/// Section ${i}: a residual network for small pictures, with its training.
const width${i} = ${16 + (i % 3) * 8}

/// A convolution, normalized.
block Unit${i}(x: f32[h, w, c], filters: int, stride: int = 1) {
  x
    -> Conv2D(filters, 3x3, strides: stride, padding: same, use_bias: false)
    -> BatchNormalization(momentum: 0.9)
    -> relu
}

block Residual${i}(x: f32[h, w, c], filters: int, stride: int = 1) {
  let shortcut = if stride == 1 and c == filters { x } else { x -> Conv2D(filters, 1x1, strides: stride) }
  let main = x
    -> Unit${i}(filters, stride: stride)
    -> Conv2D(filters, 3x3, padding: same, use_bias: false)
    -> BatchNormalization(momentum: 0.9)
  relu(main + shortcut)
}

dataset Pictures${i} {
  source digits()
  input  image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split  train 90%, validation 10%
}

model Net${i}(image: f32[28, 28, 1]) {
  let start = image -> Unit${i}(width${i})
  start
    -> Residual${i}(width${i})
    -> Residual${i}(width${i} * 2, stride: 2)
    -> Dropout(0.2)
    -> GlobalAveragePooling2D()
  Dense(32, relu)
  // The classes.
  Dense(10, softmax)
}

train Net${i} on Pictures${i} {
  loss      categorical_crossentropy(label_smoothing: 0.1)
  optimizer adam(1e-3)
  metrics   accuracy
  epochs    5
  batch     64
  seed      ${i}
}

`;

/** Returns a program without mistakes, of about this many lines. */
export function ordinaryText(lines: number): string {
  const count = Math.max(1, Math.round(lines / (section(0).split("\n").length - 1)));
  return Array.from({ length: count }, (_, i) => section(i)).join("");
}
