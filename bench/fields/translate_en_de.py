"""models/translate-en-de.nn in Keras: how sure it is of the next word."""

from base import OneCycle, Run, keras, layers

ENGLISH, GERMAN, LENGTH, WIDTH, HEADS = 6000, 5000, 24, 128, 4
run = Run(8)
small = keras.initializers.RandomNormal(stddev=0.05)


@keras.saving.register_keras_serializable()
class Place(layers.Layer):
    """Adds learned places to scaled embeddings."""

    supports_masking = True

    def __init__(self):
        super().__init__()
        self.place = self.add_weight(shape=(LENGTH, WIDTH), initializer=small)

    def call(self, x):
        return WIDTH**0.5 * x + self.place


def look(x, causal=False, read=None):
    a = layers.LayerNormalization()(x)
    a = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(a, a if read is None else read, use_causal_mask=causal)
    return layers.Add()([x, layers.Dropout(0.1)(a)])


def think(x):
    a = layers.Dense(4 * WIDTH, activation="relu")(layers.LayerNormalization()(x))
    return layers.Add()([x, layers.Dropout(0.1)(layers.Dense(WIDTH)(a))])


english = keras.Input((LENGTH,), dtype="int32")
so_far = keras.Input((LENGTH,), dtype="int32")
place = Place()
read = layers.Dropout(0.1)(place(layers.Embedding(ENGLISH, WIDTH, small, mask_zero=True)(english)))
for _ in range(2):
    read = think(look(read))
read = layers.LayerNormalization()(read)
embed = layers.ReversibleEmbedding(GERMAN, WIDTH, embeddings_initializer=small, mask_zero=True)
x = layers.Dropout(0.1)(place(embed(so_far)))
x = look(think(look(look(x, causal=True), read=read)), causal=True)
x = layers.LayerNormalization()(think(look(x, read=read)))
model = keras.Model([english, so_far], embed(x, reverse=True))
model.compile(
    keras.optimizers.Adam(OneCycle(2e-3, run.steps(32), pct_start=0.15), global_clipnorm=1.0),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
)


def part(name):
    rows = run[name]
    return [rows["first"], rows["second"]], rows["second 2"]


history = run.fit(model, *part("train"), batch_size=32, validation_data=part("validation"))
run.report(validation=min(history.history["val_loss"]), test=model.evaluate(*part("test"), verbose=0))
