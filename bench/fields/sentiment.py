"""models/sentiment.nn in Keras."""

from base import Run, keras, layers

run = Run(12)
train, validation, test = run["train"], run["validation"], run["test"]
model = keras.Sequential(
    [
        layers.Input((40,), dtype="int32"),
        layers.Embedding(8000, 64, mask_zero=True),
        layers.Dropout(0.5),
        layers.GRU(16),
        layers.Dropout(0.5),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
best = keras.callbacks.EarlyStopping("val_accuracy", patience=2, restore_best_weights=True, mode="max")
validated = (validation["text"], validation["label"])
run.fit(model, train["text"], train["label"], batch_size=32, validation_data=validated, callbacks=[best])
loss, accuracy = model.evaluate(test["text"], test["label"], verbose=0)
run.report(loss=loss, accuracy=accuracy)
