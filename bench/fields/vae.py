"""models/vae.nn in Keras."""

from base import Run, keras, layers, ops

run = Run(10)
train, test = (run[part]["pixels"].astype("float32") / 255 for part in ("train", "test"))
same = {"strides": 2, "padding": "same"}


class Autoencoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = keras.Sequential(
            [
                layers.Conv2D(32, 3, activation="relu", **same),
                layers.Conv2D(64, 3, activation="relu", **same),
                layers.Flatten(),
                layers.Dense(64, "relu"),
            ]
        )
        self.decoder = keras.Sequential(
            [
                layers.Dense(7 * 7 * 32, "relu"),
                layers.Reshape((7, 7, 32)),
                layers.Conv2DTranspose(32, 3, activation="relu", **same),
                layers.Conv2DTranspose(1, 3, activation="sigmoid", **same),
            ]
        )
        self.centre, self.spread = layers.Dense(16), layers.Dense(16)
        self.noise = keras.random.SeedGenerator(run.args.seed)

    def call(self, image):
        h = self.encoder(image)
        centre, spread = self.centre(h), self.spread(h)
        code = centre + ops.exp(0.5 * spread) * keras.random.normal(ops.shape(centre), seed=self.noise)
        picture = self.decoder(code)
        error = ops.binary_crossentropy(image, ops.clip(picture, 1e-7, 1 - 1e-7))
        self.add_loss(ops.mean(ops.sum(error, axis=(1, 2, 3))))
        self.add_loss(ops.mean(0.5 * ops.sum(centre**2 + ops.exp(spread) - spread - 1, axis=1)))
        return picture


model = Autoencoder()
model.compile(keras.optimizers.Adam())
run.fit(model, train, batch_size=128)
run.report(loss=model.evaluate(test, verbose=0))
