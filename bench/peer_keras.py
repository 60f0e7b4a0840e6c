"""The networks of bench/gru.nn, bench/mobilenet.nn and bench/unet.nn in Keras, measured as bench/run.mjs measures nnc. Prints one
line of JSON.

python bench/peer_keras.py --workload mobilenet --threads 2 --batch 32 --samples 640
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

from peers import CLASSES, LENGTH, SHAPES, WORDS, arguments, load, measure, report


def gru():
    import keras
    from keras import layers

    model = keras.Sequential([
        layers.Input((LENGTH,), dtype="int32"), layers.Embedding(WORDS, 64, mask_zero=True),
        layers.GRU(64), layers.Dense(1, activation="sigmoid")])
    return model, dict(optimizer=keras.optimizers.RMSprop(1e-3), loss="binary_crossentropy")


def mobilenet():
    import keras
    from keras import layers

    def conv(x, filters, size, stride=1):
        return layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)

    def active(x):
        return layers.ReLU()(layers.BatchNormalization()(x))

    image = layers.Input(SHAPES["mobilenet"])
    x = active(conv(image, 16, 3, 2))
    for filters, stride in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2)):
        x = active(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x))
        x = active(conv(x, filters, 1))
    x = layers.Dense(CLASSES, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    how = dict(optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss="categorical_crossentropy")
    return keras.Model(image, x), how


def unet():
    import keras
    from keras import layers

    def twice(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    image = layers.Input(SHAPES["unet"])
    a = twice(image, 16)
    b = twice(layers.MaxPooling2D()(a), 32)
    c = twice(layers.MaxPooling2D()(b), 64)
    x = twice(layers.MaxPooling2D()(c), 128)
    for skip, filters in ((c, 64), (b, 32), (a, 16)):
        larger = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = twice(layers.Concatenate()([larger, skip]), filters)
    x = layers.Conv2D(3, 1, activation="sigmoid")(x)
    return keras.Model(image, x), dict(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy")


networks = dict(gru=gru, mobilenet=mobilenet, unet=unet)


def main():
    args = arguments()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    tf.config.threading.set_inter_op_parallelism_threads(args.threads)
    import keras

    keras.utils.set_random_seed(1)
    x, y = load(args.workload, args.samples)
    if args.workload == "mobilenet":
        y = keras.utils.to_categorical(y, CLASSES)
    elif args.workload == "gru":
        y = y.astype("float32")[:, None]
    model, how = networks[args.workload]()
    model.compile(**how)
    loss = [None]

    def train(n):
        loss[0] = model.fit(x[:n], y[:n], batch_size=args.batch, epochs=1, verbose=0).history["loss"][-1]

    def infer(n):
        model.predict(x[:n], batch_size=args.batch, verbose=0)

    report(
        train=measure(train, args.batch, args.samples), infer=measure(infer, args.batch, args.samples), loss=loss[0],
        params=sum(int(v.numpy().size) for v in model.trainable_variables),
        version=f"keras {keras.__version__}, tensorflow {tf.__version__}")


if __name__ == "__main__":
    main()
