"""models/char-gpt.nn in Keras."""

from base import Run, keras, layers, ops

VOCAB, CONTEXT, WIDTH, HEADS = 65, 128, 128, 4
run = Run(10)
train, validation = run["train"], run["validation"]


class Ends(layers.Layer):
    """The embedding with its positions, and the same weights where tokens come out."""

    def build(self, _):
        self.table = self.add_weight(shape=(VOCAB, WIDTH), initializer="uniform", name="embeddings")
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.position = self.add_weight(shape=(CONTEXT, WIDTH), initializer=normal, name="position")

    def call(self, x, out=False):
        return ops.matmul(x, ops.transpose(self.table)) if out else ops.take(self.table, x, axis=0) + self.position


def decoder(x):
    a = layers.LayerNormalization()(x)
    a = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(a, a, use_causal_mask=True)
    x = layers.Add()([x, layers.Dropout(0.1)(a)])
    a = layers.Dense(4 * WIDTH, activation=keras.activations.gelu)(layers.LayerNormalization()(x))
    return layers.Add()([x, layers.Dropout(0.1)(layers.Dense(WIDTH)(a))])


text = keras.Input((CONTEXT,), dtype="int32")
ends = Ends()
x = ends(text)
for _ in range(4):
    x = decoder(x)
model = keras.Model(text, ends(layers.LayerNormalization()(x), out=True))
rate = keras.optimizers.schedules.CosineDecay(0.0, run.steps(32) - 200, warmup_target=1e-3, warmup_steps=200)
model.compile(
    keras.optimizers.AdamW(rate, weight_decay=0.1, global_clipnorm=1.0),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
validated = (validation["text"], validation["text 2"])
history = run.fit(model, train["text"], train["text 2"], batch_size=32, validation_data=validated)
run.report(loss=history.history["val_loss"][-1], best=min(history.history["val_loss"]))
