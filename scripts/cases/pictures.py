# Prints the values that Keras gives for layers of pictures, whose draws are certain, and of sound: their ranges are single numbers. The output is
# tests/cases/pictures.json, which biome formats. Needs Keras 3 on TensorFlow, and SciPy:
# python scripts/cases/pictures.py > tests/cases/pictures.json

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

colours = {"value_range": [0, 1]}
cases = []


def inputs(shape, low, high):
    i = np.arange(int(np.prod(shape)) * 2)
    return (low + (high - low) * ((i * 37 + i // 7) % 101) / 101).astype("float32").reshape((2, *shape))


def found(shape, range, options, y):
    values = [float(f"{v:.6g}") for v in y.reshape(-1)]
    return {"options": options, "range": list(range), "shape": list(shape), "result": list(y.shape[1:]), "values": values}


def case(layer, shape, training=True, low=0.0, high=1.0, **options):
    x = inputs(shape, low, high)
    made = getattr(keras.layers, layer)(**options)
    # Equalization counts the levels of a batch together, and MelSpectrogram finds its loudest power; nnc those of each sample.
    y = np.concatenate([np.asarray(made(x[i : i + 1], training=training)) for i in range(2)])
    cases.append({"layer": layer, "training": training, **found(shape, (low, high), options, y)})


for fill in ["reflect", "wrap", "constant", "nearest"]:
    for way in ["bilinear", "nearest"]:
        how = {"fill_mode": fill, "interpolation": way, "fill_value": 0.25}
        case("RandomTranslation", (5, 6, 1), height_factor=[0.31, 0.31], width_factor=[-0.9, -0.9], **how)
        case("RandomRotation", (5, 6, 1), factor=[0.07, 0.07], **how)
        case("RandomZoom", (5, 6, 1), height_factor=[0.43, 0.43], width_factor=[-0.37, -0.37], **how)
case("RandomTranslation", (4, 4, 3), height_factor=[-0.5, -0.5], width_factor=[0.25, 0.25], fill_mode="constant")
case("RandomRotation", (6, 4, 2), factor=[-0.25, -0.25], fill_mode="constant")
case("RandomZoom", (6, 4, 2), height_factor=[0.6, 0.6], fill_mode="constant")
case("RandomZoom", (7, 5, 1), height_factor=[-0.5, -0.5])
for layer in ["RandomTranslation", "RandomRotation", "RandomZoom"]:
    factors = {"factor": 0.3} if layer == "RandomRotation" else {"height_factor": 0.3, "width_factor": 0.3}
    case(layer, (3, 4, 1), training=False, **factors)
case("RandomBrightness", (3, 4, 3), factor=[0.3, 0.3], **colours)
case("RandomBrightness", (3, 4, 3), factor=[-0.4, -0.4], high=255.0)
case("RandomSaturation", (3, 4, 3), factor=[0.3, 0.3], **colours)
case("RandomSaturation", (3, 4, 3), factor=[0.7, 0.7], **colours)
case("RandomSaturation", (3, 4, 3), factor=[0.7, 0.7], high=255.0)
case("RandomColorDegeneration", (3, 4, 3), factor=[0.4, 0.4], **colours)
case("RandomColorDegeneration", (3, 4, 3), factor=[-0.4, -0.4], high=255.0)
case("RandomSharpness", (4, 5, 3), factor=[0.9, 0.9], **colours)
case("RandomSharpness", (4, 5, 3), factor=[0.1, 0.1], high=255.0)
for bits in [1, 3, 6, 8]:
    case("RandomPosterization", (4, 5, 3), factor=[bits, bits], **colours)
case("RandomPosterization", (4, 5, 3), factor=[4, 4], high=255.0)
case("RandomInvert", (3, 4, 3), factor=[1, 1], **colours)
case("RandomInvert", (3, 4, 3), factor=[1, 1], high=255.0)
case("RandomGrayscale", (3, 4, 3), factor=1.0)
case("Solarization", (3, 4, 3), addition_factor=[0, 0], threshold_factor=[0, 0], **colours)
case("AutoContrast", (3, 4, 3), low=0.2, high=0.7, **colours)
case("AutoContrast", (3, 4, 3), low=20.0, high=90.0)
case("AutoContrast", (3, 4, 3), low=0.5, high=0.5, **colours)
case("RandomErasing", (4, 5, 3), factor=[1, 1], scale=[1, 1], fill_value=[0.2, 0.4, 0.6], **colours)
case("RandomErasing", (4, 5, 3), factor=[0, 0], scale=[0.5, 0.5], **colours)
for way in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
    for size in [(3, 7), (9, 4), (5, 6)]:
        for antialias in [False, True]:
            case("Resizing", (5, 6, 1), height=size[0], width=size[1], interpolation=way, antialias=antialias)
case("Resizing", (5, 9, 2), height=4, width=4, crop_to_aspect_ratio=True)
case("Resizing", (5, 9, 2), height=4, width=4, pad_to_aspect_ratio=True, fill_value=0.5)
case("Resizing", (9, 4, 1), height=3, width=6, pad_to_aspect_ratio=True)
case("CenterCrop", (5, 8, 2), height=3, width=3)
case("CenterCrop", (5, 8, 2), height=6, width=4)
case("CenterCrop", (4, 4, 1), height=6, width=9)
case("RandomCrop", (4, 6, 2), height=4, width=4)
case("RandomCrop", (3, 7, 1), height=5, width=4)

case("RandomGaussianBlur", (6, 7, 2), factor=[1, 1], sigma=[0.8, 0.8], **colours)
case("RandomGaussianBlur", (6, 7, 1), factor=[1, 1], sigma=[1, 1], kernel_size=[5, 5], high=255.0)
case("RandomGaussianBlur", (6, 7, 1), factor=[0, 0], **colours)
case("Equalization", (6, 7, 3), **colours)
case("Equalization", (6, 7, 1), high=255.0)
case("Equalization", (6, 7, 3), bins=16, low=0.3, high=0.6, **colours)
case("Equalization", (3, 3, 1), low=0.5, high=0.5, **colours)


for mode in ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]:
    case("STFTSpectrogram", (21, 2), low=-1.0, mode=mode, frame_length=6)
    case("STFTSpectrogram", (20, 1), low=-1.0, mode=mode, frame_length=8, frame_step=3, padding="same", expand_dims=True)
for window in ["hann", "hamming", "blackman", None]:
    how = {"frame_length": 8, "fft_length": 16, "window": window}
    case("STFTSpectrogram", (30, 1), low=-1.0, mode="magnitude", scaling="spectrum", periodic=True, **how)
    case("STFTSpectrogram", (30, 1), low=-1.0, mode="magnitude", scaling=None, **how)
mels = {"fft_length": 32, "sequence_stride": 10, "sampling_rate": 800, "num_mel_bins": 5}
case("MelSpectrogram", (99,), low=-1.0, **mels)
case("MelSpectrogram", (2, 60), low=-1.0, sequence_length=20, min_freq=50.0, max_freq=300.0, ref_power=2.0, **mels)
case("MelSpectrogram", (99,), low=-1.0, power_to_db=False, mag_exp=1.0, **mels)
case("MelSpectrogram", (99,), low=-1.0, top_db=3.0, **mels)
clahe = "ContrastLimitedAdaptiveHistogramEqualization"
case(clahe, (12, 10, 2), tile_grid_size=[3, 2], clip_limit=4.0, **colours)
case(clahe, (7, 9, 1), tile_grid_size=[2, 4], clip_limit=90.0, high=255.0)
case(clahe, (7, 9, 1), tile_grid_size=[2, 2], clip_limit=0.0, low=0.3, high=0.5, **colours)
case(clahe, (16, 18, 1), **colours)
jitter = {"brightness_factor": [0.2, 0.2], "saturation_factor": [0.3, 0.3]}
case("RandomColorJitter", (3, 4, 3), **jitter, **colours)
case("Rescaling", (3, 4), scale=0.5, offset=-1)


def drawn(function, layer, shape, draws, transformation, high=1.0, **options):
    """A case whose draws are given."""
    x = inputs(shape, 0.0, high)
    y = getattr(keras.layers, layer)(**options).transform_images(x, transformation, training=True)
    cases.append({"function": function, "layer": layer, "draws": draws, **found(shape, (0.0, high), options, np.asarray(y))})


for fill in ["reflect", "wrap", "constant", "nearest"]:
    lean = {"shear_factor": np.float32([[0.3, 0.4]] * 2)}
    drawn("sheared", "RandomShear", (5, 6, 2), {"side": 0.2, "x": 0.3, "y": 0.4}, lean, fill_mode=fill)
    lean = {"shear_factor": np.float32([[-0.7, -0.2]] * 2)}
    drawn("sheared", "RandomShear", (5, 6, 1), {"side": 0.7, "x": 0.7, "y": 0.2}, lean, fill_mode=fill)
for way in ["bilinear", "nearest"]:
    start = np.float32([[[0, 0], [5, 0], [0, 4], [5, 4]]] * 2)
    shares = np.float32([[[0, 0], [0.3, 0], [0, -0.2], [-0.1, 0.25]]] * 2)
    moved = {"apply_perspective": np.array([True, True]), "start_points": start, "end_points": start + start * shares}
    corners = {"x1": 1.3, "y3": 0.8, "x2": 0.9, "y2": 1.25}
    drawn("inPerspective", "RandomPerspective", (5, 6, 2), corners, moved, interpolation=way, fill_value=0.25)
for side, turn in [(0.2, 0.3), (0.7, 0.9)]:
    hue = {"factor": np.float32([(0.5 if side < 0.5 else -0.5) * turn] * 2)}
    drawn("hueTurned", "RandomHue", (3, 4, 3), {"side": side, "hue": turn}, hue, factor=1.0, **colours)
    drawn("hueTurned", "RandomHue", (3, 4, 3), {"side": side, "hue": turn}, hue, high=255.0, factor=1.0)
for factor in [0.4, 1.7]:
    contrast = {"contrast_factor": np.float32([factor] * 2).reshape(2, 1, 1, 1)}
    drawn("contrasted", "RandomContrast", (3, 4, 3), {"contrast": factor}, contrast, factor=1.0, **colours)
    tones = {name: np.full((2, 1, 1, 1), value, "float32") for name, value in [("additions", 40), ("thresholds", 120)]}
    drawn("solarized", "Solarization", (3, 4, 3), {"addition": 40, "threshold": 120}, tones, **colours)

json.dump(cases, sys.stdout, separators=(",", ":"))
print()
