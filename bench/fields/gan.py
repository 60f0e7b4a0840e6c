"""models/gan.nn in Keras: how often the classifier of models/mnist.nn recognises the digit that was asked for."""

import time

from base import Run, digit_layers, keras, layers, np, ops, tf

BATCH, NOISE = 64, 64
run = Run(12)
pixels, labels = run["train"]["pixels"], run["train"]["label"].astype("int32")
half = {"strides": 2, "padding": "same"}


def generator():
    noise, digit = keras.Input((NOISE,)), keras.Input((), dtype="int32")
    x = layers.Concatenate()([noise, layers.CategoryEncoding(10, output_mode="one_hot")(digit)])
    x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(7 * 7 * 64, use_bias=False)(x)))
    x = layers.Conv2DTranspose(32, 4, use_bias=False, **half)(layers.Reshape((7, 7, 64))(x))
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model([noise, digit], layers.Conv2DTranspose(1, 4, activation="tanh", **half)(x))


def critic():
    image, digit = keras.Input((28, 28, 1)), keras.Input((), dtype="int32")
    plane = layers.Reshape((28, 28, 1))(layers.Embedding(10, 28 * 28)(digit))
    x = layers.Concatenate()([image, plane])
    for filters in (32, 64):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, **half)(x))
    return keras.Model([image, digit], layers.Dense(1)(layers.Dropout(0.3)(layers.Flatten()(x))))


draw, judge = generator(), critic()
adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
for adam, network in zip(adams, (judge, draw)):
    adam.build(network.trainable_variables)


@tf.function(jit_compile=True)
def step(image, digit):
    image = tf.cast(image, tf.float32) / 127.5 - 1
    noise = tf.random.normal((BATCH, NOISE))
    with tf.GradientTape() as tape:
        fake = draw([noise, digit], training=True)
        right, wrong = judge([image, digit], training=True), judge([fake, digit], training=True)
        loss = ops.mean(ops.softplus(-right)) + ops.mean(ops.softplus(wrong))
    adams[0].apply(tape.gradient(loss, judge.trainable_variables), judge.trainable_variables)
    with tf.GradientTape() as tape:
        wrong = judge([draw([noise, digit], training=True), digit], training=True)
        loss = ops.mean(ops.softplus(-wrong))
    adams[1].apply(tape.gradient(loss, draw.trainable_variables), draw.trainable_variables)


start = time.perf_counter()
batches = tf.data.Dataset.from_tensor_slices((pixels, labels)).shuffle(60000).batch(BATCH, drop_remainder=True)
for _ in range(run.epochs):
    for image, digit in batches:
        step(image, digit)
run.seconds = time.perf_counter() - start

reader = keras.Sequential(
    [
        layers.Input((28, 28, 1)),
        *digit_layers(),
    ]
)
reader.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
reader.fit(pixels / np.float32(255), labels, epochs=5, batch_size=64, verbose=0)
digits = np.tile(np.arange(10, dtype="int32"), 1000)
drawn = draw.predict([np.random.default_rng(run.args.seed).normal(size=(10000, NOISE)), digits], verbose=0)
read = np.argmax(reader.predict((drawn + 1) / 2, verbose=0), axis=1)
run.report(recognised=np.mean(read == digits))
