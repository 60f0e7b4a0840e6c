// mnist.nn: trains MnistCnn on Digits. Made by nnc for target js; do not edit.
// Runs by itself: node train.js --help

// ─── The model: one function for each kernel ─────────────────────────────────────────────────────────────

/** What is known of the experiment. */
export const manifest: Manifest = { file: "mnist.nn", model: "MnistCnn", dataset: "Digits", target: "js", threads: false, strictMath: false, winograd: false, source: { name: "mnist", options: {} }, columns: [{ name: "pixels", dtype: "u8", shape: [28, 28, 1] }, { name: "label", dtype: "u8", shape: [], classes: 10 }], inputs: [{ name: "image", dtype: "f32", shape: [28, 28, 1] }], outputs: [{ name: "output", shape: [10] }], metrics: ["loss", "accuracy"], split: { train: 1, validation: 0, test: 0, order: "random" }, batch: 64, epochs: 5, seed: 0, parameters: 93322 };

function square(x: number): number {
  return x * x;
}

/** Makes the model with memory of its own. Weights are not set before `initialize`. */
export function createProgram(): Program {
  const memory = new ArrayBuffer(20077056);
  const weights = new Float32Array(memory, 0, 93322);
  const optimizer_momentum = new Float32Array(memory, 373312, 93322);
  const optimizer_velocity = new Float32Array(memory, 746624, 93322);
  const metric_loss_total = new Float32Array(memory, 1119936, 1);
  const metric_loss_count = new Float32Array(memory, 1120000, 1);
  const metric_accuracy_total = new Float32Array(memory, 1120064, 1);
  const metric_accuracy_count = new Float32Array(memory, 1120128, 1);
  const seed = new Int32Array(memory, 1120192, 1);
  const step = new Int32Array(memory, 1120256, 1);
  const input_pixels = new Uint8Array(memory, 1120320, 50176);
  const input_label = new Uint8Array(memory, 1170496, 64);
  const output_train_step_loss = new Float32Array(memory, 1170560, 1);
  const output_evaluate_loss = new Float32Array(memory, 1170624, 1);
  const output_metrics_loss = new Float32Array(memory, 1170688, 1);
  const output_metrics_accuracy = new Float32Array(memory, 1170752, 1);
  const input_image = new Float32Array(memory, 1170816, 50176);
  const output_predict_output = new Float32Array(memory, 1371520, 640);
  const initialize_initialize = new Float32Array(memory, 1374080, 93322);
  const train_step_conv2d_v2 = new Float32Array(memory, 1374080, 1384448);
  const train_step_conv2d_v3 = new Float32Array(memory, 6911872, 1384448);
  const train_step_conv2d_1_v5 = new Float32Array(memory, 12449664, 921600);
  const train_step_conv2d_1_v2 = new Float32Array(memory, 6911872, 495616);
  const train_step_conv2d_1_v3 = new Float32Array(memory, 16136064, 495616);
  const train_step_max_pooling2d = new Float32Array(memory, 18118528, 346112);
  const train_step_conv2d_2_v5 = new Float32Array(memory, 8894336, 200704);
  const train_step_max_pooling2d_1 = new Float32Array(memory, 9697152, 102400);
  const train_step_conv2d_2_v6 = new Float32Array(memory, 10106752, 102400);
  const train_step_adam = new Float32Array(memory, 19502976, 93322);
  const train_step_image = new Float32Array(memory, 19876288, 50176);
  const train_step_conv2d_2_v2 = new Float32Array(memory, 10106752, 36864);
  const train_step_dense_v5 = new Float32Array(memory, 10254208, 36864);
  const train_step_conv2d_2_v3 = new Float32Array(memory, 10516352, 36864);
  const train_step_dense_v2 = new Float32Array(memory, 8894336, 4096);
  const train_step_dense_v3 = new Float32Array(memory, 8910720, 4096);
  const train_step_dense_1 = new Float32Array(memory, 8910720, 640);
  const train_step_dense_1_v3 = new Float32Array(memory, 8913280, 640);
  const train_step_dense_1_v5 = new Float32Array(memory, 8915840, 640);
  const train_step_loss_v2 = new Float32Array(memory, 8918400, 640);
  const train_step_loss_v6 = new Float32Array(memory, 8920960, 640);
  const train_step_loss_v7 = new Float32Array(memory, 8927104, 640);
  const train_step_accuracy = new Int32Array(memory, 8923520, 64);
  const train_step_digit = new Int32Array(memory, 8923776, 64);
  const train_step_loss_v3 = new Float32Array(memory, 8910720, 1);
  const train_step_adam_v4 = new Float32Array(memory, 20076992, 1);
  const evaluate_conv2d_v2 = new Float32Array(memory, 1374080, 1384448);
  const evaluate_conv2d_1_v2 = new Float32Array(memory, 1374080, 495616);
  const evaluate_max_pooling2d = new Float32Array(memory, 6911872, 346112);
  const evaluate_max_pooling2d_1 = new Float32Array(memory, 3356544, 102400);
  const evaluate_image = new Float32Array(memory, 6911872, 50176);
  const evaluate_conv2d_2_v2 = new Float32Array(memory, 1374080, 36864);
  const evaluate_dense_v2 = new Float32Array(memory, 1521536, 4096);
  const evaluate_dense_1 = new Float32Array(memory, 1374080, 640);
  const evaluate_dense_1_v3 = new Float32Array(memory, 1376640, 640);
  const evaluate_dense_1_v5 = new Float32Array(memory, 1379200, 640);
  const evaluate_loss_v2 = new Float32Array(memory, 1381760, 640);
  const evaluate_accuracy = new Int32Array(memory, 1384320, 64);
  const evaluate_digit = new Int32Array(memory, 1384576, 64);
  const evaluate_loss_v3 = new Float32Array(memory, 1374080, 1);
  const predict_conv2d_v2 = new Float32Array(memory, 1374080, 1384448);
  const predict_conv2d_1_v2 = new Float32Array(memory, 1374080, 495616);
  const predict_max_pooling2d = new Float32Array(memory, 6911872, 346112);
  const predict_max_pooling2d_1 = new Float32Array(memory, 3356544, 102400);
  const predict_conv2d_2_v2 = new Float32Array(memory, 1374080, 36864);
  const predict_dense_v2 = new Float32Array(memory, 1521536, 4096);
  const predict_dense_1 = new Float32Array(memory, 1374080, 640);
  const predict_dense_1_v3 = new Float32Array(memory, 1376640, 640);
  const predict_dense_1_v5 = new Float32Array(memory, 1379200, 640);

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * v = uniform()
   * v1 = v * 0.284268
   * v2 = v1 + -0.142134
   * initialize_initialize[l] = v2
   */
  function initialize_01_conv2d_kernel(samples: number): void {
    for (let l = 0; l < 288; l++) {
      const v = uniform(seed[0], 693396583, 0, l);
      const v1 = v * 0.28426762180748055;
      const v2 = v1 + (-0.14213381090374028);
      initialize_initialize[l] = v2;
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * v = uniform()
   * v1 = v * 0.166667
   * v2 = v1 + -0.0833333
   * initialize_initialize[l] = v2
   */
  function initialize_02_conv2d_1_kernel(samples: number): void {
    for (let l = 0; l < 18432; l++) {
      const v = uniform(seed[0], 2385537727, 0, l);
      const v1 = v * 0.16666666666666666;
      const v2 = v1 + (-0.08333333333333333);
      initialize_initialize[l + 320] = v2;
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * v = uniform()
   * v1 = v * 0.144338
   * v2 = v1 + -0.0721688
   * initialize_initialize[l] = v2
   */
  function initialize_03_conv2d_2_kernel(samples: number): void {
    for (let l = 0; l < 36864; l++) {
      const v = uniform(seed[0], 1299430420, 0, l);
      const v1 = v * 0.14433756729740643;
      const v2 = v1 + (-0.07216878364870322);
      initialize_initialize[l + 18816] = v2;
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * v = uniform()
   * v1 = v * 0.193649
   * v2 = v1 + -0.0968246
   * initialize_initialize[j] = v2
   */
  function initialize_04_dense_kernel(samples: number): void {
    for (let j = 0; j < 36864; j++) {
      const v = uniform(seed[0], 2872465484, 0, j);
      const v1 = v * 0.19364916731037085;
      const v2 = v1 + (-0.09682458365518543);
      initialize_initialize[j + 55744] = v2;
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * v = uniform()
   * v1 = v * 0.569495
   * v2 = v1 + -0.284747
   * initialize_initialize[j] = v2
   */
  function initialize_05_dense_1_kernel(samples: number): void {
    for (let j = 0; j < 640; j++) {
      const v = uniform(seed[0], 1190512856, 0, j);
      const v1 = v * 0.5694947974514994;
      const v2 = v1 + (-0.2847473987257497);
      initialize_initialize[j + 92672] = v2;
    }
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_06_conv2d_bias(samples: number): void {
    for (let i = 0; i < 32; i++) {
      initialize_initialize[i + 288] = 0;
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_07_conv2d_1_bias(samples: number): void {
    for (let i = 0; i < 64; i++) {
      initialize_initialize[i + 18752] = 0;
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_08_conv2d_1_bias(samples: number): void {
    for (let i = 0; i < 64; i++) {
      initialize_initialize[i + 55680] = 0;
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_09_conv2d_1_bias(samples: number): void {
    for (let i = 0; i < 64; i++) {
      initialize_initialize[i + 92608] = 0;
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * initialize_initialize[i] = 0
   */
  function initialize_10_dense_1_bias(samples: number): void {
    for (let i = 0; i < 10; i++) {
      initialize_initialize[i + 93312] = 0;
    }
  }

  /** weights[i] = initialize_initialize[i] */
  function initialize_11_initialize(samples: number): void {
    for (let i = 0; i < 93322; i++) {
      weights[i] = initialize_initialize[i];
    }
  }

  /** optimizer_momentum[i] = 0 */
  function initialize_12_initialize(samples: number): void {
    for (let i = 0; i < 93322; i++) {
      optimizer_momentum[i] = 0;
    }
  }

  /** optimizer_velocity[i] = 0 */
  function initialize_13_initialize(samples: number): void {
    for (let i = 0; i < 93322; i++) {
      optimizer_velocity[i] = 0;
    }
  }

  /**
   * metric_loss_total = 0
   * metric_loss_count = 0
   * metric_accuracy_total = 0
   * metric_accuracy_count = 0
   * step = 0
   */
  function initialize_14_initialize_and_conv2d_kernel(samples: number): void {
    metric_loss_total[0] = 0;
    metric_loss_count[0] = 0;
    metric_accuracy_total[0] = 0;
    metric_accuracy_count[0] = 0;
    step[0] = 0;
  }

  function runInitialize(samples: number): void {
    initialize_01_conv2d_kernel(samples);
    initialize_02_conv2d_1_kernel(samples);
    initialize_03_conv2d_2_kernel(samples);
    initialize_04_dense_kernel(samples);
    initialize_05_dense_1_kernel(samples);
    initialize_06_conv2d_bias(samples);
    initialize_07_conv2d_1_bias(samples);
    initialize_08_conv2d_1_bias(samples);
    initialize_09_conv2d_1_bias(samples);
    initialize_10_dense_1_bias(samples);
    initialize_11_initialize(samples);
    initialize_12_initialize(samples);
    initialize_13_initialize(samples);
    initialize_14_initialize_and_conv2d_kernel(samples);
  }

  /**
   * mnist.nn:4  pixels / 255
   * train_step_image[n, k] = f32(input_pixels[n, k]) / 255
   */
  function train_step_01_image(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 784;
      for (let k = 0; k < 784; k++) {
        train_step_image[p_0 + k] = input_pixels[p_0 + k] / 255;
      }
    }
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * sum = Σ(ky, kx) train_step_image[b, y+ky, x+kx] * weights[ky, kx, f]
   * train_step_conv2d_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function train_step_02_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 26; y++) {
        for (let f = 0; f < 32; f += 4) {
          for (let x = 0; x < 26; x += 2) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
            for (let ky = 0; ky < 3; ky++) {
              const p_0 = b * 784 + y * 28 + ky * 28 + x;
              const p_1 = ky * 96 + f;
              for (let kx = 0; kx < 3; kx++) {
                const x_0 = train_step_image[p_0 + kx];
                const x_1 = weights[p_1 + kx * 32];
                const x_2 = train_step_image[p_0 + kx + 1];
                const x_3 = weights[p_1 + kx * 32 + 1];
                const x_4 = weights[p_1 + kx * 32 + 2];
                const x_5 = weights[p_1 + kx * 32 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_2 * x_1;
                s_2 += x_0 * x_3;
                s_3 += x_2 * x_3;
                s_4 += x_0 * x_4;
                s_5 += x_2 * x_4;
                s_6 += x_0 * x_5;
                s_7 += x_2 * x_5;
              }
            }
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f] = Math.max(s_0 + weights[f + 288], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 32] = Math.max(s_1 + weights[f + 288], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 1] = Math.max(s_2 + weights[f + 289], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 33] = Math.max(s_3 + weights[f + 289], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 2] = Math.max(s_4 + weights[f + 290], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 34] = Math.max(s_5 + weights[f + 290], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 3] = Math.max(s_6 + weights[f + 291], 0);
            train_step_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 35] = Math.max(s_7 + weights[f + 291], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:10  MaxPool2D(2x2)
   * train_step_max_pooling2d[n, j, k, l] = max(max(max(train_step_conv2d_v2[n, j, k, l], train_step_conv2d_v2[n, …
   */
  function train_step_03_max_pooling2d(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 13; j++) {
        for (let k = 0; k < 13; k++) {
          const p_0 = n * 21632 + j * 1664 + k * 64;
          const p_1 = n * 5408 + j * 416 + k * 32;
          for (let l = 0; l < 32; l++) {
            train_step_max_pooling2d[p_1 + l] = Math.max(Math.max(Math.max(train_step_conv2d_v2[p_0 + l], train_step_conv2d_v2[p_0 + l + 32]), train_step_conv2d_v2[p_0 + l + 832]), train_step_conv2d_v2[p_0 + l + 864]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) train_step_max_pooling2d[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * train_step_conv2d_1_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function train_step_04_conv2d_1(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 11; y++) {
        for (let f = 0; f < 64; f += 4) {
          for (let x = 0; x < 9; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_1 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_0 = train_step_max_pooling2d[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 320];
                  const x_2 = train_step_max_pooling2d[p_0 + c + 32];
                  const x_3 = train_step_max_pooling2d[p_0 + c + 64];
                  const x_4 = weights[p_1 + c * 64 + 321];
                  const x_5 = weights[p_1 + c * 64 + 322];
                  const x_6 = weights[p_1 + c * 64 + 323];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_0 + weights[f + 18752], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 18752], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 18752], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 18753], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 18753], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 18753], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 18754], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 18754], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 18754], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 18755], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 18755], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 18755], 0);
          }
          {
            const x = 9;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_3 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_7 = train_step_max_pooling2d[p_2 + c];
                  const x_8 = weights[p_3 + c * 64 + 320];
                  const x_9 = train_step_max_pooling2d[p_2 + c + 32];
                  const x_10 = weights[p_3 + c * 64 + 321];
                  const x_11 = weights[p_3 + c * 64 + 322];
                  const x_12 = weights[p_3 + c * 64 + 323];
                  s_12 += x_7 * x_8;
                  s_13 += x_9 * x_8;
                  s_14 += x_7 * x_10;
                  s_15 += x_9 * x_10;
                  s_16 += x_7 * x_11;
                  s_17 += x_9 * x_11;
                  s_18 += x_7 * x_12;
                  s_19 += x_9 * x_12;
                }
              }
            }
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_12 + weights[f + 18752], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_13 + weights[f + 18752], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_14 + weights[f + 18753], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_15 + weights[f + 18753], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_16 + weights[f + 18754], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_17 + weights[f + 18754], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_18 + weights[f + 18755], 0);
            train_step_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_19 + weights[f + 18755], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:12  MaxPool2D(2x2)
   * train_step_max_pooling2d_1[n, j, k, l] = max(max(max(train_step_conv2d_1_v2[n, j, k, l], train_step_conv2d_1_…
   */
  function train_step_05_max_pooling2d_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 7744 + j * 1408 + k * 128;
          const p_1 = n * 1600 + j * 320 + k * 64;
          for (let l = 0; l < 64; l++) {
            train_step_max_pooling2d_1[p_1 + l] = Math.max(Math.max(Math.max(train_step_conv2d_1_v2[p_0 + l], train_step_conv2d_1_v2[p_0 + l + 64]), train_step_conv2d_1_v2[p_0 + l + 704]), train_step_conv2d_1_v2[p_0 + l + 768]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) train_step_max_pooling2d_1[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * train_step_conv2d_2_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function train_step_06_conv2d_2(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 3; y++) {
        for (let f = 0; f < 64; f += 4) {
          {
            const x = 0;
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 1600 + y * 320 + ky * 320 + x * 64 + kx * 64;
                const p_1 = ky * 12288 + kx * 4096 + f;
                for (let c = 0; c < 64; c++) {
                  const x_0 = train_step_max_pooling2d_1[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 18816];
                  const x_2 = train_step_max_pooling2d_1[p_0 + c + 64];
                  const x_3 = train_step_max_pooling2d_1[p_0 + c + 128];
                  const x_4 = weights[p_1 + c * 64 + 18817];
                  const x_5 = weights[p_1 + c * 64 + 18818];
                  const x_6 = weights[p_1 + c * 64 + 18819];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f] = Math.max(s_0 + weights[f + 55680], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 55680], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 55680], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 55681], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 55681], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 55681], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 55682], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 55682], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 55682], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 55683], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 55683], 0);
            train_step_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 55683], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * sum = Σ(k) train_step_conv2d_2_v2[i0, k] * weights[k, u]
   * train_step_dense_v2[i0, u] = relu(sum + weights[u])
   */
  function train_step_07_dense(samples: number): void {
    for (let u = 0; u < 64; u += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_0 = train_step_conv2d_2_v2[p_0 + k];
          const x_1 = weights[k * 64 + u + 55744];
          const x_2 = train_step_conv2d_2_v2[p_0 + k + 576];
          const x_3 = train_step_conv2d_2_v2[p_0 + k + 1152];
          const x_4 = weights[k * 64 + u + 55745];
          const x_5 = weights[k * 64 + u + 55746];
          const x_6 = weights[k * 64 + u + 55747];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
        }
        train_step_dense_v2[i0 * 64 + u] = Math.max(s_0 + weights[u + 92608], 0);
        train_step_dense_v2[i0 * 64 + u + 64] = Math.max(s_1 + weights[u + 92608], 0);
        train_step_dense_v2[i0 * 64 + u + 128] = Math.max(s_2 + weights[u + 92608], 0);
        train_step_dense_v2[i0 * 64 + u + 1] = Math.max(s_3 + weights[u + 92609], 0);
        train_step_dense_v2[i0 * 64 + u + 65] = Math.max(s_4 + weights[u + 92609], 0);
        train_step_dense_v2[i0 * 64 + u + 129] = Math.max(s_5 + weights[u + 92609], 0);
        train_step_dense_v2[i0 * 64 + u + 2] = Math.max(s_6 + weights[u + 92610], 0);
        train_step_dense_v2[i0 * 64 + u + 66] = Math.max(s_7 + weights[u + 92610], 0);
        train_step_dense_v2[i0 * 64 + u + 130] = Math.max(s_8 + weights[u + 92610], 0);
        train_step_dense_v2[i0 * 64 + u + 3] = Math.max(s_9 + weights[u + 92611], 0);
        train_step_dense_v2[i0 * 64 + u + 67] = Math.max(s_10 + weights[u + 92611], 0);
        train_step_dense_v2[i0 * 64 + u + 131] = Math.max(s_11 + weights[u + 92611], 0);
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_1 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_7 = train_step_conv2d_2_v2[p_1 + k];
          const x_8 = weights[k * 64 + u + 55744];
          const x_9 = weights[k * 64 + u + 55745];
          const x_10 = weights[k * 64 + u + 55746];
          const x_11 = weights[k * 64 + u + 55747];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        train_step_dense_v2[i0 * 64 + u] = Math.max(s_12 + weights[u + 92608], 0);
        train_step_dense_v2[i0 * 64 + u + 1] = Math.max(s_13 + weights[u + 92609], 0);
        train_step_dense_v2[i0 * 64 + u + 2] = Math.max(s_14 + weights[u + 92610], 0);
        train_step_dense_v2[i0 * 64 + u + 3] = Math.max(s_15 + weights[u + 92611], 0);
      }
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * sum = Σ(k) train_step_dense_v2[i0, k] * weights[k, u]
   * train_step_dense_1[i0, u] = sum
   */
  function train_step_08_dense_1(samples: number): void {
    for (let u = 0; u < 10; u += 5) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0;
        const p_0 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_0 = train_step_dense_v2[p_0 + k];
          const x_1 = weights[k * 10 + u + 92672];
          const x_2 = train_step_dense_v2[p_0 + k + 64];
          const x_3 = train_step_dense_v2[p_0 + k + 128];
          const x_4 = weights[k * 10 + u + 92673];
          const x_5 = weights[k * 10 + u + 92674];
          const x_6 = weights[k * 10 + u + 92675];
          const x_7 = weights[k * 10 + u + 92676];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
          s_12 += x_0 * x_7;
          s_13 += x_2 * x_7;
          s_14 += x_3 * x_7;
        }
        train_step_dense_1[i0 * 10 + u] = s_0;
        train_step_dense_1[i0 * 10 + u + 10] = s_1;
        train_step_dense_1[i0 * 10 + u + 20] = s_2;
        train_step_dense_1[i0 * 10 + u + 1] = s_3;
        train_step_dense_1[i0 * 10 + u + 11] = s_4;
        train_step_dense_1[i0 * 10 + u + 21] = s_5;
        train_step_dense_1[i0 * 10 + u + 2] = s_6;
        train_step_dense_1[i0 * 10 + u + 12] = s_7;
        train_step_dense_1[i0 * 10 + u + 22] = s_8;
        train_step_dense_1[i0 * 10 + u + 3] = s_9;
        train_step_dense_1[i0 * 10 + u + 13] = s_10;
        train_step_dense_1[i0 * 10 + u + 23] = s_11;
        train_step_dense_1[i0 * 10 + u + 4] = s_12;
        train_step_dense_1[i0 * 10 + u + 14] = s_13;
        train_step_dense_1[i0 * 10 + u + 24] = s_14;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        const p_1 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_8 = train_step_dense_v2[p_1 + k];
          const x_9 = weights[k * 10 + u + 92672];
          const x_10 = weights[k * 10 + u + 92673];
          const x_11 = weights[k * 10 + u + 92674];
          const x_12 = weights[k * 10 + u + 92675];
          const x_13 = weights[k * 10 + u + 92676];
          s_15 += x_8 * x_9;
          s_16 += x_8 * x_10;
          s_17 += x_8 * x_11;
          s_18 += x_8 * x_12;
          s_19 += x_8 * x_13;
        }
        train_step_dense_1[i0 * 10 + u] = s_15;
        train_step_dense_1[i0 * 10 + u + 1] = s_16;
        train_step_dense_1[i0 * 10 + u + 2] = s_17;
        train_step_dense_1[i0 * 10 + u + 3] = s_18;
        train_step_dense_1[i0 * 10 + u + 4] = s_19;
      }
    }
  }

  /**
   * mnist.nn:5  digit
   * v = i32(input_label[n])
   * train_step_digit[n] = v
   * result = Σ(j) j = v ? -(1 / samples) : 0
   * result3 = max(j) train_step_dense_1[n, j] + weights[j]
   * train_step_dense_1_v3[n, j] = exp((train_step_dense_1[n, j] + weights[j]) - result3)
   * result1 = Σ(j) train_step_dense_1_v3[n, j]
   * train_step_dense_1_v5[n, j] = train_step_dense_1_v3[n, j] / result1
   * v2 = log(result1)
   * train_step_loss_v2[n, j] = j = v ? ((train_step_dense_1[n, j] + weights[j]) - result3) - v2 : 0
   * result2 = arg_max(j) train_step_dense_1_v5[n, j]
   * train_step_accuracy[n] = result2
   * v1 = -result / result1
   * … and 2 more
   */
  function train_step_09_digit_and_loss(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const v = Math.trunc(input_label[n]);
      train_step_digit[n] = v;
      let result = 0;
      for (let j = 0; j < 10; j++) {
        result += j === v ? (-(1 / samples)) : 0;
      }
      let result3 = -Infinity;
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result3 = Math.max(result3, train_step_dense_1[p_0 + j] + weights[j + 93312]);
      }
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_dense_1_v3[p_1 + j] = Math.exp((train_step_dense_1[p_1 + j] + weights[j + 93312]) - result3);
      }
      let result1 = 0;
      const p_2 = n * 10;
      for (let j = 0; j < 10; j++) {
        result1 += train_step_dense_1_v3[p_2 + j];
      }
      const p_3 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_dense_1_v5[p_3 + j] = train_step_dense_1_v3[p_3 + j] / result1;
      }
      const v2 = Math.log(result1);
      const p_4 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_loss_v2[p_4 + j] = j === v ? (((train_step_dense_1[p_4 + j] + weights[j + 93312]) - result3) - v2) : 0;
      }
      let result2 = 0, best_0 = -Infinity, at_0 = 0;
      for (let j = 0; j < 10; j++) {
        const v_0 = train_step_dense_1_v5[n * 10 + j];
        if (v_0 > best_0) {
          best_0 = v_0;
          result2 = at_0;
        }
        at_0++;
      }
      train_step_accuracy[n] = result2;
      const v1 = (-result) / result1;
      const p_5 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_loss_v6[p_5 + j] = train_step_dense_1_v3[p_5 + j] * v1;
      }
      const p_6 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_loss_v7[p_6 + j] = (j === v ? (-(1 / samples)) : 0) + train_step_loss_v6[p_6 + j];
      }
    }
  }

  /**
   * mnist.nn:20  categorical_crossentropy
   * result = Σ(n, j) train_step_loss_v2[n, j]
   * train_step_loss_v3 = result
   */
  function train_step_10_loss(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result += train_step_loss_v2[p_0 + j];
      }
    }
    train_step_loss_v3[0] = result;
  }

  /**
   * result = Σ(n) f32(train_step_accuracy[n] = train_step_digit[n])
   * t0 = step
   * t1 = f32(t0) + 1
   * v = √1 - 0.999^t1
   * v1 = 0.001 * v
   * t2 = -train_step_loss_v3 / samples
   * train_step_adam_v4 = v1 / (1 - 0.9^t1)
   * output_train_step_loss = t2
   * metric_loss_total = metric_loss_total + (t2 * samples)
   * metric_loss_count = metric_loss_count + samples
   * metric_accuracy_total = metric_accuracy_total + result
   * metric_accuracy_count = metric_accuracy_count + samples
   * … and 1 more
   */
  function train_step_11_accuracy_and_adam(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      result += (train_step_accuracy[n] === train_step_digit[n] ? 1 : 0);
    }
    const t0 = step[0];
    const t1 = t0 + 1;
    const v = Math.sqrt(1 - Math.pow(0.999, t1));
    const v1 = 0.001 * v;
    const t2 = (-train_step_loss_v3[0]) / samples;
    const v_0 = v1 / (1 - Math.pow(0.9, t1));
    const v_1 = metric_loss_total[0] + (t2 * samples);
    const v_2 = metric_loss_count[0] + samples;
    const v_3 = metric_accuracy_total[0] + result;
    const v_4 = metric_accuracy_count[0] + samples;
    const v_5 = t0 + 1;
    train_step_adam_v4[0] = v_0;
    output_train_step_loss[0] = t2;
    metric_loss_total[0] = v_1;
    metric_loss_count[0] = v_2;
    metric_accuracy_total[0] = v_3;
    metric_accuracy_count[0] = v_4;
    step[0] = v_5;
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * result = Σ(n) train_step_loss_v7[n, j]
   * train_step_adam[j] = result
   */
  function train_step_12_dense_1(samples: number): void {
    for (let j = 0; j < 8; j += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        const x_0 = train_step_loss_v7[n * 10 + j];
        const x_1 = train_step_loss_v7[n * 10 + j + 1];
        const x_2 = train_step_loss_v7[n * 10 + j + 2];
        const x_3 = train_step_loss_v7[n * 10 + j + 3];
        const x_4 = train_step_loss_v7[n * 10 + j + 4];
        const x_5 = train_step_loss_v7[n * 10 + j + 5];
        const x_6 = train_step_loss_v7[n * 10 + j + 6];
        const x_7 = train_step_loss_v7[n * 10 + j + 7];
        s_0 += x_0;
        s_1 += x_1;
        s_2 += x_2;
        s_3 += x_3;
        s_4 += x_4;
        s_5 += x_5;
        s_6 += x_6;
        s_7 += x_7;
      }
      train_step_adam[j + 93312] = s_0;
      train_step_adam[j + 93313] = s_1;
      train_step_adam[j + 93314] = s_2;
      train_step_adam[j + 93315] = s_3;
      train_step_adam[j + 93316] = s_4;
      train_step_adam[j + 93317] = s_5;
      train_step_adam[j + 93318] = s_6;
      train_step_adam[j + 93319] = s_7;
    }
    {
      const j = 8;
      let s_8 = 0, s_9 = 0;
      for (let n = 0; n < samples; n++) {
        const x_8 = train_step_loss_v7[n * 10 + j];
        const x_9 = train_step_loss_v7[n * 10 + j + 1];
        s_8 += x_8;
        s_9 += x_9;
      }
      train_step_adam[j + 93312] = s_8;
      train_step_adam[j + 93313] = s_9;
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * sum = Σ(u) train_step_loss_v7[i0, u] * weights[k, u]
   * train_step_dense_v3[i0, k] = train_step_dense_v2[i0, k] > 0 ? sum : 0
   */
  function train_step_13_dense_1_and_dense(samples: number): void {
    for (let k = 0; k < 64; k += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 10;
        const p_1 = k * 10;
        for (let u = 0; u < 10; u++) {
          const x_0 = train_step_loss_v7[p_0 + u];
          const x_1 = weights[p_1 + u + 92672];
          const x_2 = train_step_loss_v7[p_0 + u + 10];
          const x_3 = train_step_loss_v7[p_0 + u + 20];
          const x_4 = weights[p_1 + u + 92682];
          const x_5 = weights[p_1 + u + 92692];
          const x_6 = weights[p_1 + u + 92702];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
        }
        train_step_dense_v3[i0 * 64 + k] = train_step_dense_v2[i0 * 64 + k] > 0 ? s_0 : 0;
        train_step_dense_v3[i0 * 64 + k + 64] = train_step_dense_v2[i0 * 64 + k + 64] > 0 ? s_1 : 0;
        train_step_dense_v3[i0 * 64 + k + 128] = train_step_dense_v2[i0 * 64 + k + 128] > 0 ? s_2 : 0;
        train_step_dense_v3[i0 * 64 + k + 1] = train_step_dense_v2[i0 * 64 + k + 1] > 0 ? s_3 : 0;
        train_step_dense_v3[i0 * 64 + k + 65] = train_step_dense_v2[i0 * 64 + k + 65] > 0 ? s_4 : 0;
        train_step_dense_v3[i0 * 64 + k + 129] = train_step_dense_v2[i0 * 64 + k + 129] > 0 ? s_5 : 0;
        train_step_dense_v3[i0 * 64 + k + 2] = train_step_dense_v2[i0 * 64 + k + 2] > 0 ? s_6 : 0;
        train_step_dense_v3[i0 * 64 + k + 66] = train_step_dense_v2[i0 * 64 + k + 66] > 0 ? s_7 : 0;
        train_step_dense_v3[i0 * 64 + k + 130] = train_step_dense_v2[i0 * 64 + k + 130] > 0 ? s_8 : 0;
        train_step_dense_v3[i0 * 64 + k + 3] = train_step_dense_v2[i0 * 64 + k + 3] > 0 ? s_9 : 0;
        train_step_dense_v3[i0 * 64 + k + 67] = train_step_dense_v2[i0 * 64 + k + 67] > 0 ? s_10 : 0;
        train_step_dense_v3[i0 * 64 + k + 131] = train_step_dense_v2[i0 * 64 + k + 131] > 0 ? s_11 : 0;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_2 = i0 * 10;
        const p_3 = k * 10;
        for (let u = 0; u < 10; u++) {
          const x_7 = train_step_loss_v7[p_2 + u];
          const x_8 = weights[p_3 + u + 92672];
          const x_9 = weights[p_3 + u + 92682];
          const x_10 = weights[p_3 + u + 92692];
          const x_11 = weights[p_3 + u + 92702];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        train_step_dense_v3[i0 * 64 + k] = train_step_dense_v2[i0 * 64 + k] > 0 ? s_12 : 0;
        train_step_dense_v3[i0 * 64 + k + 1] = train_step_dense_v2[i0 * 64 + k + 1] > 0 ? s_13 : 0;
        train_step_dense_v3[i0 * 64 + k + 2] = train_step_dense_v2[i0 * 64 + k + 2] > 0 ? s_14 : 0;
        train_step_dense_v3[i0 * 64 + k + 3] = train_step_dense_v2[i0 * 64 + k + 3] > 0 ? s_15 : 0;
      }
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * sum = Σ(i0) train_step_loss_v7[i0, u] * train_step_dense_v2[i0, k]
   * train_step_adam[k, u] = sum
   */
  function train_step_14_dense_1(samples: number): void {
    for (let u = 0; u < 10; u += 5) {
      for (let k = 0; k < 64; k += 4) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        for (let i0 = 0; i0 < samples; i0++) {
          const x_0 = train_step_loss_v7[i0 * 10 + u];
          const x_1 = train_step_dense_v2[i0 * 64 + k];
          const x_2 = train_step_dense_v2[i0 * 64 + k + 1];
          const x_3 = train_step_dense_v2[i0 * 64 + k + 2];
          const x_4 = train_step_dense_v2[i0 * 64 + k + 3];
          const x_5 = train_step_loss_v7[i0 * 10 + u + 1];
          const x_6 = train_step_loss_v7[i0 * 10 + u + 2];
          const x_7 = train_step_loss_v7[i0 * 10 + u + 3];
          const x_8 = train_step_loss_v7[i0 * 10 + u + 4];
          s_0 += x_0 * x_1;
          s_1 += x_0 * x_2;
          s_2 += x_0 * x_3;
          s_3 += x_0 * x_4;
          s_4 += x_5 * x_1;
          s_5 += x_5 * x_2;
          s_6 += x_5 * x_3;
          s_7 += x_5 * x_4;
          s_8 += x_6 * x_1;
          s_9 += x_6 * x_2;
          s_10 += x_6 * x_3;
          s_11 += x_6 * x_4;
          s_12 += x_7 * x_1;
          s_13 += x_7 * x_2;
          s_14 += x_7 * x_3;
          s_15 += x_7 * x_4;
          s_16 += x_8 * x_1;
          s_17 += x_8 * x_2;
          s_18 += x_8 * x_3;
          s_19 += x_8 * x_4;
        }
        train_step_adam[k * 10 + u + 92672] = s_0;
        train_step_adam[k * 10 + u + 92682] = s_1;
        train_step_adam[k * 10 + u + 92692] = s_2;
        train_step_adam[k * 10 + u + 92702] = s_3;
        train_step_adam[k * 10 + u + 92673] = s_4;
        train_step_adam[k * 10 + u + 92683] = s_5;
        train_step_adam[k * 10 + u + 92693] = s_6;
        train_step_adam[k * 10 + u + 92703] = s_7;
        train_step_adam[k * 10 + u + 92674] = s_8;
        train_step_adam[k * 10 + u + 92684] = s_9;
        train_step_adam[k * 10 + u + 92694] = s_10;
        train_step_adam[k * 10 + u + 92704] = s_11;
        train_step_adam[k * 10 + u + 92675] = s_12;
        train_step_adam[k * 10 + u + 92685] = s_13;
        train_step_adam[k * 10 + u + 92695] = s_14;
        train_step_adam[k * 10 + u + 92705] = s_15;
        train_step_adam[k * 10 + u + 92676] = s_16;
        train_step_adam[k * 10 + u + 92686] = s_17;
        train_step_adam[k * 10 + u + 92696] = s_18;
        train_step_adam[k * 10 + u + 92706] = s_19;
      }
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * result = Σ(n) train_step_dense_v3[n, j]
   * train_step_adam[j] = result
   */
  function train_step_15_dense(samples: number): void {
    for (let j = 0; j < 64; j += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        const x_0 = train_step_dense_v3[n * 64 + j];
        const x_1 = train_step_dense_v3[n * 64 + j + 1];
        const x_2 = train_step_dense_v3[n * 64 + j + 2];
        const x_3 = train_step_dense_v3[n * 64 + j + 3];
        const x_4 = train_step_dense_v3[n * 64 + j + 4];
        const x_5 = train_step_dense_v3[n * 64 + j + 5];
        const x_6 = train_step_dense_v3[n * 64 + j + 6];
        const x_7 = train_step_dense_v3[n * 64 + j + 7];
        s_0 += x_0;
        s_1 += x_1;
        s_2 += x_2;
        s_3 += x_3;
        s_4 += x_4;
        s_5 += x_5;
        s_6 += x_6;
        s_7 += x_7;
      }
      train_step_adam[j + 92608] = s_0;
      train_step_adam[j + 92609] = s_1;
      train_step_adam[j + 92610] = s_2;
      train_step_adam[j + 92611] = s_3;
      train_step_adam[j + 92612] = s_4;
      train_step_adam[j + 92613] = s_5;
      train_step_adam[j + 92614] = s_6;
      train_step_adam[j + 92615] = s_7;
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * sum = Σ(u) train_step_dense_v3[i0, u] * weights[k, u]
   * train_step_dense_v5[i0, k] = sum
   */
  function train_step_16_dense(samples: number): void {
    for (let k = 0; k < 576; k += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 64;
        const p_1 = k * 64;
        for (let u = 0; u < 64; u++) {
          const x_0 = train_step_dense_v3[p_0 + u];
          const x_1 = weights[p_1 + u + 55744];
          const x_2 = train_step_dense_v3[p_0 + u + 64];
          const x_3 = train_step_dense_v3[p_0 + u + 128];
          const x_4 = weights[p_1 + u + 55808];
          const x_5 = weights[p_1 + u + 55872];
          const x_6 = weights[p_1 + u + 55936];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
        }
        train_step_dense_v5[i0 * 576 + k] = s_0;
        train_step_dense_v5[i0 * 576 + k + 576] = s_1;
        train_step_dense_v5[i0 * 576 + k + 1152] = s_2;
        train_step_dense_v5[i0 * 576 + k + 1] = s_3;
        train_step_dense_v5[i0 * 576 + k + 577] = s_4;
        train_step_dense_v5[i0 * 576 + k + 1153] = s_5;
        train_step_dense_v5[i0 * 576 + k + 2] = s_6;
        train_step_dense_v5[i0 * 576 + k + 578] = s_7;
        train_step_dense_v5[i0 * 576 + k + 1154] = s_8;
        train_step_dense_v5[i0 * 576 + k + 3] = s_9;
        train_step_dense_v5[i0 * 576 + k + 579] = s_10;
        train_step_dense_v5[i0 * 576 + k + 1155] = s_11;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_2 = i0 * 64;
        const p_3 = k * 64;
        for (let u = 0; u < 64; u++) {
          const x_7 = train_step_dense_v3[p_2 + u];
          const x_8 = weights[p_3 + u + 55744];
          const x_9 = weights[p_3 + u + 55808];
          const x_10 = weights[p_3 + u + 55872];
          const x_11 = weights[p_3 + u + 55936];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        train_step_dense_v5[i0 * 576 + k] = s_12;
        train_step_dense_v5[i0 * 576 + k + 1] = s_13;
        train_step_dense_v5[i0 * 576 + k + 2] = s_14;
        train_step_dense_v5[i0 * 576 + k + 3] = s_15;
      }
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * sum = Σ(i0) train_step_dense_v3[i0, u] * train_step_conv2d_2_v2[i0, k]
   * train_step_adam[k, u] = sum
   */
  function train_step_17_dense(samples: number): void {
    for (let u = 0; u < 64; u += 4) {
      for (let k = 0; k < 576; k += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        for (let i0 = 0; i0 < samples; i0++) {
          const x_0 = train_step_dense_v3[i0 * 64 + u];
          const x_1 = train_step_conv2d_2_v2[i0 * 576 + k];
          const x_2 = train_step_conv2d_2_v2[i0 * 576 + k + 1];
          const x_3 = train_step_conv2d_2_v2[i0 * 576 + k + 2];
          const x_4 = train_step_dense_v3[i0 * 64 + u + 1];
          const x_5 = train_step_dense_v3[i0 * 64 + u + 2];
          const x_6 = train_step_dense_v3[i0 * 64 + u + 3];
          s_0 += x_0 * x_1;
          s_1 += x_0 * x_2;
          s_2 += x_0 * x_3;
          s_3 += x_4 * x_1;
          s_4 += x_4 * x_2;
          s_5 += x_4 * x_3;
          s_6 += x_5 * x_1;
          s_7 += x_5 * x_2;
          s_8 += x_5 * x_3;
          s_9 += x_6 * x_1;
          s_10 += x_6 * x_2;
          s_11 += x_6 * x_3;
        }
        train_step_adam[k * 64 + u + 55744] = s_0;
        train_step_adam[k * 64 + u + 55808] = s_1;
        train_step_adam[k * 64 + u + 55872] = s_2;
        train_step_adam[k * 64 + u + 55745] = s_3;
        train_step_adam[k * 64 + u + 55809] = s_4;
        train_step_adam[k * 64 + u + 55873] = s_5;
        train_step_adam[k * 64 + u + 55746] = s_6;
        train_step_adam[k * 64 + u + 55810] = s_7;
        train_step_adam[k * 64 + u + 55874] = s_8;
        train_step_adam[k * 64 + u + 55747] = s_9;
        train_step_adam[k * 64 + u + 55811] = s_10;
        train_step_adam[k * 64 + u + 55875] = s_11;
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * train_step_conv2d_2_v3[n, l] = train_step_conv2d_2_v2[n, l] > 0 ? train_step_dense_v5[n, l] : 0
   * train_step_conv2d_2_v5 = 0
   * train_step_conv2d_2_v5[n, j, l] = train_step_conv2d_2_v3[n, j, l]
   */
  function train_step_18_conv2d_2(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 576;
      for (let l = 0; l < 576; l++) {
        train_step_conv2d_2_v3[p_0 + l] = train_step_conv2d_2_v2[p_0 + l] > 0 ? train_step_dense_v5[p_0 + l] : 0;
      }
      train_step_conv2d_2_v5.fill(0, n * 3136, n * 3136 + 3136);
      for (let j = 0; j < 3; j++) {
        const p_1 = n * 576 + j * 192;
        const p_2 = n * 3136 + j * 448;
        for (let l = 0; l < 192; l++) {
          train_step_conv2d_2_v5[p_2 + l + 1024] = train_step_conv2d_2_v3[p_1 + l];
        }
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * result = Σ(n, j, k) train_step_conv2d_2_v3[n, j, k, l]
   * train_step_adam[l] = result
   */
  function train_step_19_conv2d_2(samples: number): void {
    for (let l = 0; l < 64; l += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        for (let j = 0; j < 3; j++) {
          const p_0 = n * 576 + j * 192 + l;
          for (let k = 0; k < 3; k++) {
            const x_0 = train_step_conv2d_2_v3[p_0 + k * 64];
            const x_1 = train_step_conv2d_2_v3[p_0 + k * 64 + 1];
            const x_2 = train_step_conv2d_2_v3[p_0 + k * 64 + 2];
            const x_3 = train_step_conv2d_2_v3[p_0 + k * 64 + 3];
            const x_4 = train_step_conv2d_2_v3[p_0 + k * 64 + 4];
            const x_5 = train_step_conv2d_2_v3[p_0 + k * 64 + 5];
            const x_6 = train_step_conv2d_2_v3[p_0 + k * 64 + 6];
            const x_7 = train_step_conv2d_2_v3[p_0 + k * 64 + 7];
            s_0 += x_0;
            s_1 += x_1;
            s_2 += x_2;
            s_3 += x_3;
            s_4 += x_4;
            s_5 += x_5;
            s_6 += x_6;
            s_7 += x_7;
          }
        }
      }
      train_step_adam[l + 55680] = s_0;
      train_step_adam[l + 55681] = s_1;
      train_step_adam[l + 55682] = s_2;
      train_step_adam[l + 55683] = s_3;
      train_step_adam[l + 55684] = s_4;
      train_step_adam[l + 55685] = s_5;
      train_step_adam[l + 55686] = s_6;
      train_step_adam[l + 55687] = s_7;
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, f) train_step_conv2d_2_v5[b, y, ky, x, kx, f] * weights[ky, kx, c, f]
   * train_step_conv2d_2_v6[b, y, x, c] = sum
   */
  function train_step_20_conv2d_2(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 5; y++) {
        for (let c = 0; c < 64; c += 4) {
          for (let x = 0; x < 3; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 3136 + y * 448 - ky * 448 + x * 64 - kx * 64;
                const p_1 = ky * 12288 + kx * 4096 + c * 64;
                for (let f = 0; f < 64; f++) {
                  const x_0 = train_step_conv2d_2_v5[p_0 + f + 1024];
                  const x_1 = weights[p_1 + f + 18816];
                  const x_2 = train_step_conv2d_2_v5[p_0 + f + 1088];
                  const x_3 = train_step_conv2d_2_v5[p_0 + f + 1152];
                  const x_4 = weights[p_1 + f + 18880];
                  const x_5 = weights[p_1 + f + 18944];
                  const x_6 = weights[p_1 + f + 19008];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c] = s_0;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 64] = s_1;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 128] = s_2;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 1] = s_3;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 65] = s_4;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 129] = s_5;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 2] = s_6;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 66] = s_7;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 130] = s_8;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 3] = s_9;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 67] = s_10;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 131] = s_11;
          }
          {
            const x = 3;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 3136 + y * 448 - ky * 448 + x * 64 - kx * 64;
                const p_3 = ky * 12288 + kx * 4096 + c * 64;
                for (let f = 0; f < 64; f++) {
                  const x_7 = train_step_conv2d_2_v5[p_2 + f + 1024];
                  const x_8 = weights[p_3 + f + 18816];
                  const x_9 = train_step_conv2d_2_v5[p_2 + f + 1088];
                  const x_10 = weights[p_3 + f + 18880];
                  const x_11 = weights[p_3 + f + 18944];
                  const x_12 = weights[p_3 + f + 19008];
                  s_12 += x_7 * x_8;
                  s_13 += x_9 * x_8;
                  s_14 += x_7 * x_10;
                  s_15 += x_9 * x_10;
                  s_16 += x_7 * x_11;
                  s_17 += x_9 * x_11;
                  s_18 += x_7 * x_12;
                  s_19 += x_9 * x_12;
                }
              }
            }
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c] = s_12;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 64] = s_13;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 1] = s_14;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 65] = s_15;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 2] = s_16;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 66] = s_17;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 3] = s_18;
            train_step_conv2d_2_v6[b * 1600 + y * 320 + x * 64 + c + 67] = s_19;
          }
        }
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * sum = Σ(b, y, x) train_step_conv2d_2_v3[b, y, x, f] * train_step_max_pooling2d_1[b, y+ky, x, c]
   * train_step_adam[ky, c, f] = sum
   */
  function train_step_21_conv2d_2(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let f = 0; f < 64; f += 4) {
          for (let c = 0; c < 192; c += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let y = 0; y < 3; y++) {
              const p_0 = b * 576 + y * 192 + f;
              const p_1 = b * 1600 + y * 320 + ky * 320 + c;
              for (let x = 0; x < 3; x++) {
                const x_0 = train_step_conv2d_2_v3[p_0 + x * 64];
                const x_1 = train_step_max_pooling2d_1[p_1 + x * 64];
                const x_2 = train_step_max_pooling2d_1[p_1 + x * 64 + 1];
                const x_3 = train_step_max_pooling2d_1[p_1 + x * 64 + 2];
                const x_4 = train_step_conv2d_2_v3[p_0 + x * 64 + 1];
                const x_5 = train_step_conv2d_2_v3[p_0 + x * 64 + 2];
                const x_6 = train_step_conv2d_2_v3[p_0 + x * 64 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_0 * x_2;
                s_2 += x_0 * x_3;
                s_3 += x_4 * x_1;
                s_4 += x_4 * x_2;
                s_5 += x_4 * x_3;
                s_6 += x_5 * x_1;
                s_7 += x_5 * x_2;
                s_8 += x_5 * x_3;
                s_9 += x_6 * x_1;
                s_10 += x_6 * x_2;
                s_11 += x_6 * x_3;
              }
            }
            train_step_adam[ky * 12288 + c * 64 + f + 18816] = b === 0 ? s_0 : train_step_adam[ky * 12288 + c * 64 + f + 18816] + s_0;
            train_step_adam[ky * 12288 + c * 64 + f + 18880] = b === 0 ? s_1 : train_step_adam[ky * 12288 + c * 64 + f + 18880] + s_1;
            train_step_adam[ky * 12288 + c * 64 + f + 18944] = b === 0 ? s_2 : train_step_adam[ky * 12288 + c * 64 + f + 18944] + s_2;
            train_step_adam[ky * 12288 + c * 64 + f + 18817] = b === 0 ? s_3 : train_step_adam[ky * 12288 + c * 64 + f + 18817] + s_3;
            train_step_adam[ky * 12288 + c * 64 + f + 18881] = b === 0 ? s_4 : train_step_adam[ky * 12288 + c * 64 + f + 18881] + s_4;
            train_step_adam[ky * 12288 + c * 64 + f + 18945] = b === 0 ? s_5 : train_step_adam[ky * 12288 + c * 64 + f + 18945] + s_5;
            train_step_adam[ky * 12288 + c * 64 + f + 18818] = b === 0 ? s_6 : train_step_adam[ky * 12288 + c * 64 + f + 18818] + s_6;
            train_step_adam[ky * 12288 + c * 64 + f + 18882] = b === 0 ? s_7 : train_step_adam[ky * 12288 + c * 64 + f + 18882] + s_7;
            train_step_adam[ky * 12288 + c * 64 + f + 18946] = b === 0 ? s_8 : train_step_adam[ky * 12288 + c * 64 + f + 18946] + s_8;
            train_step_adam[ky * 12288 + c * 64 + f + 18819] = b === 0 ? s_9 : train_step_adam[ky * 12288 + c * 64 + f + 18819] + s_9;
            train_step_adam[ky * 12288 + c * 64 + f + 18883] = b === 0 ? s_10 : train_step_adam[ky * 12288 + c * 64 + f + 18883] + s_10;
            train_step_adam[ky * 12288 + c * 64 + f + 18947] = b === 0 ? s_11 : train_step_adam[ky * 12288 + c * 64 + f + 18947] + s_11;
          }
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * train_step_conv2d_1_v3 = 0
   * gradient = train_step_max_pooling2d_1[n, j, k, l] > 0 ? train_step_conv2d_2_v6[n, j, k, l] : 0
   * x0 = train_step_conv2d_1_v2[n, j, k, l]
   * x1 = train_step_conv2d_1_v2[n, j, k, l]
   * x2 = train_step_conv2d_1_v2[n, j, k, l]
   * x3 = train_step_conv2d_1_v2[n, j, k, l]
   * better1 = x1 > x0
   * most1 = better1 ? x1 : x0
   * better2 = x2 > most1
   * most2 = better2 ? x2 : most1
   * better3 = x3 > most2
   * left2 = better3 ? 0 : gradient
   * … and 8 more
   */
  function train_step_22_conv2d_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      train_step_conv2d_1_v3.fill(0, n * 7744, n * 7744 + 7744);
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 1600 + j * 320 + k * 64;
          const p_1 = n * 7744 + j * 1408 + k * 128;
          for (let l = 0; l < 64; l++) {
            const gradient = train_step_max_pooling2d_1[p_0 + l] > 0 ? train_step_conv2d_2_v6[p_0 + l] : 0;
            const x0 = train_step_conv2d_1_v2[p_1 + l];
            const x1 = train_step_conv2d_1_v2[p_1 + l + 64];
            const x2 = train_step_conv2d_1_v2[p_1 + l + 704];
            const x3 = train_step_conv2d_1_v2[p_1 + l + 768];
            const better1: number = x1 > x0 ? 1 : 0;
            const most1 = better1 !== 0 ? x1 : x0;
            const better2: number = x2 > most1 ? 1 : 0;
            const most2 = better2 !== 0 ? x2 : most1;
            const better3: number = x3 > most2 ? 1 : 0;
            const left2 = better3 !== 0 ? 0 : gradient;
            const left1 = better2 !== 0 ? 0 : left2;
            const left0 = better1 !== 0 ? 0 : left1;
            const v_0 = better1 !== 0 ? left1 : 0;
            const v_1 = better2 !== 0 ? left2 : 0;
            const v_2 = better3 !== 0 ? gradient : 0;
            train_step_conv2d_1_v3[p_1 + l] = left0;
            train_step_conv2d_1_v3[p_1 + l + 64] = v_0;
            train_step_conv2d_1_v3[p_1 + l + 704] = v_1;
            train_step_conv2d_1_v3[p_1 + l + 768] = v_2;
          }
        }
      }
      train_step_conv2d_1_v5.fill(0, n * 14400, n * 14400 + 14400);
      for (let j = 0; j < 11; j++) {
        const p_2 = n * 7744 + j * 704;
        const p_3 = n * 14400 + j * 960;
        for (let l = 0; l < 704; l++) {
          train_step_conv2d_1_v5[p_3 + l + 2048] = train_step_conv2d_1_v3[p_2 + l];
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * result = Σ(n, j, k) train_step_conv2d_1_v3[n, j, k, l]
   * train_step_adam[l] = result
   */
  function train_step_23_conv2d_1(samples: number): void {
    for (let l = 0; l < 64; l += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        for (let j = 0; j < 11; j++) {
          const p_0 = n * 7744 + j * 704 + l;
          for (let k = 0; k < 11; k++) {
            const x_0 = train_step_conv2d_1_v3[p_0 + k * 64];
            const x_1 = train_step_conv2d_1_v3[p_0 + k * 64 + 1];
            const x_2 = train_step_conv2d_1_v3[p_0 + k * 64 + 2];
            const x_3 = train_step_conv2d_1_v3[p_0 + k * 64 + 3];
            const x_4 = train_step_conv2d_1_v3[p_0 + k * 64 + 4];
            const x_5 = train_step_conv2d_1_v3[p_0 + k * 64 + 5];
            const x_6 = train_step_conv2d_1_v3[p_0 + k * 64 + 6];
            const x_7 = train_step_conv2d_1_v3[p_0 + k * 64 + 7];
            s_0 += x_0;
            s_1 += x_1;
            s_2 += x_2;
            s_3 += x_3;
            s_4 += x_4;
            s_5 += x_5;
            s_6 += x_6;
            s_7 += x_7;
          }
        }
      }
      train_step_adam[l + 18752] = s_0;
      train_step_adam[l + 18753] = s_1;
      train_step_adam[l + 18754] = s_2;
      train_step_adam[l + 18755] = s_3;
      train_step_adam[l + 18756] = s_4;
      train_step_adam[l + 18757] = s_5;
      train_step_adam[l + 18758] = s_6;
      train_step_adam[l + 18759] = s_7;
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, f) train_step_conv2d_1_v5[b, y, ky, x, kx, f] * weights[ky, kx, c, f]
   * gradient = train_step_max_pooling2d[b, y, x, c] > 0 ? sum : 0
   * x0 = train_step_conv2d_v2[b, y, x, c]
   * x1 = train_step_conv2d_v2[b, y, x, c]
   * x2 = train_step_conv2d_v2[b, y, x, c]
   * x3 = train_step_conv2d_v2[b, y, x, c]
   * better1 = x1 > x0
   * most1 = better1 ? x1 : x0
   * better2 = x2 > most1
   * most2 = better2 ? x2 : most1
   * better3 = x3 > most2
   * left2 = better3 ? 0 : gradient
   * … and 6 more
   */
  function train_step_24_conv2d_1_and_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 13; y++) {
        for (let c = 0; c < 32; c += 4) {
          for (let x = 0; x < 12; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 14400 + y * 960 - ky * 960 + x * 64 - kx * 64;
                const p_1 = ky * 6144 + kx * 2048 + c * 64;
                for (let f = 0; f < 64; f++) {
                  const x_0 = train_step_conv2d_1_v5[p_0 + f + 2048];
                  const x_1 = weights[p_1 + f + 320];
                  const x_2 = train_step_conv2d_1_v5[p_0 + f + 2112];
                  const x_3 = train_step_conv2d_1_v5[p_0 + f + 2176];
                  const x_4 = weights[p_1 + f + 384];
                  const x_5 = weights[p_1 + f + 448];
                  const x_6 = weights[p_1 + f + 512];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            const v_0 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c] > 0 ? s_0 : 0;
            const v_1 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c];
            const v_2 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 32];
            const v_3 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 832];
            const v_4 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 864];
            const v_5: number = v_2 > v_1 ? 1 : 0;
            const v_6 = v_5 !== 0 ? v_2 : v_1;
            const v_7: number = v_3 > v_6 ? 1 : 0;
            const v_8 = v_7 !== 0 ? v_3 : v_6;
            const v_9: number = v_4 > v_8 ? 1 : 0;
            const v_10 = v_9 !== 0 ? 0 : v_0;
            const v_11 = v_7 !== 0 ? 0 : v_10;
            const v_12 = v_5 !== 0 ? 0 : v_11;
            const v_13 = v_5 !== 0 ? v_11 : 0;
            const v_14 = v_7 !== 0 ? v_10 : 0;
            const v_15 = v_9 !== 0 ? v_0 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c] = v_12;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 32] = v_13;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 832] = v_14;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 864] = v_15;
            const v_16 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 32] > 0 ? s_1 : 0;
            const v_17 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 64];
            const v_18 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 96];
            const v_19 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 896];
            const v_20 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 928];
            const v_21: number = v_18 > v_17 ? 1 : 0;
            const v_22 = v_21 !== 0 ? v_18 : v_17;
            const v_23: number = v_19 > v_22 ? 1 : 0;
            const v_24 = v_23 !== 0 ? v_19 : v_22;
            const v_25: number = v_20 > v_24 ? 1 : 0;
            const v_26 = v_25 !== 0 ? 0 : v_16;
            const v_27 = v_23 !== 0 ? 0 : v_26;
            const v_28 = v_21 !== 0 ? 0 : v_27;
            const v_29 = v_21 !== 0 ? v_27 : 0;
            const v_30 = v_23 !== 0 ? v_26 : 0;
            const v_31 = v_25 !== 0 ? v_16 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 64] = v_28;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 96] = v_29;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 896] = v_30;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 928] = v_31;
            const v_32 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 64] > 0 ? s_2 : 0;
            const v_33 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 128];
            const v_34 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 160];
            const v_35 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 960];
            const v_36 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 992];
            const v_37: number = v_34 > v_33 ? 1 : 0;
            const v_38 = v_37 !== 0 ? v_34 : v_33;
            const v_39: number = v_35 > v_38 ? 1 : 0;
            const v_40 = v_39 !== 0 ? v_35 : v_38;
            const v_41: number = v_36 > v_40 ? 1 : 0;
            const v_42 = v_41 !== 0 ? 0 : v_32;
            const v_43 = v_39 !== 0 ? 0 : v_42;
            const v_44 = v_37 !== 0 ? 0 : v_43;
            const v_45 = v_37 !== 0 ? v_43 : 0;
            const v_46 = v_39 !== 0 ? v_42 : 0;
            const v_47 = v_41 !== 0 ? v_32 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 128] = v_44;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 160] = v_45;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 960] = v_46;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 992] = v_47;
            const v_48 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 1] > 0 ? s_3 : 0;
            const v_49 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 1];
            const v_50 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 33];
            const v_51 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 833];
            const v_52 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 865];
            const v_53: number = v_50 > v_49 ? 1 : 0;
            const v_54 = v_53 !== 0 ? v_50 : v_49;
            const v_55: number = v_51 > v_54 ? 1 : 0;
            const v_56 = v_55 !== 0 ? v_51 : v_54;
            const v_57: number = v_52 > v_56 ? 1 : 0;
            const v_58 = v_57 !== 0 ? 0 : v_48;
            const v_59 = v_55 !== 0 ? 0 : v_58;
            const v_60 = v_53 !== 0 ? 0 : v_59;
            const v_61 = v_53 !== 0 ? v_59 : 0;
            const v_62 = v_55 !== 0 ? v_58 : 0;
            const v_63 = v_57 !== 0 ? v_48 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 1] = v_60;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 33] = v_61;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 833] = v_62;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 865] = v_63;
            const v_64 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 33] > 0 ? s_4 : 0;
            const v_65 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 65];
            const v_66 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 97];
            const v_67 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 897];
            const v_68 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 929];
            const v_69: number = v_66 > v_65 ? 1 : 0;
            const v_70 = v_69 !== 0 ? v_66 : v_65;
            const v_71: number = v_67 > v_70 ? 1 : 0;
            const v_72 = v_71 !== 0 ? v_67 : v_70;
            const v_73: number = v_68 > v_72 ? 1 : 0;
            const v_74 = v_73 !== 0 ? 0 : v_64;
            const v_75 = v_71 !== 0 ? 0 : v_74;
            const v_76 = v_69 !== 0 ? 0 : v_75;
            const v_77 = v_69 !== 0 ? v_75 : 0;
            const v_78 = v_71 !== 0 ? v_74 : 0;
            const v_79 = v_73 !== 0 ? v_64 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 65] = v_76;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 97] = v_77;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 897] = v_78;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 929] = v_79;
            const v_80 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 65] > 0 ? s_5 : 0;
            const v_81 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 129];
            const v_82 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 161];
            const v_83 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 961];
            const v_84 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 993];
            const v_85: number = v_82 > v_81 ? 1 : 0;
            const v_86 = v_85 !== 0 ? v_82 : v_81;
            const v_87: number = v_83 > v_86 ? 1 : 0;
            const v_88 = v_87 !== 0 ? v_83 : v_86;
            const v_89: number = v_84 > v_88 ? 1 : 0;
            const v_90 = v_89 !== 0 ? 0 : v_80;
            const v_91 = v_87 !== 0 ? 0 : v_90;
            const v_92 = v_85 !== 0 ? 0 : v_91;
            const v_93 = v_85 !== 0 ? v_91 : 0;
            const v_94 = v_87 !== 0 ? v_90 : 0;
            const v_95 = v_89 !== 0 ? v_80 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 129] = v_92;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 161] = v_93;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 961] = v_94;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 993] = v_95;
            const v_96 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 2] > 0 ? s_6 : 0;
            const v_97 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 2];
            const v_98 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 34];
            const v_99 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 834];
            const v_100 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 866];
            const v_101: number = v_98 > v_97 ? 1 : 0;
            const v_102 = v_101 !== 0 ? v_98 : v_97;
            const v_103: number = v_99 > v_102 ? 1 : 0;
            const v_104 = v_103 !== 0 ? v_99 : v_102;
            const v_105: number = v_100 > v_104 ? 1 : 0;
            const v_106 = v_105 !== 0 ? 0 : v_96;
            const v_107 = v_103 !== 0 ? 0 : v_106;
            const v_108 = v_101 !== 0 ? 0 : v_107;
            const v_109 = v_101 !== 0 ? v_107 : 0;
            const v_110 = v_103 !== 0 ? v_106 : 0;
            const v_111 = v_105 !== 0 ? v_96 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 2] = v_108;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 34] = v_109;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 834] = v_110;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 866] = v_111;
            const v_112 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 34] > 0 ? s_7 : 0;
            const v_113 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 66];
            const v_114 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 98];
            const v_115 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 898];
            const v_116 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 930];
            const v_117: number = v_114 > v_113 ? 1 : 0;
            const v_118 = v_117 !== 0 ? v_114 : v_113;
            const v_119: number = v_115 > v_118 ? 1 : 0;
            const v_120 = v_119 !== 0 ? v_115 : v_118;
            const v_121: number = v_116 > v_120 ? 1 : 0;
            const v_122 = v_121 !== 0 ? 0 : v_112;
            const v_123 = v_119 !== 0 ? 0 : v_122;
            const v_124 = v_117 !== 0 ? 0 : v_123;
            const v_125 = v_117 !== 0 ? v_123 : 0;
            const v_126 = v_119 !== 0 ? v_122 : 0;
            const v_127 = v_121 !== 0 ? v_112 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 66] = v_124;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 98] = v_125;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 898] = v_126;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 930] = v_127;
            const v_128 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 66] > 0 ? s_8 : 0;
            const v_129 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 130];
            const v_130 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 162];
            const v_131 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 962];
            const v_132 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 994];
            const v_133: number = v_130 > v_129 ? 1 : 0;
            const v_134 = v_133 !== 0 ? v_130 : v_129;
            const v_135: number = v_131 > v_134 ? 1 : 0;
            const v_136 = v_135 !== 0 ? v_131 : v_134;
            const v_137: number = v_132 > v_136 ? 1 : 0;
            const v_138 = v_137 !== 0 ? 0 : v_128;
            const v_139 = v_135 !== 0 ? 0 : v_138;
            const v_140 = v_133 !== 0 ? 0 : v_139;
            const v_141 = v_133 !== 0 ? v_139 : 0;
            const v_142 = v_135 !== 0 ? v_138 : 0;
            const v_143 = v_137 !== 0 ? v_128 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 130] = v_140;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 162] = v_141;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 962] = v_142;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 994] = v_143;
            const v_144 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 3] > 0 ? s_9 : 0;
            const v_145 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 3];
            const v_146 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 35];
            const v_147 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 835];
            const v_148 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 867];
            const v_149: number = v_146 > v_145 ? 1 : 0;
            const v_150 = v_149 !== 0 ? v_146 : v_145;
            const v_151: number = v_147 > v_150 ? 1 : 0;
            const v_152 = v_151 !== 0 ? v_147 : v_150;
            const v_153: number = v_148 > v_152 ? 1 : 0;
            const v_154 = v_153 !== 0 ? 0 : v_144;
            const v_155 = v_151 !== 0 ? 0 : v_154;
            const v_156 = v_149 !== 0 ? 0 : v_155;
            const v_157 = v_149 !== 0 ? v_155 : 0;
            const v_158 = v_151 !== 0 ? v_154 : 0;
            const v_159 = v_153 !== 0 ? v_144 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 3] = v_156;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 35] = v_157;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 835] = v_158;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 867] = v_159;
            const v_160 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 35] > 0 ? s_10 : 0;
            const v_161 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 67];
            const v_162 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 99];
            const v_163 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 899];
            const v_164 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 931];
            const v_165: number = v_162 > v_161 ? 1 : 0;
            const v_166 = v_165 !== 0 ? v_162 : v_161;
            const v_167: number = v_163 > v_166 ? 1 : 0;
            const v_168 = v_167 !== 0 ? v_163 : v_166;
            const v_169: number = v_164 > v_168 ? 1 : 0;
            const v_170 = v_169 !== 0 ? 0 : v_160;
            const v_171 = v_167 !== 0 ? 0 : v_170;
            const v_172 = v_165 !== 0 ? 0 : v_171;
            const v_173 = v_165 !== 0 ? v_171 : 0;
            const v_174 = v_167 !== 0 ? v_170 : 0;
            const v_175 = v_169 !== 0 ? v_160 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 67] = v_172;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 99] = v_173;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 899] = v_174;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 931] = v_175;
            const v_176 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 67] > 0 ? s_11 : 0;
            const v_177 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 131];
            const v_178 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 163];
            const v_179 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 963];
            const v_180 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 995];
            const v_181: number = v_178 > v_177 ? 1 : 0;
            const v_182 = v_181 !== 0 ? v_178 : v_177;
            const v_183: number = v_179 > v_182 ? 1 : 0;
            const v_184 = v_183 !== 0 ? v_179 : v_182;
            const v_185: number = v_180 > v_184 ? 1 : 0;
            const v_186 = v_185 !== 0 ? 0 : v_176;
            const v_187 = v_183 !== 0 ? 0 : v_186;
            const v_188 = v_181 !== 0 ? 0 : v_187;
            const v_189 = v_181 !== 0 ? v_187 : 0;
            const v_190 = v_183 !== 0 ? v_186 : 0;
            const v_191 = v_185 !== 0 ? v_176 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 131] = v_188;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 163] = v_189;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 963] = v_190;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 995] = v_191;
          }
          {
            const x = 12;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 14400 + y * 960 - ky * 960 + x * 64 - kx * 64;
                const p_3 = ky * 6144 + kx * 2048 + c * 64;
                for (let f = 0; f < 64; f++) {
                  const x_7 = train_step_conv2d_1_v5[p_2 + f + 2048];
                  const x_8 = weights[p_3 + f + 320];
                  const x_9 = weights[p_3 + f + 384];
                  const x_10 = weights[p_3 + f + 448];
                  const x_11 = weights[p_3 + f + 512];
                  s_12 += x_7 * x_8;
                  s_13 += x_7 * x_9;
                  s_14 += x_7 * x_10;
                  s_15 += x_7 * x_11;
                }
              }
            }
            const v_192 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c] > 0 ? s_12 : 0;
            const v_193 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c];
            const v_194 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 32];
            const v_195 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 832];
            const v_196 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 864];
            const v_197: number = v_194 > v_193 ? 1 : 0;
            const v_198 = v_197 !== 0 ? v_194 : v_193;
            const v_199: number = v_195 > v_198 ? 1 : 0;
            const v_200 = v_199 !== 0 ? v_195 : v_198;
            const v_201: number = v_196 > v_200 ? 1 : 0;
            const v_202 = v_201 !== 0 ? 0 : v_192;
            const v_203 = v_199 !== 0 ? 0 : v_202;
            const v_204 = v_197 !== 0 ? 0 : v_203;
            const v_205 = v_197 !== 0 ? v_203 : 0;
            const v_206 = v_199 !== 0 ? v_202 : 0;
            const v_207 = v_201 !== 0 ? v_192 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c] = v_204;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 32] = v_205;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 832] = v_206;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 864] = v_207;
            const v_208 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 1] > 0 ? s_13 : 0;
            const v_209 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 1];
            const v_210 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 33];
            const v_211 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 833];
            const v_212 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 865];
            const v_213: number = v_210 > v_209 ? 1 : 0;
            const v_214 = v_213 !== 0 ? v_210 : v_209;
            const v_215: number = v_211 > v_214 ? 1 : 0;
            const v_216 = v_215 !== 0 ? v_211 : v_214;
            const v_217: number = v_212 > v_216 ? 1 : 0;
            const v_218 = v_217 !== 0 ? 0 : v_208;
            const v_219 = v_215 !== 0 ? 0 : v_218;
            const v_220 = v_213 !== 0 ? 0 : v_219;
            const v_221 = v_213 !== 0 ? v_219 : 0;
            const v_222 = v_215 !== 0 ? v_218 : 0;
            const v_223 = v_217 !== 0 ? v_208 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 1] = v_220;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 33] = v_221;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 833] = v_222;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 865] = v_223;
            const v_224 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 2] > 0 ? s_14 : 0;
            const v_225 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 2];
            const v_226 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 34];
            const v_227 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 834];
            const v_228 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 866];
            const v_229: number = v_226 > v_225 ? 1 : 0;
            const v_230 = v_229 !== 0 ? v_226 : v_225;
            const v_231: number = v_227 > v_230 ? 1 : 0;
            const v_232 = v_231 !== 0 ? v_227 : v_230;
            const v_233: number = v_228 > v_232 ? 1 : 0;
            const v_234 = v_233 !== 0 ? 0 : v_224;
            const v_235 = v_231 !== 0 ? 0 : v_234;
            const v_236 = v_229 !== 0 ? 0 : v_235;
            const v_237 = v_229 !== 0 ? v_235 : 0;
            const v_238 = v_231 !== 0 ? v_234 : 0;
            const v_239 = v_233 !== 0 ? v_224 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 2] = v_236;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 34] = v_237;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 834] = v_238;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 866] = v_239;
            const v_240 = train_step_max_pooling2d[b * 5408 + y * 416 + x * 32 + c + 3] > 0 ? s_15 : 0;
            const v_241 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 3];
            const v_242 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 35];
            const v_243 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 835];
            const v_244 = train_step_conv2d_v2[b * 21632 + y * 1664 + x * 64 + c + 867];
            const v_245: number = v_242 > v_241 ? 1 : 0;
            const v_246 = v_245 !== 0 ? v_242 : v_241;
            const v_247: number = v_243 > v_246 ? 1 : 0;
            const v_248 = v_247 !== 0 ? v_243 : v_246;
            const v_249: number = v_244 > v_248 ? 1 : 0;
            const v_250 = v_249 !== 0 ? 0 : v_240;
            const v_251 = v_247 !== 0 ? 0 : v_250;
            const v_252 = v_245 !== 0 ? 0 : v_251;
            const v_253 = v_245 !== 0 ? v_251 : 0;
            const v_254 = v_247 !== 0 ? v_250 : 0;
            const v_255 = v_249 !== 0 ? v_240 : 0;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 3] = v_252;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 35] = v_253;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 835] = v_254;
            train_step_conv2d_v3[b * 21632 + y * 1664 + x * 64 + c + 867] = v_255;
          }
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * sum = Σ(b, y, x) train_step_conv2d_1_v3[b, y, x, f] * train_step_max_pooling2d[b, y+ky, x, c]
   * train_step_adam[ky, c, f] = sum
   */
  function train_step_25_conv2d_1(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let f = 0; f < 64; f += 4) {
          for (let c = 0; c < 96; c += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let y = 0; y < 11; y++) {
              const p_0 = b * 7744 + y * 704 + f;
              const p_1 = b * 5408 + y * 416 + ky * 416 + c;
              for (let x = 0; x < 11; x++) {
                const x_0 = train_step_conv2d_1_v3[p_0 + x * 64];
                const x_1 = train_step_max_pooling2d[p_1 + x * 32];
                const x_2 = train_step_max_pooling2d[p_1 + x * 32 + 1];
                const x_3 = train_step_max_pooling2d[p_1 + x * 32 + 2];
                const x_4 = train_step_conv2d_1_v3[p_0 + x * 64 + 1];
                const x_5 = train_step_conv2d_1_v3[p_0 + x * 64 + 2];
                const x_6 = train_step_conv2d_1_v3[p_0 + x * 64 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_0 * x_2;
                s_2 += x_0 * x_3;
                s_3 += x_4 * x_1;
                s_4 += x_4 * x_2;
                s_5 += x_4 * x_3;
                s_6 += x_5 * x_1;
                s_7 += x_5 * x_2;
                s_8 += x_5 * x_3;
                s_9 += x_6 * x_1;
                s_10 += x_6 * x_2;
                s_11 += x_6 * x_3;
              }
            }
            train_step_adam[ky * 6144 + c * 64 + f + 320] = b === 0 ? s_0 : train_step_adam[ky * 6144 + c * 64 + f + 320] + s_0;
            train_step_adam[ky * 6144 + c * 64 + f + 384] = b === 0 ? s_1 : train_step_adam[ky * 6144 + c * 64 + f + 384] + s_1;
            train_step_adam[ky * 6144 + c * 64 + f + 448] = b === 0 ? s_2 : train_step_adam[ky * 6144 + c * 64 + f + 448] + s_2;
            train_step_adam[ky * 6144 + c * 64 + f + 321] = b === 0 ? s_3 : train_step_adam[ky * 6144 + c * 64 + f + 321] + s_3;
            train_step_adam[ky * 6144 + c * 64 + f + 385] = b === 0 ? s_4 : train_step_adam[ky * 6144 + c * 64 + f + 385] + s_4;
            train_step_adam[ky * 6144 + c * 64 + f + 449] = b === 0 ? s_5 : train_step_adam[ky * 6144 + c * 64 + f + 449] + s_5;
            train_step_adam[ky * 6144 + c * 64 + f + 322] = b === 0 ? s_6 : train_step_adam[ky * 6144 + c * 64 + f + 322] + s_6;
            train_step_adam[ky * 6144 + c * 64 + f + 386] = b === 0 ? s_7 : train_step_adam[ky * 6144 + c * 64 + f + 386] + s_7;
            train_step_adam[ky * 6144 + c * 64 + f + 450] = b === 0 ? s_8 : train_step_adam[ky * 6144 + c * 64 + f + 450] + s_8;
            train_step_adam[ky * 6144 + c * 64 + f + 323] = b === 0 ? s_9 : train_step_adam[ky * 6144 + c * 64 + f + 323] + s_9;
            train_step_adam[ky * 6144 + c * 64 + f + 387] = b === 0 ? s_10 : train_step_adam[ky * 6144 + c * 64 + f + 387] + s_10;
            train_step_adam[ky * 6144 + c * 64 + f + 451] = b === 0 ? s_11 : train_step_adam[ky * 6144 + c * 64 + f + 451] + s_11;
          }
        }
      }
    }
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * result = Σ(n, j, k) train_step_conv2d_v3[n, j, k, l]
   * train_step_adam[l] = result
   */
  function train_step_26_conv2d(samples: number): void {
    for (let l = 0; l < 32; l += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        for (let j = 0; j < 26; j++) {
          const p_0 = n * 21632 + j * 832 + l;
          for (let k = 0; k < 26; k++) {
            const x_0 = train_step_conv2d_v3[p_0 + k * 32];
            const x_1 = train_step_conv2d_v3[p_0 + k * 32 + 1];
            const x_2 = train_step_conv2d_v3[p_0 + k * 32 + 2];
            const x_3 = train_step_conv2d_v3[p_0 + k * 32 + 3];
            const x_4 = train_step_conv2d_v3[p_0 + k * 32 + 4];
            const x_5 = train_step_conv2d_v3[p_0 + k * 32 + 5];
            const x_6 = train_step_conv2d_v3[p_0 + k * 32 + 6];
            const x_7 = train_step_conv2d_v3[p_0 + k * 32 + 7];
            s_0 += x_0;
            s_1 += x_1;
            s_2 += x_2;
            s_3 += x_3;
            s_4 += x_4;
            s_5 += x_5;
            s_6 += x_6;
            s_7 += x_7;
          }
        }
      }
      train_step_adam[l + 288] = s_0;
      train_step_adam[l + 289] = s_1;
      train_step_adam[l + 290] = s_2;
      train_step_adam[l + 291] = s_3;
      train_step_adam[l + 292] = s_4;
      train_step_adam[l + 293] = s_5;
      train_step_adam[l + 294] = s_6;
      train_step_adam[l + 295] = s_7;
    }
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * sum = Σ(b, y, x) train_step_conv2d_v3[b, y, x, f] * train_step_image[b, y+ky, x+kx]
   * train_step_adam[ky, kx, f] = sum
   */
  function train_step_27_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let f = 0; f < 32; f += 4) {
          {
            const kx = 0;
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let y = 0; y < 26; y++) {
              const p_0 = b * 21632 + y * 832 + f;
              const p_1 = b * 784 + y * 28 + ky * 28 + kx;
              for (let x = 0; x < 26; x++) {
                const x_0 = train_step_conv2d_v3[p_0 + x * 32];
                const x_1 = train_step_image[p_1 + x];
                const x_2 = train_step_image[p_1 + x + 1];
                const x_3 = train_step_image[p_1 + x + 2];
                const x_4 = train_step_conv2d_v3[p_0 + x * 32 + 1];
                const x_5 = train_step_conv2d_v3[p_0 + x * 32 + 2];
                const x_6 = train_step_conv2d_v3[p_0 + x * 32 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_0 * x_2;
                s_2 += x_0 * x_3;
                s_3 += x_4 * x_1;
                s_4 += x_4 * x_2;
                s_5 += x_4 * x_3;
                s_6 += x_5 * x_1;
                s_7 += x_5 * x_2;
                s_8 += x_5 * x_3;
                s_9 += x_6 * x_1;
                s_10 += x_6 * x_2;
                s_11 += x_6 * x_3;
              }
            }
            train_step_adam[ky * 96 + kx * 32 + f] = b === 0 ? s_0 : train_step_adam[ky * 96 + kx * 32 + f] + s_0;
            train_step_adam[ky * 96 + kx * 32 + f + 32] = b === 0 ? s_1 : train_step_adam[ky * 96 + kx * 32 + f + 32] + s_1;
            train_step_adam[ky * 96 + kx * 32 + f + 64] = b === 0 ? s_2 : train_step_adam[ky * 96 + kx * 32 + f + 64] + s_2;
            train_step_adam[ky * 96 + kx * 32 + f + 1] = b === 0 ? s_3 : train_step_adam[ky * 96 + kx * 32 + f + 1] + s_3;
            train_step_adam[ky * 96 + kx * 32 + f + 33] = b === 0 ? s_4 : train_step_adam[ky * 96 + kx * 32 + f + 33] + s_4;
            train_step_adam[ky * 96 + kx * 32 + f + 65] = b === 0 ? s_5 : train_step_adam[ky * 96 + kx * 32 + f + 65] + s_5;
            train_step_adam[ky * 96 + kx * 32 + f + 2] = b === 0 ? s_6 : train_step_adam[ky * 96 + kx * 32 + f + 2] + s_6;
            train_step_adam[ky * 96 + kx * 32 + f + 34] = b === 0 ? s_7 : train_step_adam[ky * 96 + kx * 32 + f + 34] + s_7;
            train_step_adam[ky * 96 + kx * 32 + f + 66] = b === 0 ? s_8 : train_step_adam[ky * 96 + kx * 32 + f + 66] + s_8;
            train_step_adam[ky * 96 + kx * 32 + f + 3] = b === 0 ? s_9 : train_step_adam[ky * 96 + kx * 32 + f + 3] + s_9;
            train_step_adam[ky * 96 + kx * 32 + f + 35] = b === 0 ? s_10 : train_step_adam[ky * 96 + kx * 32 + f + 35] + s_10;
            train_step_adam[ky * 96 + kx * 32 + f + 67] = b === 0 ? s_11 : train_step_adam[ky * 96 + kx * 32 + f + 67] + s_11;
          }
        }
      }
    }
  }

  /**
   * mnist.nn:21  adam()
   * t0 = optimizer_velocity[i]
   * t1 = train_step_adam[i]
   * t2 = t0 + ((t1² - t0) * 0.001)
   * v = √t2 + 1e-7
   * t3 = optimizer_momentum[i]
   * t4 = t3 + ((t1 - t3) * 0.1)
   * v1 = t4 * train_step_adam_v4
   * v2 = v1 / v
   * v3 = weights[i] - v2
   * weights[i] = v3
   * optimizer_momentum[i] = t4
   * optimizer_velocity[i] = t2
   */
  function train_step_28_adam(samples: number): void {
    for (let i = 0; i < 93322; i++) {
      const t0 = optimizer_velocity[i];
      const t1 = train_step_adam[i];
      const t2 = t0 + ((square(t1) - t0) * 0.0010000000000000009);
      const v = Math.sqrt(t2) + (1e-7);
      const t3 = optimizer_momentum[i];
      const t4 = t3 + ((t1 - t3) * 0.09999999999999998);
      const v1 = t4 * train_step_adam_v4[0];
      const v2 = v1 / v;
      const v3 = weights[i] - v2;
      weights[i] = v3;
      optimizer_momentum[i] = t4;
      optimizer_velocity[i] = t2;
    }
  }

  function runTrainStep(samples: number): void {
    train_step_01_image(samples);
    train_step_02_conv2d(samples);
    train_step_03_max_pooling2d(samples);
    train_step_04_conv2d_1(samples);
    train_step_05_max_pooling2d_1(samples);
    train_step_06_conv2d_2(samples);
    train_step_07_dense(samples);
    train_step_08_dense_1(samples);
    train_step_09_digit_and_loss(samples);
    train_step_10_loss(samples);
    train_step_11_accuracy_and_adam(samples);
    train_step_12_dense_1(samples);
    train_step_13_dense_1_and_dense(samples);
    train_step_14_dense_1(samples);
    train_step_15_dense(samples);
    train_step_16_dense(samples);
    train_step_17_dense(samples);
    train_step_18_conv2d_2(samples);
    train_step_19_conv2d_2(samples);
    train_step_20_conv2d_2(samples);
    train_step_21_conv2d_2(samples);
    train_step_22_conv2d_1(samples);
    train_step_23_conv2d_1(samples);
    train_step_24_conv2d_1_and_conv2d(samples);
    train_step_25_conv2d_1(samples);
    train_step_26_conv2d(samples);
    train_step_27_conv2d(samples);
    train_step_28_adam(samples);
  }

  /**
   * mnist.nn:4  pixels / 255
   * evaluate_image[n, k] = f32(input_pixels[n, k]) / 255
   */
  function evaluate_01_image(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 784;
      for (let k = 0; k < 784; k++) {
        evaluate_image[p_0 + k] = input_pixels[p_0 + k] / 255;
      }
    }
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * sum = Σ(ky, kx) evaluate_image[b, y+ky, x+kx] * weights[ky, kx, f]
   * evaluate_conv2d_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function evaluate_02_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 26; y++) {
        for (let f = 0; f < 32; f += 4) {
          for (let x = 0; x < 26; x += 2) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
            for (let ky = 0; ky < 3; ky++) {
              const p_0 = b * 784 + y * 28 + ky * 28 + x;
              const p_1 = ky * 96 + f;
              for (let kx = 0; kx < 3; kx++) {
                const x_0 = evaluate_image[p_0 + kx];
                const x_1 = weights[p_1 + kx * 32];
                const x_2 = evaluate_image[p_0 + kx + 1];
                const x_3 = weights[p_1 + kx * 32 + 1];
                const x_4 = weights[p_1 + kx * 32 + 2];
                const x_5 = weights[p_1 + kx * 32 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_2 * x_1;
                s_2 += x_0 * x_3;
                s_3 += x_2 * x_3;
                s_4 += x_0 * x_4;
                s_5 += x_2 * x_4;
                s_6 += x_0 * x_5;
                s_7 += x_2 * x_5;
              }
            }
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f] = Math.max(s_0 + weights[f + 288], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 32] = Math.max(s_1 + weights[f + 288], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 1] = Math.max(s_2 + weights[f + 289], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 33] = Math.max(s_3 + weights[f + 289], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 2] = Math.max(s_4 + weights[f + 290], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 34] = Math.max(s_5 + weights[f + 290], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 3] = Math.max(s_6 + weights[f + 291], 0);
            evaluate_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 35] = Math.max(s_7 + weights[f + 291], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:10  MaxPool2D(2x2)
   * evaluate_max_pooling2d[n, j, k, l] = max(max(max(evaluate_conv2d_v2[n, j, k, l], evaluate_conv2d_v2[n, j, k, …
   */
  function evaluate_03_max_pooling2d(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 13; j++) {
        for (let k = 0; k < 13; k++) {
          const p_0 = n * 21632 + j * 1664 + k * 64;
          const p_1 = n * 5408 + j * 416 + k * 32;
          for (let l = 0; l < 32; l++) {
            evaluate_max_pooling2d[p_1 + l] = Math.max(Math.max(Math.max(evaluate_conv2d_v2[p_0 + l], evaluate_conv2d_v2[p_0 + l + 32]), evaluate_conv2d_v2[p_0 + l + 832]), evaluate_conv2d_v2[p_0 + l + 864]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) evaluate_max_pooling2d[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * evaluate_conv2d_1_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function evaluate_04_conv2d_1(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 11; y++) {
        for (let f = 0; f < 64; f += 4) {
          for (let x = 0; x < 9; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_1 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_0 = evaluate_max_pooling2d[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 320];
                  const x_2 = evaluate_max_pooling2d[p_0 + c + 32];
                  const x_3 = evaluate_max_pooling2d[p_0 + c + 64];
                  const x_4 = weights[p_1 + c * 64 + 321];
                  const x_5 = weights[p_1 + c * 64 + 322];
                  const x_6 = weights[p_1 + c * 64 + 323];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_0 + weights[f + 18752], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 18752], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 18752], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 18753], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 18753], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 18753], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 18754], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 18754], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 18754], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 18755], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 18755], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 18755], 0);
          }
          {
            const x = 9;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_3 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_7 = evaluate_max_pooling2d[p_2 + c];
                  const x_8 = weights[p_3 + c * 64 + 320];
                  const x_9 = evaluate_max_pooling2d[p_2 + c + 32];
                  const x_10 = weights[p_3 + c * 64 + 321];
                  const x_11 = weights[p_3 + c * 64 + 322];
                  const x_12 = weights[p_3 + c * 64 + 323];
                  s_12 += x_7 * x_8;
                  s_13 += x_9 * x_8;
                  s_14 += x_7 * x_10;
                  s_15 += x_9 * x_10;
                  s_16 += x_7 * x_11;
                  s_17 += x_9 * x_11;
                  s_18 += x_7 * x_12;
                  s_19 += x_9 * x_12;
                }
              }
            }
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_12 + weights[f + 18752], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_13 + weights[f + 18752], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_14 + weights[f + 18753], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_15 + weights[f + 18753], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_16 + weights[f + 18754], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_17 + weights[f + 18754], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_18 + weights[f + 18755], 0);
            evaluate_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_19 + weights[f + 18755], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:12  MaxPool2D(2x2)
   * evaluate_max_pooling2d_1[n, j, k, l] = max(max(max(evaluate_conv2d_1_v2[n, j, k, l], evaluate_conv2d_1_v2[n, …
   */
  function evaluate_05_max_pooling2d_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 7744 + j * 1408 + k * 128;
          const p_1 = n * 1600 + j * 320 + k * 64;
          for (let l = 0; l < 64; l++) {
            evaluate_max_pooling2d_1[p_1 + l] = Math.max(Math.max(Math.max(evaluate_conv2d_1_v2[p_0 + l], evaluate_conv2d_1_v2[p_0 + l + 64]), evaluate_conv2d_1_v2[p_0 + l + 704]), evaluate_conv2d_1_v2[p_0 + l + 768]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) evaluate_max_pooling2d_1[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * evaluate_conv2d_2_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function evaluate_06_conv2d_2(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 3; y++) {
        for (let f = 0; f < 64; f += 4) {
          {
            const x = 0;
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 1600 + y * 320 + ky * 320 + x * 64 + kx * 64;
                const p_1 = ky * 12288 + kx * 4096 + f;
                for (let c = 0; c < 64; c++) {
                  const x_0 = evaluate_max_pooling2d_1[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 18816];
                  const x_2 = evaluate_max_pooling2d_1[p_0 + c + 64];
                  const x_3 = evaluate_max_pooling2d_1[p_0 + c + 128];
                  const x_4 = weights[p_1 + c * 64 + 18817];
                  const x_5 = weights[p_1 + c * 64 + 18818];
                  const x_6 = weights[p_1 + c * 64 + 18819];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f] = Math.max(s_0 + weights[f + 55680], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 55680], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 55680], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 55681], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 55681], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 55681], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 55682], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 55682], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 55682], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 55683], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 55683], 0);
            evaluate_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 55683], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * sum = Σ(k) evaluate_conv2d_2_v2[i0, k] * weights[k, u]
   * evaluate_dense_v2[i0, u] = relu(sum + weights[u])
   */
  function evaluate_07_dense(samples: number): void {
    for (let u = 0; u < 64; u += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_0 = evaluate_conv2d_2_v2[p_0 + k];
          const x_1 = weights[k * 64 + u + 55744];
          const x_2 = evaluate_conv2d_2_v2[p_0 + k + 576];
          const x_3 = evaluate_conv2d_2_v2[p_0 + k + 1152];
          const x_4 = weights[k * 64 + u + 55745];
          const x_5 = weights[k * 64 + u + 55746];
          const x_6 = weights[k * 64 + u + 55747];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
        }
        evaluate_dense_v2[i0 * 64 + u] = Math.max(s_0 + weights[u + 92608], 0);
        evaluate_dense_v2[i0 * 64 + u + 64] = Math.max(s_1 + weights[u + 92608], 0);
        evaluate_dense_v2[i0 * 64 + u + 128] = Math.max(s_2 + weights[u + 92608], 0);
        evaluate_dense_v2[i0 * 64 + u + 1] = Math.max(s_3 + weights[u + 92609], 0);
        evaluate_dense_v2[i0 * 64 + u + 65] = Math.max(s_4 + weights[u + 92609], 0);
        evaluate_dense_v2[i0 * 64 + u + 129] = Math.max(s_5 + weights[u + 92609], 0);
        evaluate_dense_v2[i0 * 64 + u + 2] = Math.max(s_6 + weights[u + 92610], 0);
        evaluate_dense_v2[i0 * 64 + u + 66] = Math.max(s_7 + weights[u + 92610], 0);
        evaluate_dense_v2[i0 * 64 + u + 130] = Math.max(s_8 + weights[u + 92610], 0);
        evaluate_dense_v2[i0 * 64 + u + 3] = Math.max(s_9 + weights[u + 92611], 0);
        evaluate_dense_v2[i0 * 64 + u + 67] = Math.max(s_10 + weights[u + 92611], 0);
        evaluate_dense_v2[i0 * 64 + u + 131] = Math.max(s_11 + weights[u + 92611], 0);
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_1 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_7 = evaluate_conv2d_2_v2[p_1 + k];
          const x_8 = weights[k * 64 + u + 55744];
          const x_9 = weights[k * 64 + u + 55745];
          const x_10 = weights[k * 64 + u + 55746];
          const x_11 = weights[k * 64 + u + 55747];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        evaluate_dense_v2[i0 * 64 + u] = Math.max(s_12 + weights[u + 92608], 0);
        evaluate_dense_v2[i0 * 64 + u + 1] = Math.max(s_13 + weights[u + 92609], 0);
        evaluate_dense_v2[i0 * 64 + u + 2] = Math.max(s_14 + weights[u + 92610], 0);
        evaluate_dense_v2[i0 * 64 + u + 3] = Math.max(s_15 + weights[u + 92611], 0);
      }
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * sum = Σ(k) evaluate_dense_v2[i0, k] * weights[k, u]
   * evaluate_dense_1[i0, u] = sum
   */
  function evaluate_08_dense_1(samples: number): void {
    for (let u = 0; u < 10; u += 5) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0;
        const p_0 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_0 = evaluate_dense_v2[p_0 + k];
          const x_1 = weights[k * 10 + u + 92672];
          const x_2 = evaluate_dense_v2[p_0 + k + 64];
          const x_3 = evaluate_dense_v2[p_0 + k + 128];
          const x_4 = weights[k * 10 + u + 92673];
          const x_5 = weights[k * 10 + u + 92674];
          const x_6 = weights[k * 10 + u + 92675];
          const x_7 = weights[k * 10 + u + 92676];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
          s_12 += x_0 * x_7;
          s_13 += x_2 * x_7;
          s_14 += x_3 * x_7;
        }
        evaluate_dense_1[i0 * 10 + u] = s_0;
        evaluate_dense_1[i0 * 10 + u + 10] = s_1;
        evaluate_dense_1[i0 * 10 + u + 20] = s_2;
        evaluate_dense_1[i0 * 10 + u + 1] = s_3;
        evaluate_dense_1[i0 * 10 + u + 11] = s_4;
        evaluate_dense_1[i0 * 10 + u + 21] = s_5;
        evaluate_dense_1[i0 * 10 + u + 2] = s_6;
        evaluate_dense_1[i0 * 10 + u + 12] = s_7;
        evaluate_dense_1[i0 * 10 + u + 22] = s_8;
        evaluate_dense_1[i0 * 10 + u + 3] = s_9;
        evaluate_dense_1[i0 * 10 + u + 13] = s_10;
        evaluate_dense_1[i0 * 10 + u + 23] = s_11;
        evaluate_dense_1[i0 * 10 + u + 4] = s_12;
        evaluate_dense_1[i0 * 10 + u + 14] = s_13;
        evaluate_dense_1[i0 * 10 + u + 24] = s_14;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        const p_1 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_8 = evaluate_dense_v2[p_1 + k];
          const x_9 = weights[k * 10 + u + 92672];
          const x_10 = weights[k * 10 + u + 92673];
          const x_11 = weights[k * 10 + u + 92674];
          const x_12 = weights[k * 10 + u + 92675];
          const x_13 = weights[k * 10 + u + 92676];
          s_15 += x_8 * x_9;
          s_16 += x_8 * x_10;
          s_17 += x_8 * x_11;
          s_18 += x_8 * x_12;
          s_19 += x_8 * x_13;
        }
        evaluate_dense_1[i0 * 10 + u] = s_15;
        evaluate_dense_1[i0 * 10 + u + 1] = s_16;
        evaluate_dense_1[i0 * 10 + u + 2] = s_17;
        evaluate_dense_1[i0 * 10 + u + 3] = s_18;
        evaluate_dense_1[i0 * 10 + u + 4] = s_19;
      }
    }
  }

  /**
   * mnist.nn:5  digit
   * v1 = i32(input_label[n])
   * evaluate_digit[n] = v1
   * result = max(j) evaluate_dense_1[n, j] + weights[j]
   * evaluate_dense_1_v3[n, j] = exp((evaluate_dense_1[n, j] + weights[j]) - result)
   * result1 = Σ(j) evaluate_dense_1_v3[n, j]
   * evaluate_dense_1_v5[n, j] = evaluate_dense_1_v3[n, j] / result1
   * v = log(result1)
   * evaluate_loss_v2[n, j] = j = v1 ? ((evaluate_dense_1[n, j] + weights[j]) - result) - v : 0
   * result2 = arg_max(j) evaluate_dense_1_v5[n, j]
   * evaluate_accuracy[n] = result2
   */
  function evaluate_09_digit_and_dense_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const v1 = Math.trunc(input_label[n]);
      evaluate_digit[n] = v1;
      let result = -Infinity;
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result = Math.max(result, evaluate_dense_1[p_0 + j] + weights[j + 93312]);
      }
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        evaluate_dense_1_v3[p_1 + j] = Math.exp((evaluate_dense_1[p_1 + j] + weights[j + 93312]) - result);
      }
      let result1 = 0;
      const p_2 = n * 10;
      for (let j = 0; j < 10; j++) {
        result1 += evaluate_dense_1_v3[p_2 + j];
      }
      const p_3 = n * 10;
      for (let j = 0; j < 10; j++) {
        evaluate_dense_1_v5[p_3 + j] = evaluate_dense_1_v3[p_3 + j] / result1;
      }
      const v = Math.log(result1);
      const p_4 = n * 10;
      for (let j = 0; j < 10; j++) {
        evaluate_loss_v2[p_4 + j] = j === v1 ? (((evaluate_dense_1[p_4 + j] + weights[j + 93312]) - result) - v) : 0;
      }
      let result2 = 0, best_0 = -Infinity, at_0 = 0;
      for (let j = 0; j < 10; j++) {
        const v_0 = evaluate_dense_1_v5[n * 10 + j];
        if (v_0 > best_0) {
          best_0 = v_0;
          result2 = at_0;
        }
        at_0++;
      }
      evaluate_accuracy[n] = result2;
    }
  }

  /**
   * mnist.nn:20  categorical_crossentropy
   * result = Σ(n, j) evaluate_loss_v2[n, j]
   * evaluate_loss_v3 = result
   */
  function evaluate_10_loss(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result += evaluate_loss_v2[p_0 + j];
      }
    }
    evaluate_loss_v3[0] = result;
  }

  /**
   * result = Σ(n) f32(evaluate_accuracy[n] = evaluate_digit[n])
   * t0 = -evaluate_loss_v3 / samples
   * output_evaluate_loss = t0
   * metric_loss_total = metric_loss_total + (t0 * samples)
   * metric_loss_count = metric_loss_count + samples
   * metric_accuracy_total = metric_accuracy_total + result
   * metric_accuracy_count = metric_accuracy_count + samples
   */
  function evaluate_11_accuracy_and_loss(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      result += (evaluate_accuracy[n] === evaluate_digit[n] ? 1 : 0);
    }
    const t0 = (-evaluate_loss_v3[0]) / samples;
    const v_0 = metric_loss_total[0] + (t0 * samples);
    const v_1 = metric_loss_count[0] + samples;
    const v_2 = metric_accuracy_total[0] + result;
    const v_3 = metric_accuracy_count[0] + samples;
    output_evaluate_loss[0] = t0;
    metric_loss_total[0] = v_0;
    metric_loss_count[0] = v_1;
    metric_accuracy_total[0] = v_2;
    metric_accuracy_count[0] = v_3;
  }

  function runEvaluate(samples: number): void {
    evaluate_01_image(samples);
    evaluate_02_conv2d(samples);
    evaluate_03_max_pooling2d(samples);
    evaluate_04_conv2d_1(samples);
    evaluate_05_max_pooling2d_1(samples);
    evaluate_06_conv2d_2(samples);
    evaluate_07_dense(samples);
    evaluate_08_dense_1(samples);
    evaluate_09_digit_and_dense_1(samples);
    evaluate_10_loss(samples);
    evaluate_11_accuracy_and_loss(samples);
  }

  /**
   * t0 = metric_accuracy_count
   * t1 = t0 ≠ 0
   * output_metrics_loss = metric_loss_total / metric_loss_count
   * output_metrics_accuracy = t1 ? metric_accuracy_total / (t1 ? t0 : 1) : 0
   */
  function metrics_01_loss_and_accuracy(samples: number): void {
    const t0 = metric_accuracy_count[0];
    const t1: number = t0 !== 0 ? 1 : 0;
    const v_0 = metric_loss_total[0] / metric_loss_count[0];
    const v_1 = t1 !== 0 ? (metric_accuracy_total[0] / (t1 !== 0 ? t0 : 1)) : 0;
    output_metrics_loss[0] = v_0;
    output_metrics_accuracy[0] = v_1;
  }

  function runMetrics(samples: number): void {
    metrics_01_loss_and_accuracy(samples);
  }

  /**
   * mnist.nn:9  Conv2D(32, 3x3, relu)
   * sum = Σ(ky, kx) input_image[b, y+ky, x+kx] * weights[ky, kx, f]
   * predict_conv2d_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function predict_01_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 26; y++) {
        for (let f = 0; f < 32; f += 4) {
          for (let x = 0; x < 26; x += 2) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
            for (let ky = 0; ky < 3; ky++) {
              const p_0 = b * 784 + y * 28 + ky * 28 + x;
              const p_1 = ky * 96 + f;
              for (let kx = 0; kx < 3; kx++) {
                const x_0 = input_image[p_0 + kx];
                const x_1 = weights[p_1 + kx * 32];
                const x_2 = input_image[p_0 + kx + 1];
                const x_3 = weights[p_1 + kx * 32 + 1];
                const x_4 = weights[p_1 + kx * 32 + 2];
                const x_5 = weights[p_1 + kx * 32 + 3];
                s_0 += x_0 * x_1;
                s_1 += x_2 * x_1;
                s_2 += x_0 * x_3;
                s_3 += x_2 * x_3;
                s_4 += x_0 * x_4;
                s_5 += x_2 * x_4;
                s_6 += x_0 * x_5;
                s_7 += x_2 * x_5;
              }
            }
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f] = Math.max(s_0 + weights[f + 288], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 32] = Math.max(s_1 + weights[f + 288], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 1] = Math.max(s_2 + weights[f + 289], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 33] = Math.max(s_3 + weights[f + 289], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 2] = Math.max(s_4 + weights[f + 290], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 34] = Math.max(s_5 + weights[f + 290], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 3] = Math.max(s_6 + weights[f + 291], 0);
            predict_conv2d_v2[b * 21632 + y * 832 + x * 32 + f + 35] = Math.max(s_7 + weights[f + 291], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:10  MaxPool2D(2x2)
   * predict_max_pooling2d[n, j, k, l] = max(max(max(predict_conv2d_v2[n, j, k, l], predict_conv2d_v2[n, j, k, l])…
   */
  function predict_02_max_pooling2d(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 13; j++) {
        for (let k = 0; k < 13; k++) {
          const p_0 = n * 21632 + j * 1664 + k * 64;
          const p_1 = n * 5408 + j * 416 + k * 32;
          for (let l = 0; l < 32; l++) {
            predict_max_pooling2d[p_1 + l] = Math.max(Math.max(Math.max(predict_conv2d_v2[p_0 + l], predict_conv2d_v2[p_0 + l + 32]), predict_conv2d_v2[p_0 + l + 832]), predict_conv2d_v2[p_0 + l + 864]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:11  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) predict_max_pooling2d[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * predict_conv2d_1_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function predict_03_conv2d_1(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 11; y++) {
        for (let f = 0; f < 64; f += 4) {
          for (let x = 0; x < 9; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_1 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_0 = predict_max_pooling2d[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 320];
                  const x_2 = predict_max_pooling2d[p_0 + c + 32];
                  const x_3 = predict_max_pooling2d[p_0 + c + 64];
                  const x_4 = weights[p_1 + c * 64 + 321];
                  const x_5 = weights[p_1 + c * 64 + 322];
                  const x_6 = weights[p_1 + c * 64 + 323];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_0 + weights[f + 18752], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 18752], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 18752], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 18753], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 18753], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 18753], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 18754], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 18754], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 18754], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 18755], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 18755], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 18755], 0);
          }
          {
            const x = 9;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 5408 + y * 416 + ky * 416 + x * 32 + kx * 32;
                const p_3 = ky * 6144 + kx * 2048 + f;
                for (let c = 0; c < 32; c++) {
                  const x_7 = predict_max_pooling2d[p_2 + c];
                  const x_8 = weights[p_3 + c * 64 + 320];
                  const x_9 = predict_max_pooling2d[p_2 + c + 32];
                  const x_10 = weights[p_3 + c * 64 + 321];
                  const x_11 = weights[p_3 + c * 64 + 322];
                  const x_12 = weights[p_3 + c * 64 + 323];
                  s_12 += x_7 * x_8;
                  s_13 += x_9 * x_8;
                  s_14 += x_7 * x_10;
                  s_15 += x_9 * x_10;
                  s_16 += x_7 * x_11;
                  s_17 += x_9 * x_11;
                  s_18 += x_7 * x_12;
                  s_19 += x_9 * x_12;
                }
              }
            }
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f] = Math.max(s_12 + weights[f + 18752], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 64] = Math.max(s_13 + weights[f + 18752], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 1] = Math.max(s_14 + weights[f + 18753], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 65] = Math.max(s_15 + weights[f + 18753], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 2] = Math.max(s_16 + weights[f + 18754], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 66] = Math.max(s_17 + weights[f + 18754], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 3] = Math.max(s_18 + weights[f + 18755], 0);
            predict_conv2d_1_v2[b * 7744 + y * 704 + x * 64 + f + 67] = Math.max(s_19 + weights[f + 18755], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:12  MaxPool2D(2x2)
   * predict_max_pooling2d_1[n, j, k, l] = max(max(max(predict_conv2d_1_v2[n, j, k, l], predict_conv2d_1_v2[n, j, …
   */
  function predict_04_max_pooling2d_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 7744 + j * 1408 + k * 128;
          const p_1 = n * 1600 + j * 320 + k * 64;
          for (let l = 0; l < 64; l++) {
            predict_max_pooling2d_1[p_1 + l] = Math.max(Math.max(Math.max(predict_conv2d_1_v2[p_0 + l], predict_conv2d_1_v2[p_0 + l + 64]), predict_conv2d_1_v2[p_0 + l + 704]), predict_conv2d_1_v2[p_0 + l + 768]);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:13  Conv2D(64, 3x3, relu)
   * sum = Σ(ky, kx, c) predict_max_pooling2d_1[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * predict_conv2d_2_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function predict_05_conv2d_2(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 3; y++) {
        for (let f = 0; f < 64; f += 4) {
          {
            const x = 0;
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 1600 + y * 320 + ky * 320 + x * 64 + kx * 64;
                const p_1 = ky * 12288 + kx * 4096 + f;
                for (let c = 0; c < 64; c++) {
                  const x_0 = predict_max_pooling2d_1[p_0 + c];
                  const x_1 = weights[p_1 + c * 64 + 18816];
                  const x_2 = predict_max_pooling2d_1[p_0 + c + 64];
                  const x_3 = predict_max_pooling2d_1[p_0 + c + 128];
                  const x_4 = weights[p_1 + c * 64 + 18817];
                  const x_5 = weights[p_1 + c * 64 + 18818];
                  const x_6 = weights[p_1 + c * 64 + 18819];
                  s_0 += x_0 * x_1;
                  s_1 += x_2 * x_1;
                  s_2 += x_3 * x_1;
                  s_3 += x_0 * x_4;
                  s_4 += x_2 * x_4;
                  s_5 += x_3 * x_4;
                  s_6 += x_0 * x_5;
                  s_7 += x_2 * x_5;
                  s_8 += x_3 * x_5;
                  s_9 += x_0 * x_6;
                  s_10 += x_2 * x_6;
                  s_11 += x_3 * x_6;
                }
              }
            }
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f] = Math.max(s_0 + weights[f + 55680], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 64] = Math.max(s_1 + weights[f + 55680], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 128] = Math.max(s_2 + weights[f + 55680], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 1] = Math.max(s_3 + weights[f + 55681], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 65] = Math.max(s_4 + weights[f + 55681], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 129] = Math.max(s_5 + weights[f + 55681], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 2] = Math.max(s_6 + weights[f + 55682], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 66] = Math.max(s_7 + weights[f + 55682], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 130] = Math.max(s_8 + weights[f + 55682], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 3] = Math.max(s_9 + weights[f + 55683], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 67] = Math.max(s_10 + weights[f + 55683], 0);
            predict_conv2d_2_v2[b * 576 + y * 192 + x * 64 + f + 131] = Math.max(s_11 + weights[f + 55683], 0);
          }
        }
      }
    }
  }

  /**
   * mnist.nn:15  Dense(64, relu)
   * sum = Σ(k) predict_conv2d_2_v2[i0, k] * weights[k, u]
   * predict_dense_v2[i0, u] = relu(sum + weights[u])
   */
  function predict_06_dense(samples: number): void {
    for (let u = 0; u < 64; u += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_0 = predict_conv2d_2_v2[p_0 + k];
          const x_1 = weights[k * 64 + u + 55744];
          const x_2 = predict_conv2d_2_v2[p_0 + k + 576];
          const x_3 = predict_conv2d_2_v2[p_0 + k + 1152];
          const x_4 = weights[k * 64 + u + 55745];
          const x_5 = weights[k * 64 + u + 55746];
          const x_6 = weights[k * 64 + u + 55747];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
        }
        predict_dense_v2[i0 * 64 + u] = Math.max(s_0 + weights[u + 92608], 0);
        predict_dense_v2[i0 * 64 + u + 64] = Math.max(s_1 + weights[u + 92608], 0);
        predict_dense_v2[i0 * 64 + u + 128] = Math.max(s_2 + weights[u + 92608], 0);
        predict_dense_v2[i0 * 64 + u + 1] = Math.max(s_3 + weights[u + 92609], 0);
        predict_dense_v2[i0 * 64 + u + 65] = Math.max(s_4 + weights[u + 92609], 0);
        predict_dense_v2[i0 * 64 + u + 129] = Math.max(s_5 + weights[u + 92609], 0);
        predict_dense_v2[i0 * 64 + u + 2] = Math.max(s_6 + weights[u + 92610], 0);
        predict_dense_v2[i0 * 64 + u + 66] = Math.max(s_7 + weights[u + 92610], 0);
        predict_dense_v2[i0 * 64 + u + 130] = Math.max(s_8 + weights[u + 92610], 0);
        predict_dense_v2[i0 * 64 + u + 3] = Math.max(s_9 + weights[u + 92611], 0);
        predict_dense_v2[i0 * 64 + u + 67] = Math.max(s_10 + weights[u + 92611], 0);
        predict_dense_v2[i0 * 64 + u + 131] = Math.max(s_11 + weights[u + 92611], 0);
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_1 = i0 * 576;
        for (let k = 0; k < 576; k++) {
          const x_7 = predict_conv2d_2_v2[p_1 + k];
          const x_8 = weights[k * 64 + u + 55744];
          const x_9 = weights[k * 64 + u + 55745];
          const x_10 = weights[k * 64 + u + 55746];
          const x_11 = weights[k * 64 + u + 55747];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        predict_dense_v2[i0 * 64 + u] = Math.max(s_12 + weights[u + 92608], 0);
        predict_dense_v2[i0 * 64 + u + 1] = Math.max(s_13 + weights[u + 92609], 0);
        predict_dense_v2[i0 * 64 + u + 2] = Math.max(s_14 + weights[u + 92610], 0);
        predict_dense_v2[i0 * 64 + u + 3] = Math.max(s_15 + weights[u + 92611], 0);
      }
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * sum = Σ(k) predict_dense_v2[i0, k] * weights[k, u]
   * predict_dense_1[i0, u] = sum
   */
  function predict_07_dense_1(samples: number): void {
    for (let u = 0; u < 10; u += 5) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0;
        const p_0 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_0 = predict_dense_v2[p_0 + k];
          const x_1 = weights[k * 10 + u + 92672];
          const x_2 = predict_dense_v2[p_0 + k + 64];
          const x_3 = predict_dense_v2[p_0 + k + 128];
          const x_4 = weights[k * 10 + u + 92673];
          const x_5 = weights[k * 10 + u + 92674];
          const x_6 = weights[k * 10 + u + 92675];
          const x_7 = weights[k * 10 + u + 92676];
          s_0 += x_0 * x_1;
          s_1 += x_2 * x_1;
          s_2 += x_3 * x_1;
          s_3 += x_0 * x_4;
          s_4 += x_2 * x_4;
          s_5 += x_3 * x_4;
          s_6 += x_0 * x_5;
          s_7 += x_2 * x_5;
          s_8 += x_3 * x_5;
          s_9 += x_0 * x_6;
          s_10 += x_2 * x_6;
          s_11 += x_3 * x_6;
          s_12 += x_0 * x_7;
          s_13 += x_2 * x_7;
          s_14 += x_3 * x_7;
        }
        predict_dense_1[i0 * 10 + u] = s_0;
        predict_dense_1[i0 * 10 + u + 10] = s_1;
        predict_dense_1[i0 * 10 + u + 20] = s_2;
        predict_dense_1[i0 * 10 + u + 1] = s_3;
        predict_dense_1[i0 * 10 + u + 11] = s_4;
        predict_dense_1[i0 * 10 + u + 21] = s_5;
        predict_dense_1[i0 * 10 + u + 2] = s_6;
        predict_dense_1[i0 * 10 + u + 12] = s_7;
        predict_dense_1[i0 * 10 + u + 22] = s_8;
        predict_dense_1[i0 * 10 + u + 3] = s_9;
        predict_dense_1[i0 * 10 + u + 13] = s_10;
        predict_dense_1[i0 * 10 + u + 23] = s_11;
        predict_dense_1[i0 * 10 + u + 4] = s_12;
        predict_dense_1[i0 * 10 + u + 14] = s_13;
        predict_dense_1[i0 * 10 + u + 24] = s_14;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        const p_1 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_8 = predict_dense_v2[p_1 + k];
          const x_9 = weights[k * 10 + u + 92672];
          const x_10 = weights[k * 10 + u + 92673];
          const x_11 = weights[k * 10 + u + 92674];
          const x_12 = weights[k * 10 + u + 92675];
          const x_13 = weights[k * 10 + u + 92676];
          s_15 += x_8 * x_9;
          s_16 += x_8 * x_10;
          s_17 += x_8 * x_11;
          s_18 += x_8 * x_12;
          s_19 += x_8 * x_13;
        }
        predict_dense_1[i0 * 10 + u] = s_15;
        predict_dense_1[i0 * 10 + u + 1] = s_16;
        predict_dense_1[i0 * 10 + u + 2] = s_17;
        predict_dense_1[i0 * 10 + u + 3] = s_18;
        predict_dense_1[i0 * 10 + u + 4] = s_19;
      }
    }
  }

  /**
   * mnist.nn:16  Dense(10, softmax)
   * result = max(j) predict_dense_1[n, j] + weights[j]
   * predict_dense_1_v3[n, j] = exp((predict_dense_1[n, j] + weights[j]) - result)
   * result1 = Σ(j) predict_dense_1_v3[n, j]
   * predict_dense_1_v5[n, j] = predict_dense_1_v3[n, j] / result1
   * output_predict_output[n, j] = predict_dense_1_v5[n, j]
   */
  function predict_08_dense_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      let result = -Infinity;
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result = Math.max(result, predict_dense_1[p_0 + j] + weights[j + 93312]);
      }
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        predict_dense_1_v3[p_1 + j] = Math.exp((predict_dense_1[p_1 + j] + weights[j + 93312]) - result);
      }
      let result1 = 0;
      const p_2 = n * 10;
      for (let j = 0; j < 10; j++) {
        result1 += predict_dense_1_v3[p_2 + j];
      }
      const p_3 = n * 10;
      for (let j = 0; j < 10; j++) {
        predict_dense_1_v5[p_3 + j] = predict_dense_1_v3[p_3 + j] / result1;
      }
      const p_4 = n * 10;
      for (let j = 0; j < 10; j++) {
        output_predict_output[p_4 + j] = predict_dense_1_v5[p_4 + j];
      }
    }
  }

  function runPredict(samples: number): void {
    predict_01_conv2d(samples);
    predict_02_max_pooling2d(samples);
    predict_03_conv2d_1(samples);
    predict_04_max_pooling2d_1(samples);
    predict_05_conv2d_2(samples);
    predict_06_dense(samples);
    predict_07_dense_1(samples);
    predict_08_dense_1(samples);
  }

  const slots: readonly SlotInfo[] = [
    { name: "conv2d/kernel", shape: [3, 3, 1, 32], role: "weight", values: weights.subarray(0, 288) },
    { name: "conv2d/bias", shape: [32], role: "weight", values: weights.subarray(288, 320) },
    { name: "conv2d_1/kernel", shape: [3, 3, 32, 64], role: "weight", values: weights.subarray(320, 18752) },
    { name: "conv2d_1/bias", shape: [64], role: "weight", values: weights.subarray(18752, 18816) },
    { name: "conv2d_2/kernel", shape: [3, 3, 64, 64], role: "weight", values: weights.subarray(18816, 55680) },
    { name: "conv2d_2/bias", shape: [64], role: "weight", values: weights.subarray(55680, 55744) },
    { name: "dense/kernel", shape: [576, 64], role: "weight", values: weights.subarray(55744, 92608) },
    { name: "dense/bias", shape: [64], role: "weight", values: weights.subarray(92608, 92672) },
    { name: "dense_1/kernel", shape: [64, 10], role: "weight", values: weights.subarray(92672, 93312) },
    { name: "dense_1/bias", shape: [10], role: "weight", values: weights.subarray(93312, 93322) },
    { name: "optimizer/momentum", shape: [93322], role: "optimizer", values: optimizer_momentum.subarray(0, 93322) },
    { name: "optimizer/velocity", shape: [93322], role: "optimizer", values: optimizer_velocity.subarray(0, 93322) },
    { name: "metric/loss/total", shape: [], role: "metric", values: metric_loss_total.subarray(0, 1) },
    { name: "metric/loss/count", shape: [], role: "metric", values: metric_loss_count.subarray(0, 1) },
    { name: "metric/accuracy/total", shape: [], role: "metric", values: metric_accuracy_total.subarray(0, 1) },
    { name: "metric/accuracy/count", shape: [], role: "metric", values: metric_accuracy_count.subarray(0, 1) },
    { name: "seed", shape: [], role: "counter", values: seed.subarray(0, 1) },
    { name: "step", shape: [], role: "counter", values: step.subarray(0, 1) },
  ];
  return {
    manifest,
    memoryBytes: memory.byteLength,
    threads: 1,
    close: () => undefined,
    columns: { "pixels": input_pixels, "label": input_label },
    trainStep(samples, meanwhile) {
      runTrainStep(samples);
      const loss = output_train_step_loss[0] as number;
      meanwhile?.();
      return loss;
    },
    evaluateStep: runEvaluate,
    slots,
    inputs: { "image": input_image },
    outputs: { "output": output_predict_output },
    initialize(first) {
      seed[0] = first;
      runInitialize(1);
    },
    predict: runPredict,
    resetMetrics() {
      metric_loss_total.fill(0);
      metric_loss_count.fill(0);
      metric_accuracy_total.fill(0);
      metric_accuracy_count.fill(0);
    },
    metrics() {
      runMetrics(1);
      return [output_metrics_loss[0], output_metrics_accuracy[0]];
    },
  };
}

// ─── For programs: import { createModel } from this file ─────────────────────────────────────────────────

/** A model with memory of its own, initialized: train it, predict with it, load and save its weights. */
export function createModel(seed?: number): Model {
  return modelFrom(createProgram, seed);
}

/** What the model says about samples that lie one after another in each input. Throws RunError where sizes do not fit. */
export function predict(model: Model, inputs: { readonly "image": ArrayLike<number> /* samples × 28 × 28 × 1 */ }, samples: number): { readonly "output": Numbers /* samples × 10 */ } {
  return model.predict(inputs, samples) as { readonly "output": Numbers /* samples × 10 */ };
}

/** Trains from the present weights and returns the metrics of each epoch. Throws RunError. */
export async function train(model: Model, data: Dataset, options: TrainOptions = {}, events: TrainEvents = {}): Promise<History> {
  return model.train(data, options, events);
}

// ─── The runtime: data, training loop, command line; the same in every trainer ───────────────────────────

// What a compiled model is to the training loop, whatever target made it. Part of the runtime: this text is copied into
// every trainer, so nothing here imports anything but its neighbours.

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A part of memory that outlives a step: a weight (`conv2d/kernel`), a moving statistic, an optimizer slot. */
export interface SlotInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  /**
   * A live view: writing to it changes the program's memory. Where that lies outside JavaScript (target `tfjs`), read it
   * anew after each step; what is written to it counts from the next step on.
   */
  readonly values: Float32Array | Int32Array;
}

/** A column of the data as a program wants it: `elements` numbers a sample. */
export interface ColumnInfo {
  readonly name: string;
  readonly dtype: "u8" | "i32" | "f32";
  readonly shape: readonly number[];
  /** Values must be whole and below this, where it is set. */
  readonly classes?: number;
}

/** What the compiler knows of the experiment; written into the trainer as a literal. */
export interface Manifest {
  /** The `.nn` file's name, without folders: `mnist.nn`. */
  readonly file: string;
  readonly model: string;
  readonly dataset: string;
  readonly target: string;
  /** Whether threads can share the work. */
  readonly threads: boolean;
  /** Compiled so that every machine computes the same bits. */
  readonly strictMath: boolean;
  /** Whether 3 × 3 convolutions may be computed over tiles (Winograd). */
  readonly winograd: boolean;
  readonly source: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** The columns of the data that train and evaluate read. */
  readonly columns: readonly ColumnInfo[];
  /** The inputs of `predict`, in the model's own terms. */
  readonly inputs: readonly ColumnInfo[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Names of what `metrics` returns; the first is `loss`. */
  readonly metrics: readonly string[];
  readonly split: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly order: "random" | "order";
  };
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  /** Trainable weights and other parameters, in numbers. */
  readonly parameters: number;
}

/** What a program is made with. A target without threads takes none. */
export interface ProgramOptions {
  /** Threads that share the work, this one included. Default 1: then no other is started. */
  readonly threads?: number;
  /** Which form of the code runs. Default: the fastest one that this engine runs rightly. */
  readonly variant?: "plain" | "relaxed" | "wide";
  /** `false` leaves V8's experimental revectorization alone. */
  readonly revectorize?: boolean;
  /** Of target `tfjs`: where its tensors are. */
  readonly backend?: string;
}

/** A compiled model with its memory. All calls are synchronous; `n` samples are read from the start of each input. */
export interface Program {
  readonly manifest: Manifest;
  /** Bytes of the one allocation. */
  readonly memoryBytes: number;
  /** Threads that share the work, this one included. */
  readonly threads: number;
  /** The form of the code that runs, where the target has several. */
  readonly variant?: "plain" | "relaxed" | "wide";
  readonly slots: readonly SlotInfo[];
  /** Columns of the batch for the next trainStep or evaluateStep, room for `batch` samples each. */
  readonly columns: Readonly<Record<string, Numbers>>;
  /** Inputs of predict, room for `batch` samples each. */
  readonly inputs: Readonly<Record<string, Numbers>>;
  /** Outputs of predict, valid until the next call. */
  readonly outputs: Readonly<Record<string, Numbers>>;
  /** Sets the seed, and every weight, statistic and optimizer slot to its initial value. */
  initialize(seed: number): void;
  /**
   * One optimizer step on the first `n` samples of `columns`; returns the mean loss before it. Adds to the metrics.
   * `meanwhile` is called once, while other threads work where there are some: it may fill `columns` for the next step,
   * which may then be others than before.
   */
  trainStep(n: number, meanwhile?: () => void): number;
  /** Adds `n` samples of `columns` to the metrics, without training. */
  evaluateStep(n: number): void;
  /** Computes `outputs` for the first `n` samples of `inputs`. */
  predict(n: number): void;
  resetMetrics(): void;
  /** The values since resetMetrics, in the order of `manifest.metrics`. */
  metrics(): readonly number[];
  /** Ends the other threads. Memory can still be read, but nothing more can be computed. */
  close(): void;
}

// The error of a run that a person can act on. Its message is the whole story and is printed as it is.

export class RunError extends Error {
  override readonly name: string = "RunError";
}

// Random numbers without state: the same key and counter always give the same number. Threefry-2x32-20 of Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3" (2011). It does not know what the numbers are for.

/**
 * One of the two 32-bit words (0 to 2^32 - 1) that Threefry-2x32-20 makes of key (k0, k1) and counter (c0, c1).
 * Arguments are read modulo 2^32.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number, word: 0 | 1 = 0): number {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  // Twenty rounds in five groups of four; after each group a rotation of the key and the group's number are added.
  for (let group = 0; group < 5; group++) {
    if ((group & 1) === 0) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    } else {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
    }
    const turn = group % 3;
    x0 = (x0 + (turn === 0 ? k1 : turn === 1 ? k2 : k0)) | 0;
    x1 = (x1 + (turn === 0 ? k2 : turn === 1 ? k0 : k1) + group + 1) | 0;
  }
  return (word === 0 ? x0 : x1) >>> 0;
}

/** A multiple of 2^-24 in [0, 1): the key is (seed, stream), the counter (step, element). */
export function uniform(seed: number, stream: number, step: number, element: number): number {
  return (threefry(seed, stream, step, element) >>> 8) * 2 ** -24;
}

/** Writes `uniform(seed, stream, step, i)` for i = 0 … count - 1 to `target` from `start`. */
export function fillUniform(
  target: Float32Array,
  start: number,
  count: number,
  seed: number,
  stream: number,
  step: number,
): void {
  for (let i = 0; i < count; i++) target[start + i] = (threefry(seed, stream, step, i) >>> 8) * 2 ** -24;
}

/** The number of a stream by its name: 32-bit FNV-1a over the UTF-16 code units, low byte first. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

// Seeded orders of rows: Fisher–Yates drawn from Threefry, so an order depends on seed, purpose and round alone.

/** Puts `rows` in a random order, in place. The key is (seed, hash of `purpose`), the counter (round, position). */
export function shuffleRows(rows: Int32Array, seed: number, purpose: string, round: number): void {
  const stream = hashName(purpose);
  for (let i = rows.length - 1; i > 0; i--) {
    // A multiple of 2^-32 times (i + 1): biased by less than one part in 2^32 / (i + 1).
    const j = Math.floor((threefry(seed, stream, round, i) * (i + 1)) / 4294967296);
    const row = rows[i] as number;
    rows[i] = rows[j] as number;
    rows[j] = row;
  }
}

/** 0, 1, …, count - 1. */
export function rowNumbers(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  return rows;
}

/** The order of an epoch (from 0): a permutation of 0 … count - 1, the same for the same seed and epoch. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  const rows = rowNumbers(count);
  shuffleRows(rows, seed, "shuffle", epoch);
  return rows;
}

// Data in memory: columns of numbers, their division into training, validation and test rows, and batches gathered from
// them. It does not know where the numbers came from, nor what a program does with them.

/** `count` samples; each column holds them one after another, `elements` numbers each. */
export interface DataPart {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
}

/** What a source gives: its training part and, where it has one, its own test part. */
export interface SourceData {
  readonly train: DataPart;
  readonly test?: DataPart;
}

/** Some rows of a part, in an order. */
export interface Rows {
  readonly part: DataPart;
  readonly rows: Int32Array;
}

export interface Dataset {
  readonly train: Rows;
  readonly validation?: Rows;
  readonly test?: Rows;
}

/** A file of data: where it was found, and its bytes, unpacked. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Finds files by name; the platform decides where. Throws a RunError that says what was looked for and where. */
export interface DataFiles {
  /** `maximum` bounds the unpacked size in bytes; `advice` is what to do where the file is missing. */
  read(name: string, limits: { readonly maximum: number; readonly advice?: string }): Promise<DataFile>;
}

export interface SourceRequest {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The columns that are wanted, in the program's types and shapes. */
  readonly columns: readonly ColumnInfo[];
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export type LoadSource = (request: SourceRequest, files: DataFiles) => Promise<SourceData>;

/** The numbers in one sample of a column. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** `count` samples of a column, all 0. */
export function newColumn(info: ColumnInfo, count: number): Numbers {
  const length = count * elementsOf(info.shape);
  return info.dtype === "u8"
    ? new Uint8Array(length)
    : info.dtype === "i32"
      ? new Int32Array(length)
      : new Float32Array(length);
}

/** Throws a RunError unless every value of a column of classes is whole and from 0 to classes - 1. */
export function checkClasses(values: Numbers, info: ColumnInfo, where: string): void {
  const { classes } = info;
  if (classes === undefined) return;
  const elements = Math.max(1, elementsOf(info.shape));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value >= 0 && value < classes && Number.isInteger(value)) continue;
    const example = Math.floor(i / elements);
    throw new RunError(
      `${where}: ${info.name} of example ${example} is ${value}, but must be a whole number from 0 to ${classes - 1} ` +
        `(the program says ${classes} classes)`,
    );
  }
}

/** Throws a RunError unless the part has every column, of the right length, with values in range. */
export function checkPart(part: DataPart, columns: readonly ColumnInfo[], where: string): void {
  for (const info of columns) {
    const values = Object.hasOwn(part.columns, info.name) ? part.columns[info.name] : undefined;
    if (values === undefined) throw new RunError(`${where}: there is no column '${info.name}'`);
    const expected = part.count * elementsOf(info.shape);
    if (values.length !== expected) {
      throw new RunError(
        `${where}: column '${info.name}' has ${values.length} numbers, but ${part.count} examples of ` +
          `[${info.shape.join(", ")}] need ${expected}`,
      );
    }
    checkClasses(values, info, where);
  }
}

/**
 * Divides a source's training part by the program's shares, in a seeded order or by position; a source's own test part
 * is the test set. `limit` keeps the first that many rows of a seeded permutation of the training rows.
 */
export function divideData(source: SourceData, split: Manifest["split"], seed: number, limit?: number): Dataset {
  const { count } = source.train;
  const rows = rowNumbers(count);
  if (split.order === "random" && split.train < 1) shuffleRows(rows, seed, "split", 0);
  // Ends of the shares, rounded once each, so that no row is lost or used twice.
  const end = (share: number): number => Math.min(count, Math.round(share * count));
  const trainEnd = end(split.train);
  const validationEnd = end(split.train + split.validation);
  const testEnd = end(split.train + split.validation + split.test);
  if (source.test !== undefined && testEnd > validationEnd) {
    throw new RunError("the data has its own test part, so the split of the training part must not name another");
  }
  let train = rows.slice(0, trainEnd);
  if (limit !== undefined && limit < train.length) {
    shuffleRows(train, seed, "limit", 0);
    train = train.slice(0, limit);
  }
  if (train.length === 0)
    throw new RunError(`there is nothing to train on: ${count} examples, ${split.train} of them for training`);
  const validation = rows.slice(trainEnd, validationEnd);
  const test =
    source.test === undefined ? { part: source.train, rows: rows.slice(validationEnd, testEnd) } : allRows(source.test);
  return {
    train: { part: source.train, rows: train },
    ...(validation.length > 0 ? { validation: { part: source.train, rows: validation } } : {}),
    ...(test.rows.length > 0 ? { test } : {}),
  };
}

/** All rows of a part, in its order. */
export const allRows = (part: DataPart): Rows => ({ part, rows: rowNumbers(part.count) });

/** Copies samples `order[start]` … `order[start + n - 1]` of `rows` to the start of each of the program's columns. */
export function gatherBatch(
  from: Rows,
  order: Int32Array | undefined,
  start: number,
  n: number,
  columns: readonly ColumnInfo[],
  to: Readonly<Record<string, Numbers>>,
): void {
  for (const info of columns) {
    const values = from.part.columns[info.name] as Numbers;
    const target = to[info.name] as Numbers;
    const elements = elementsOf(info.shape);
    for (let i = 0; i < n; i++) {
      const row = from.rows[order === undefined ? start + i : (order[start + i] as number)] as number;
      if (elements === 1) target[i] = values[row] as number;
      else target.set(values.subarray(row * elements, (row + 1) * elements), i * elements);
    }
  }
}

// The error of a file that is not what it should be. It knows where and what, never how the bytes were read.

export class FormatError extends Error {
  override readonly name: string = "FormatError";
  /** The file, or another name for the bytes. */
  readonly where: string;
  /** What is wrong with it. */
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.where = where;
    this.what = what;
  }
}

// The IDX format of MNIST: bytes ↔ numbers. Strict: what the header says and what is there must agree to the byte.
// http://yann.lecun.com/exdb/mnist (archived): magic 0 0 type rank, then rank sizes and the data, all big-endian.

export interface IdxArray {
  readonly shape: readonly number[];
  /** Bytes stay bytes, as a view of the file; smaller signed numbers become i32, and f64 becomes f32. */
  readonly values: Uint8Array | Int32Array | Float32Array;
}

const idxBytes: ReadonlyMap<number, number> = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
]);

/** Reads a whole IDX file; `where` names it in errors. Nothing is allocated before the sizes are proved. Throws FormatError. */
export function parseIdx(bytes: Uint8Array, where: string): IdxArray {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (bytes.length < 4) fail(`is not an IDX file: ${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(2);
  const rank = view.getUint8(3);
  const size = idxBytes.get(type);
  if (view.getUint16(0) !== 0 || size === undefined) {
    const magic = view.getUint32(0).toString(16).padStart(8, "0");
    return fail(`is not an IDX file: it starts with 0x${magic} (images start with 0x00000803, labels with 0x00000801)`);
  }
  if (rank < 1 || rank > 8) fail(`is a corrupt IDX file: ${rank} axes (1 to 8 are possible)`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) fail(`is truncated: ${bytes.length} bytes, but its header alone has ${header}`);
  const shape: number[] = [];
  let count = 1;
  for (let axis = 0; axis < rank; axis++) {
    const length = view.getUint32(4 + 4 * axis);
    shape.push(length);
    count *= length;
  }
  const expected = header + count * size;
  if (bytes.length !== expected) {
    const state = bytes.length < expected ? "is truncated" : "is corrupt";
    fail(`${state}: ${bytes.length} bytes, but a header of ${shape.join(" × ")} needs ${expected}`);
  }
  if (type === 0x08) return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, count) };
  if (type === 0x0d || type === 0x0e) {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++)
      values[i] = size === 4 ? view.getFloat32(header + 4 * i) : view.getFloat64(header + 8 * i);
    return { shape, values };
  }
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = header + size * i;
    values[i] = size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at) : view.getInt32(at);
  }
  return { shape, values };
}

// Pictures and labels of two IDX files as columns `pixels` and `label`. It checks that counts, shapes and labels agree
// with each other and with the program; it does not know which files they are.

/** Unpacked bytes that a data file may have: what a typed array surely holds. */
const DATA_FILE_LIMIT = 2 ** 31 - 1;

/** The columns that `request` wants, of a pair of files. Throws RunError or FormatError that names the file. */
export async function loadImages(
  request: SourceRequest,
  files: DataFiles,
  names: { readonly pixels: string; readonly label: string; readonly advice?: string },
): Promise<DataPart> {
  const columns: Record<string, Numbers> = {};
  let first: { readonly count: number; readonly path: string } | undefined;
  for (const info of request.columns) {
    if (info.name !== "pixels" && info.name !== "label") {
      throw new RunError(`${request.name}() has columns 'pixels' and 'label', but the program reads '${info.name}'`);
    }
    const file = await files.read(names[info.name], {
      maximum: DATA_FILE_LIMIT,
      ...(names.advice === undefined ? {} : { advice: names.advice }),
    });
    const array = parseIdx(file.bytes, file.path);
    const [count = 0, ...shape] = array.shape;
    if (count === 0) throw new RunError(`${file.path}: holds no examples`);
    if (first !== undefined && first.count !== count) {
      throw new RunError(`${first.path} has ${first.count} examples, but ${file.path} has ${count}`);
    }
    first ??= { count, path: file.path };
    if (withoutOnes(shape) !== withoutOnes(info.shape)) {
      throw new RunError(
        `${file.path}: each example is ${shape.join(" × ") || "one number"}, but the program reads '${info.name}' as ` +
          (info.shape.join(" × ") || "one number"),
      );
    }
    const values = asColumn(array, info, count, file.path);
    checkClasses(values, info, file.path);
    columns[info.name] = values;
  }
  if (first === undefined) throw new RunError(`the program reads no column of ${request.name}()`);
  return { count: first.count, columns };
}

/** Shapes agree where they differ in trailing axes of 1 only: 28 × 28 grey pixels are 28 × 28 × 1. */
function withoutOnes(shape: readonly number[]): string {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank).join(" × ");
}

function asColumn(array: IdxArray, info: ColumnInfo, count: number, where: string): Numbers {
  const column = newColumn(info, count);
  if (array.values.constructor === column.constructor) return array.values;
  if (info.dtype !== "f32" && array.values instanceof Float32Array) {
    throw new RunError(`${where}: holds fractions (f32), but the program reads '${info.name}' as ${info.dtype}`);
  }
  column.set(array.values);
  if (info.dtype === "u8") {
    const bad = column.findIndex((value, i) => value !== array.values[i]);
    if (bad >= 0)
      throw new RunError(`${where}: ${array.values[bad]} does not fit a byte, as the program reads '${info.name}'`);
  }
  return column;
}

// The source `mnist()`: the four files of MNIST, or of a set of the same form such as Fashion-MNIST.

/** Columns `pixels` (28 × 28) and `label`, with a test part. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const advice = "`nnc train` downloads it where there is a network; otherwise pass its folder: --data DIR";
  const part = (prefix: string) =>
    loadImages(request, files, { pixels: `${prefix}-images-idx3-ubyte`, label: `${prefix}-labels-idx1-ubyte`, advice });
  return { train: await part("train"), test: await part("t10k") };
}

// The safetensors format: named tensors ↔ bytes. A u64 header length (little-endian), a JSON header, then the data
// without holes. https://huggingface.co/docs/safetensors (format). It does not know which tensors a model has.

/** A tensor to be written. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** A tensor that was read: its bytes are a view of the file. */
export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const safetensorsBits: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["I64", 64],
  ["U64", 64],
  ["F64", 64],
]);

/** The largest header the format allows. */
const HEADER_LIMIT = 100_000_000;

/** The bytes of a file with these tensors, in this order, and texts about them. Names must differ. */
export function writeSafetensors(tensors: readonly NamedTensor[], metadata: ReadonlyMap<string, string>): Uint8Array {
  // The header is put together by hand, since a name may be `__proto__`. Wider elements first keep the data aligned.
  const sorted = [...tensors].sort((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const entries: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    entries.push(`"__metadata__":{${texts.join(",")}}`);
  }
  let end = 0;
  for (const { name, shape, values } of sorted) {
    const dtype = values instanceof Float32Array ? "F32" : values instanceof Int32Array ? "I32" : "U8";
    const begin = end;
    end += values.byteLength;
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(",")}],"data_offsets":[${begin},${end}]}`,
    );
  }
  let header = new TextEncoder().encode(`{${entries.join(",")}}`);
  const padding = (8 - (header.length % 8)) % 8;
  if (padding > 0) header = new TextEncoder().encode(`{${entries.join(",")}}${" ".repeat(padding)}`);
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { values } of sorted) {
    bytes.set(
      littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), values.BYTES_PER_ELEMENT),
      at,
    );
    at += values.byteLength;
  }
  return bytes;
}

/** Reads a whole file; `where` names it in errors. Checks every offset before it is used. Throws FormatError. */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (bytes.length < 8) fail(`is not a safetensors file: ${bytes.length} bytes are too few`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (length > HEADER_LIMIT) fail("is not a safetensors file: its header would be over 100 MB");
  if (8 + length > bytes.length) fail(`is truncated: ${bytes.length} bytes, but its header ends at ${8 + length}`);
  const header = parseHeader(bytes.subarray(8, 8 + length));
  if (header === undefined) return fail("is corrupt: its header is not a JSON object in UTF-8");
  const data = bytes.subarray(8 + length);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, StoredTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of header) {
    if (!isRecord(entry)) return fail(`is corrupt: the entry of '${name}' is not an object`);
    if (name === "__metadata__") {
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== "string") return fail(`is corrupt: metadata '${key}' is not a text`);
        metadata.set(key, value);
      }
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = entry;
    const bits = typeof dtype === "string" ? safetensorsBits.get(dtype) : undefined;
    if (typeof dtype !== "string" || bits === undefined)
      return fail(`is corrupt: '${name}' has dtype ${JSON.stringify(dtype)}`);
    if (!isSizes(shape)) return fail(`is corrupt: '${name}' has no valid shape`);
    if (!isSizes(offsets) || offsets.length !== 2) return fail(`is corrupt: '${name}' has no valid data_offsets`);
    const [begin = 0, end = 0] = offsets;
    const expected = (shape.reduce((product, size) => product * size, 1) * bits) / 8;
    if (begin > end || end > data.length) return fail(`is truncated or corrupt: '${name}' reaches outside the file`);
    if (end - begin !== expected) {
      return fail(
        `is corrupt: '${name}' has ${end - begin} bytes, but ${dtype} [${shape.join(", ")}] needs ${expected}`,
      );
    }
    ranges.push({ name, begin, end });
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
  }
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of ranges) {
    if (begin !== covered)
      return fail(`is corrupt: '${name}' starts at ${begin}, not where the one before it ends (${covered})`);
    covered = end;
  }
  if (covered !== data.length) fail(`is corrupt: ${data.length - covered} bytes at its end belong to no tensor`);
  return { tensors, metadata };
}

/** The numbers of an F32 or I32 tensor, copied; undefined for other dtypes. */
export function storedNumbers(tensor: StoredTensor): Float32Array | Int32Array | undefined {
  if (tensor.dtype !== "F32" && tensor.dtype !== "I32") return undefined;
  // Not `slice`, which makes no copy where the bytes are one of Node's Buffers.
  const copy = new Uint8Array(littleEndian(tensor.bytes, 4));
  return tensor.dtype === "F32" ? new Float32Array(copy.buffer) : new Int32Array(copy.buffer);
}

function parseHeader(bytes: Uint8Array): [string, unknown][] | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(value) ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** The same bytes where the machine is little-endian, a copy with each element turned round where it is not. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1 || new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return bytes;
  const turned = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) turned[i] = bytes[i - (i % size) + (size - 1 - (i % size))] as number;
  return turned;
}

// The training loop: epochs, batches in a seeded order, validation, test, and news of how it goes. It knows a program only
// by its contract, and nothing of screens and files. It gives the event loop a turn about ten times a second.

export interface TrainOptions {
  /** Default: the program's own number. */
  readonly epochs?: number;
  /** Of the order of the samples. Default: the program's own. Weights are set by `program.initialize`. */
  readonly seed?: number;
  /** Training stops before the next step once it is aborted. */
  readonly signal?: AbortSignal;
}

/** How far it is. Epochs and steps count from 1; metrics are the means over the epoch so far, in the manifest's order. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
  readonly metrics: readonly number[];
}

/** An epoch that is done. Metrics are means weighted by samples; those of training are taken before each update. */
export interface EpochResult {
  readonly epoch: number;
  readonly epochs: number;
  readonly steps: number;
  /** Of training, without validation. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly metrics: readonly number[];
  readonly validation?: readonly number[];
}

export interface TrainEvents {
  /** At most about ten times a second. */
  onProgress?(progress: Progress): void;
  onEpoch?(result: EpochResult): void;
}

export interface History {
  readonly epochs: readonly EpochResult[];
  /** Metrics of the test rows after the last epoch, where there are any. */
  readonly test?: readonly number[];
  /** Where the signal stopped it: the last step that was done, of which epoch. */
  readonly interrupted?: { readonly epoch: number; readonly step: number };
}

const TURN_MILLISECONDS = 100;

/** Lets timers, signals and drawing happen. */
export const giveTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Trains from the program's present weights and returns what happened. Throws a RunError where the loss stops being a
 * finite number.
 */
export async function trainProgram(
  program: Program,
  data: Dataset,
  options: TrainOptions = {},
  events: TrainEvents = {},
): Promise<History> {
  const { manifest } = program;
  const { signal, epochs = manifest.epochs, seed = manifest.seed } = options;
  const count = data.train.rows.length;
  const steps = Math.ceil(count / manifest.batch);
  const done: EpochResult[] = [];
  const started = performance.now();
  let turn = started;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = epochOrder(count, seed, epoch - 1);
    const gather = (start: number): void => {
      const n = Math.min(manifest.batch, count - start);
      if (n > 0) gatherBatch(data.train, order, start, n, manifest.columns, program.columns);
    };
    const epochStarted = performance.now();
    program.resetMetrics();
    gather(0);
    for (let step = 1; step <= steps; step++) {
      if (signal?.aborted === true) return { epochs: done, interrupted: { epoch, step: step - 1 } };
      const start = (step - 1) * manifest.batch;
      const n = Math.min(manifest.batch, count - start);
      const loss = program.trainStep(n, () => gather(start + n));
      if (!Number.isFinite(loss)) throw lossError(loss, `at step ${step} of epoch ${epoch}`);
      const now = performance.now();
      if (now - turn < TURN_MILLISECONDS) continue;
      const seen = start + n;
      const rest = count * (epochs - epoch + 1) - seen;
      events.onProgress?.({
        epoch,
        epochs,
        step,
        steps,
        samplesPerSecond: (seen * 1000) / (now - epochStarted),
        // By the whole time so far, which includes validation.
        secondsLeft: ((now - started) / 1000) * (rest / (count * (epoch - 1) + seen)),
        metrics: program.metrics(),
      });
      await giveTurn();
      turn = performance.now();
    }
    const seconds = (performance.now() - epochStarted) / 1000;
    const metrics = [...program.metrics()];
    const validation =
      data.validation === undefined ? undefined : await evaluateProgram(program, data.validation, signal);
    if (data.validation !== undefined && validation === undefined)
      return { epochs: done, interrupted: { epoch, step: steps } };
    const result: EpochResult = {
      epoch,
      epochs,
      steps,
      seconds,
      samplesPerSecond: count / Math.max(seconds, 1e-9),
      metrics,
      ...(validation === undefined ? {} : { validation }),
    };
    done.push(result);
    events.onEpoch?.(result);
    await giveTurn();
    turn = performance.now();
  }
  if (data.test === undefined) return { epochs: done };
  const test = await evaluateProgram(program, data.test, signal);
  if (test === undefined) return { epochs: done, interrupted: { epoch: epochs, step: steps } };
  return { epochs: done, test };
}

/** The metrics over all rows, without training; undefined where the signal stopped it. */
export async function evaluateProgram(
  program: Program,
  rows: Rows,
  signal?: AbortSignal,
): Promise<readonly number[] | undefined> {
  const { manifest } = program;
  const count = rows.rows.length;
  let turn = performance.now();
  program.resetMetrics();
  for (let start = 0; start < count; start += manifest.batch) {
    if (signal?.aborted === true) return undefined;
    const n = Math.min(manifest.batch, count - start);
    gatherBatch(rows, undefined, start, n, manifest.columns, program.columns);
    program.evaluateStep(n);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  const metrics = [...program.metrics()];
  const loss = metrics[0];
  if (loss !== undefined && !Number.isFinite(loss)) throw lossError(loss, "on data that is not trained on");
  return metrics;
}

const lossError = (loss: number, where: string): RunError =>
  new RunError(
    `the loss is ${Number.isNaN(loss) ? "not a number (NaN)" : loss} ${where}, so training cannot go on; ` +
      "try a smaller learning rate, and see that inputs are scaled (pixels / 255) and hold no NaN",
  );

// A compiled model as a value for programs: train, predict, read and write weights, in Node or a browser page. It adds
// types and checks around a Program; it does not know files, screens or where data comes from.

/** A weight or moving statistic: `values` is a live view, row-major in `shape`. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface Model {
  readonly program: Program;
  /** Sets every weight, statistic and optimizer slot to its initial value for a seed. */
  initialize(seed: number): void;
  /** Trains from the present weights. Data columns are checked first. Throws RunError. */
  train(data: Dataset, options?: TrainOptions, events?: TrainEvents): Promise<History>;
  /** The metrics over all rows by name, `loss` first. */
  evaluate(rows: Rows): Promise<Readonly<Record<string, number>>>;
  /**
   * Outputs for `count` samples, by name; each input holds `count` samples one after another. Any count: it is worked
   * through in batches. The results are the caller's own.
   */
  predict(inputs: Readonly<Record<string, ArrayLike<number>>>, count: number): Record<string, Numbers>;
  /** Weights and moving statistics by name: `conv2d/kernel`. */
  weights(): ReadonlyMap<string, Weight>;
  /** Sets weights and statistics from the bytes of a safetensors file: the same names and shapes. Throws FormatError or RunError. */
  load(bytes: Uint8Array, where?: string): void;
  /** Weights and statistics as the bytes of a safetensors file. */
  save(): Uint8Array;
  /** Ends its threads, where it has any. Its weights can still be read and saved; nothing more can be computed. */
  close(): void;
}

/** Makes a model with its own memory, initialized with `seed` (default: the program's). */
export function modelFrom(
  createProgram: (options?: ProgramOptions) => Program,
  seed?: number,
  options?: ProgramOptions,
): Model {
  const program = createProgram(options);
  const { manifest } = program;
  program.initialize(seed ?? manifest.seed);
  return {
    program,
    initialize: (newSeed) => program.initialize(newSeed),
    train: async (data, options, events) => {
      checkPart(data.train.part, manifest.columns, "training data");
      if (data.validation !== undefined) checkPart(data.validation.part, manifest.columns, "validation data");
      if (data.test !== undefined) checkPart(data.test.part, manifest.columns, "test data");
      return trainProgram(program, data, options, events);
    },
    evaluate: async (rows) => {
      checkPart(rows.part, manifest.columns, "data");
      const values = await evaluateProgram(program, rows);
      return Object.fromEntries(manifest.metrics.map((name, i) => [name, values?.[i] ?? Number.NaN]));
    },
    predict: (inputs, count) => predictSamples(program, inputs, count),
    weights: () => weightsOf(program),
    load: (bytes, where = "weights") => loadWeights(program, bytes, where),
    save: () => saveWeights(program),
    close: () => program.close(),
  };
}

/** Live views of the weights and moving statistics of a program. */
export function weightsOf(program: Program): ReadonlyMap<string, Weight> {
  return new Map(savedSlots(program).map(({ name, shape, values }) => [name, { shape, values }]));
}

/** Weights and statistics as a safetensors file, with the program's names as metadata. */
export function saveWeights(program: Program): Uint8Array {
  const { file, model, dataset } = program.manifest;
  return writeSafetensors(
    savedSlots(program),
    new Map([
      ["producer", "nnc"],
      ["program", file],
      ["model", model],
      ["dataset", dataset],
    ]),
  );
}

/** The opposite of saveWeights. Nothing is changed unless everything fits. Throws FormatError or RunError. */
export function loadWeights(program: Program, bytes: Uint8Array, where: string): void {
  const { tensors } = readSafetensors(bytes, where);
  const slots = savedSlots(program);
  const names = new Set(slots.map((slot) => slot.name));
  const extra = [...tensors.keys()].find((name) => !names.has(name));
  if (extra !== undefined) throw new RunError(`${where}: has '${extra}', which ${program.manifest.model} has not`);
  const loaded = slots.map(({ name, shape, values }) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RunError(`${where}: has no '${name}'`);
    if (tensor.shape.join() !== shape.join()) {
      throw new RunError(
        `${where}: '${name}' is [${tensor.shape.join(", ")}], but the model's is [${shape.join(", ")}]`,
      );
    }
    const numbers = storedNumbers(tensor);
    if (numbers === undefined || numbers.constructor !== values.constructor) {
      throw new RunError(
        `${where}: '${name}' is ${tensor.dtype}, but the model's is ${values instanceof Float32Array ? "F32" : "I32"}`,
      );
    }
    return { values, numbers };
  });
  for (const { values, numbers } of loaded) values.set(numbers);
}

/** What a file of weights holds: not the optimizer's slots, nor running metrics. */
const savedSlots = (program: Program) => program.slots.filter(({ role }) => role === "weight" || role === "state");

function predictSamples(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  count: number,
): Record<string, Numbers> {
  const { manifest } = program;
  if (!Number.isInteger(count) || count < 0) throw new RunError(`predict: the number of samples is ${count}`);
  const columns = manifest.inputs.map((info) => {
    const from = Object.hasOwn(inputs, info.name) ? inputs[info.name] : undefined;
    const elements = elementsOf(info.shape);
    if (from === undefined) throw new RunError(`predict: there is no input '${info.name}'`);
    if (from.length !== count * elements) {
      throw new RunError(
        `predict: input '${info.name}' has ${from.length} numbers, but ${count} × [${info.shape.join(", ")}] needs ${count * elements}`,
      );
    }
    return { from, elements, to: program.inputs[info.name] as Numbers };
  });
  const outputs = manifest.outputs.map(({ name, shape }) => {
    const from = program.outputs[name] as Numbers;
    const elements = elementsOf(shape);
    const length = count * elements;
    const to: Numbers =
      from instanceof Float32Array
        ? new Float32Array(length)
        : from instanceof Int32Array
          ? new Int32Array(length)
          : new Uint8Array(length);
    return { name, from, elements, to };
  });
  for (let start = 0; start < count; start += manifest.batch) {
    const n = Math.min(manifest.batch, count - start);
    for (const { from, elements, to } of columns) {
      for (let i = 0; i < n * elements; i++) to[i] = from[start * elements + i] as number;
    }
    program.predict(n);
    for (const { from, elements, to } of outputs) to.set(from.subarray(0, n * elements), start * elements);
  }
  return Object.fromEntries(outputs.map(({ name, to }) => [name, to]));
}

// How numbers, times and results read. Plain text: no colour, no width, no language but English.

/** `0.0312`: four decimals; numbers too small or too large for that as `3.1e-9`. */
export function metricText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  return Math.abs(value) < 1e9 ? value.toFixed(4) : value.toExponential(4);
}

/** `60,000`: rounded, with commas. */
export const countText = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");

/** `0.4s`, `12s`, `1m 23s`, `2h 05m`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

/** `loss 0.0312, accuracy 0.9901`. */
export const metricsText = (names: readonly string[], values: readonly number[], separator = ", "): string =>
  names.map((name, i) => `${name} ${metricText(values[i] ?? Number.NaN)}`).join(separator);

/** Metrics by name, for programs. Numbers JSON does not have become null there. */
export const metricsRecord = (names: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));

/** `; 2 threads (relaxed SIMD)`: how a program runs, where there is something to say. */
export function threadsText({ threads, variant }: { readonly threads: number; readonly variant?: string }): string {
  if (variant === undefined) return "";
  const simd = variant === "plain" ? "SIMD" : `${variant} SIMD`;
  return `; ${threads} ${threads === 1 ? "thread" : "threads"} (${simd})`;
}

// Files on disk: finds and unpacks data files, and saves results so that a reader never sees half of one. It does not know
// what is in them.

export interface DataPlaces {
  /** The trainer's own folder. */
  readonly folder: string;
  /** `--data`, in order. */
  readonly data: readonly string[];
  /** The name of the source, as a folder may be called: `mnist`. */
  readonly source: string;
}

/**
 * Looks for data files in the trainer's folder, then in each `--data` folder and its folder named like the source, then
 * likewise NNC_DATA, then the cache (`~/.cache/nnc/<source>`); as they are, and with `.gz`.
 */
export async function dataFilesIn(places: DataPlaces): Promise<DataFiles> {
  const { join, isAbsolute } = await import("node:path");
  const { readFile } = await import("node:fs/promises");
  const { homedir } = await import("node:os");
  const { source } = places;
  const environment = process.env.NNC_DATA;
  const cache = process.env.XDG_CACHE_HOME;
  const roots = [...places.data, ...(environment === undefined || environment === "" ? [] : [environment])];
  const cacheRoot = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), ".cache");
  const folders = [
    ...new Set([places.folder, ...roots.flatMap((root) => [root, join(root, source)]), join(cacheRoot, "nnc", source)]),
  ];
  return {
    async read(name, { maximum, advice }) {
      if (isAbsolute(name) || name.split(/[\\/]/).includes("..") || name === "" || name.includes("\0")) {
        throw new RunError(`'${name}' is no name of a data file: it must lie in the data folder, without '..'`);
      }
      for (const folder of folders) {
        for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
          let bytes: Uint8Array;
          try {
            bytes = await readFile(path);
          } catch (error) {
            const code = errorCode(error);
            // A folder of that name, or a path that runs through a file, is no file of that name.
            if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") continue;
            throw new RunError(`cannot read ${path}: ${reasonOf(error)}`);
          }
          return { path, bytes: await unpack(bytes, path, maximum) };
        }
      }
      throw new RunError(
        `cannot find ${name} or ${name}.gz, which ${source}() reads\n  looked in ${folders.join("\n            ")}\n  ` +
          (advice ?? "pass the folder that holds it: --data DIR"),
      );
    },
  };
}

/** The bytes, unpacked where they are gzip. Throws a RunError where that fails or would give over `maximum` bytes. */
async function unpack(bytes: Uint8Array, path: string, maximum: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (path.endsWith(".gz")) throw new RunError(`${path}: is not a gzip file`);
    if (bytes.length > maximum) throw new RunError(`${path}: has ${bytes.length} bytes, over the limit of ${maximum}`);
    return bytes;
  }
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: maximum });
  } catch (error) {
    if (errorCode(error) === "ERR_BUFFER_TOO_LARGE") throw new RunError(`${path}: unpacks to over ${maximum} bytes`);
    throw new RunError(`${path}: is truncated or corrupt gzip (${reasonOf(error)})`);
  }
}

/** Throws a RunError unless a file can be made at `path`: better before hours of training than after. */
export async function checkWritable(path: string): Promise<void> {
  const { accessSync, constants, statSync } = await import("node:fs");
  const { dirname, resolve } = await import("node:path");
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) throw new RunError(`cannot save to ${path}: ${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(
      `cannot save to ${path}: ${errorCode(error) === "ENOENT" ? `there is no folder ${folder}` : reasonOf(error)}`,
    );
  }
  // A device would be replaced by the file.
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile())
    throw new RunError(`cannot save to ${path}: it is ${there.isDirectory() ? "a folder" : "not a regular file"}`);
}

/** Writes a file whole or not at all: beside it first, then renamed. Synchronous, so that no signal comes between. */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  const { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } = await import("node:fs");
  const beside = `${path}.${process.pid}.part`;
  try {
    const file = openSync(beside, "w");
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new RunError(`cannot save to ${path}: ${reasonOf(error)}`);
  }
}

/** `ENOENT` and the like, where an error has such a code. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The reason in words, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    ENOENT: "no such file or folder",
    ENOSPC: "no space left on the disk",
    EROFS: "the file system is read-only",
    EISDIR: "it is a folder",
    ERR_FS_FILE_TOO_LARGE: "the file is larger than 2 GiB",
  };
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : known[code]) ?? text.split("\n")[0] ?? text;
}

// The command line of a trainer, as data. It knows the options and their ranges, and does nothing with them.

export interface TrainerArguments {
  readonly data: readonly string[];
  readonly epochs: number;
  readonly limit?: number;
  readonly seed: number;
  readonly save?: string;
  /** Default: as many as the machine runs at once. */
  readonly threads?: number;
  readonly revectorize: boolean;
  /** Of target `tfjs`; default `tensorflow`. */
  readonly backend?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export type ParsedArguments =
  | { readonly run: TrainerArguments }
  | { readonly help: string }
  /** One line that says what is wrong. */
  | { readonly wrong: string };

const SEED_LIMIT = 2 ** 32 - 1;
const MOST_THREADS = 256;
const backends: readonly string[] = ["tensorflow", "cpu", "wasm"];

/** Reads the arguments after the file's name; defaults are the program's. */
export async function parseTrainerArguments(args: readonly string[], manifest: Manifest): Promise<ParsedArguments> {
  const { parseArgs } = await import("node:util");
  const read = () =>
    parseArgs({
      args: [...args],
      options: {
        data: { type: "string", multiple: true },
        epochs: { type: "string" },
        limit: { type: "string" },
        seed: { type: "string" },
        save: { type: "string" },
        threads: { type: "string" },
        "no-revectorize": { type: "boolean" },
        backend: { type: "string" },
        json: { type: "boolean" },
        quiet: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: false,
    }).values;
  let values: ReturnType<typeof read>;
  try {
    values = read();
  } catch (error) {
    return { wrong: wrongUsage(error) };
  }
  if (values.help === true) return { help: helpText(manifest) };
  const wrong: string[] = [];
  const whole = (name: string, text: string | undefined, least: number, most: number): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    wrong.push(`--${name} must be a whole number from ${countText(least)} to ${countText(most)}, not '${text}'`);
    return undefined;
  };
  const epochs = whole("epochs", values.epochs, 1, 1e9);
  const limit = whole("limit", values.limit, 1, 1e9);
  const seed = whole("seed", values.seed, 0, SEED_LIMIT);
  const threads = whole("threads", values.threads, 1, MOST_THREADS);
  if (threads !== undefined && threads > 1 && !manifest.threads)
    wrong.push(`--threads ${threads}: a program compiled for target ${manifest.target} runs on one thread`);
  const { backend } = values;
  if (backend !== undefined && manifest.target !== "tfjs")
    wrong.push(`--backend ${backend}: a program compiled for target ${manifest.target} has no backends`);
  else if (backend !== undefined && !backends.includes(backend))
    wrong.push(`--backend must be one of ${backends.join(", ")}, not '${backend}'`);
  if (values.save === "") wrong.push("--save needs the name of a file");
  if (values.data?.includes("") === true) wrong.push("--data needs the name of a folder");
  const [first] = wrong;
  if (first !== undefined) return { wrong: first };
  return {
    run: {
      data: values.data ?? [],
      epochs: epochs ?? manifest.epochs,
      seed: seed ?? manifest.seed,
      revectorize: values["no-revectorize"] !== true,
      json: values.json === true,
      quiet: values.quiet === true,
      ...(limit === undefined ? {} : { limit }),
      ...(threads === undefined ? {} : { threads }),
      ...(backend === undefined ? {} : { backend }),
      ...(values.save === undefined ? {} : { save: values.save }),
    },
  };
}

/** What parseArgs found wrong, in one line. */
function wrongUsage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'-{0,2}([^\s'=,]+)[^']*'/.exec(message)?.[1] ?? "";
  switch (errorCode(error)) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      if (["batch", "set", "target", "strict-math"].includes(option)) {
        return `--${option} is fixed when the program is compiled: nnc compile --${option} …`;
      }
      return `there is no option '${/'([^']+)'/.exec(message)?.[1] ?? option}'`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `'${/'([^']*)'/.exec(message)?.[1] ?? ""}' is no option; this program takes no file names`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return message.includes("does not take an argument")
        ? `--${option} takes no value`
        : `--${/--([a-z]+)/.exec(message)?.[1] ?? option} needs a value`;
    default:
      return message.split(/\.?\s*\n|\. /)[0] ?? message;
  }
}

const threadHelp = `  --threads N   threads that share the work (default: what this machine runs at once)
  --no-revectorize
                leave V8's experimental 256-bit vectors alone (used from Node 24 on, after a check)
`;

const backendHelp = `  --backend B   tensorflow (default), cpu or wasm: which TensorFlow.js computes
`;

const helpText = (
  manifest: Manifest,
): string => `Trains ${manifest.model} on ${manifest.dataset}, compiled by nnc from ${manifest.file} (target ${manifest.target}).

Usage: node train.js [options]

  --data DIR    a folder with data files; may be given several times
                (also looked in: this program's folder, $NNC_DATA, the cache folder)
  --epochs N    how often to go through the training data (default ${manifest.epochs})
  --limit N     train on N examples only, chosen by the seed; all test examples are used
  --seed N      of weights, order and all else that is random (default ${manifest.seed})
  --save FILE   save the trained weights there, as safetensors
${manifest.threads ? threadHelp : ""}${manifest.target === "tfjs" ? backendHelp : ""}  --json        print one JSON object a line instead of text
  --quiet       no progress
  -h, --help    this text

Exit codes: 0 fine, 2 wrong usage, 3 failed while running, 130 interrupted (Ctrl-C saves first what --save asks for).
Example: node train.js --epochs 1 --save weights.safetensors`;

// What a person sees while a trainer runs: a bar redrawn on a terminal, one line an epoch elsewhere. All of it goes to
// stderr; results are not its business.

/** Where it draws. */
export interface ProgressScreen {
  readonly terminal: boolean;
  readonly color: boolean;
  /** Columns, asked anew for each drawing. */
  width(): number;
  write(text: string): void;
}

export interface Reporter {
  /** A line of its own. */
  line(text: string): void;
  progress(progress: Progress): void;
  epoch(result: EpochResult): void;
  /** Takes the bar away, if there is one. */
  clear(): void;
}

/** A reporter that says nothing. */
export const silentReporter: Reporter = { line() {}, progress() {}, epoch() {}, clear() {} };

const REDRAW_MILLISECONDS = 100;

/** `names` are those of the metrics. */
export function createReporter(screen: ProgressScreen, names: readonly string[]): Reporter {
  let drawn = false;
  let last = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (drawn) screen.write("\r\x1b[K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    screen.write(`${text}\n`);
  };
  return {
    line,
    clear,
    progress(progress) {
      const now = performance.now();
      if (!screen.terminal || now - last < REDRAW_MILLISECONDS) return;
      last = now;
      // The last column stays free, or some terminals would wrap the line.
      screen.write(`\r${barText(progress, names, screen.width() - 1, screen.color)}\x1b[K`);
      drawn = true;
    },
    epoch(result) {
      line(epochText(result, names));
    },
  };
}

/** `epoch 1/5  loss 0.1234, accuracy 0.9612  validation loss 0.0911, accuracy 0.9710  12s, 4,876 samples/s`. */
export function epochText(result: EpochResult, names: readonly string[]): string {
  const { epoch, epochs, metrics, validation, seconds, samplesPerSecond } = result;
  const parts = [`epoch ${epoch}/${epochs}`, metricsText(names, metrics)];
  if (validation !== undefined) parts.push(`validation ${metricsText(names, validation)}`);
  return [...parts, `${durationText(seconds)}, ${countText(samplesPerSecond)} samples/s`].join("  ");
}

/** The bar at its moment, at most `width` columns: what does not fit is left out, from the least important on. */
export function barText(progress: Progress, names: readonly string[], width: number, color: boolean): string {
  const { epoch, epochs, step, steps, metrics, samplesPerSecond, secondsLeft } = progress;
  const head = `epoch ${epoch}/${epochs}`;
  const parts = [
    `${String(step).padStart(String(steps).length)}/${steps}`,
    metricsText(names, metrics),
    `${countText(samplesPerSecond)} samples/s`,
    `${durationText(secondsLeft)} left`,
  ];
  while (parts.length > 0 && [head, ...parts].join("  ").length > width) parts.pop();
  const room = width - [head, ...parts].join("  ").length - 2;
  if (room < 8) return [head, ...parts].join("  ").slice(0, Math.max(0, width));
  const length = Math.min(room, 30);
  const full = Math.round((length * step) / steps);
  const bar = color
    ? `\x1b[36m${"━".repeat(full)}\x1b[90m${"━".repeat(length - full)}\x1b[0m`
    : `${"━".repeat(full)}${"─".repeat(length - full)}`;
  return [head, bar, ...parts].join("  ");
}

// The command `node train.js`: arguments → data → training → results and saved weights, with exit codes and Ctrl-C. All
// that is the program's own comes in as `createProgram` and `loadSource`.

/** What makes a trainer of the runtime. */
export interface Trainer {
  readonly manifest: Manifest;
  readonly createProgram: (options?: ProgramOptions) => Program | Promise<Program>;
  readonly loadSource: LoadSource;
  /** The trainer's own folder: the first where data files are looked for. */
  readonly folder: string;
  /** Arguments, without the names of node and the file. */
  readonly args: readonly string[];
}

/**
 * Runs the command line where the module at `url` (its `import.meta.url`) is the file that Node was started with; does
 * nothing where it was imported, in a worker or in a browser.
 */
export async function runWhenMain(
  url: string,
  manifest: Manifest,
  createProgram: Trainer["createProgram"],
  loadSource: LoadSource,
): Promise<void> {
  if (typeof process === "undefined" || !process.versions?.node || process.argv[1] === undefined) return;
  const { realpathSync } = await import("node:fs");
  const { dirname } = await import("node:path");
  const { fileURLToPath } = await import("node:url");
  const { isMainThread } = await import("node:worker_threads");
  if (!isMainThread || !url.startsWith("file:")) return;
  const path = fileURLToPath(url);
  try {
    if (realpathSync(process.argv[1]) !== realpathSync(path)) return;
  } catch {
    // `node -e` and the like: what was started is no file, so it is not this one.
    return;
  }
  process.exitCode = await runTrainer({
    manifest,
    createProgram,
    loadSource,
    folder: dirname(path),
    args: process.argv.slice(2),
  });
}

/** Runs a trainer's command line; returns the exit code: 0, 2 wrong usage, 3 failed while running, 130 interrupted. */
export async function runTrainer(trainer: Trainer): Promise<number> {
  const output = openOutput();
  try {
    const { manifest } = trainer;
    const parsed = await parseTrainerArguments(trainer.args, manifest);
    if ("help" in parsed) {
      output.print(parsed.help);
      return 0;
    }
    if ("wrong" in parsed) {
      process.stderr.write(`error: ${parsed.wrong} (see --help)\n`);
      return 2;
    }
    const { threads, revectorize, backend } = parsed.run;
    // Made before the data is read: other threads arrive meanwhile.
    const program = await trainer.createProgram({
      ...(manifest.threads ? { threads: threads ?? (await coreCount()), revectorize } : {}),
      ...(backend === undefined ? {} : { backend }),
    });
    try {
      return await trainAndReport(trainer, program, parsed.run, output);
    } finally {
      program.close();
    }
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    return 3;
  }
}

/** How many threads the machine runs at once. */
const coreCount = async (): Promise<number> => (await import("node:os")).availableParallelism();

async function trainAndReport(
  trainer: Trainer,
  program: Program,
  args: TrainerArguments,
  output: Output,
): Promise<number> {
  const { manifest } = program;
  const names = manifest.metrics;
  const { stderr } = process;
  const reporter = args.quiet
    ? silentReporter
    : createReporter(
        {
          terminal: stderr.isTTY === true && process.env.TERM !== "dumb",
          color: !process.env.NO_COLOR,
          width: () => stderr.columns || 80,
          write: (text) => stderr.write(text),
        },
        names,
      );
  const event = (kind: string, fields: Readonly<Record<string, unknown>>): void => {
    if (args.json) output.print(JSON.stringify({ event: kind, ...fields }));
  };
  const stop = new AbortController();
  const removeInterrupt = onInterrupt(stop, reporter);
  try {
    if (args.save !== undefined) await checkWritable(args.save);
    const source = await loadData(trainer, program, args, stop.signal);
    if (source === undefined) {
      reporter.line("interrupted before training began");
      event("interrupted", { epoch: 0, step: 0 });
      return 130;
    }
    const data = divideData(source, manifest.split, args.seed, args.limit);
    const counts = {
      train: data.train.rows.length,
      validation: data.validation?.rows.length ?? 0,
      test: data.test?.rows.length ?? 0,
    };
    program.initialize(args.seed);
    reporter.line(
      `training ${manifest.model} on ${manifest.dataset}: ${countText(counts.train)} ${counts.train === 1 ? "example" : "examples"}` +
        (counts.validation > 0 ? `, ${countText(counts.validation)} for validation` : "") +
        (counts.test > 0 ? `, ${countText(counts.test)} for testing` : "") +
        `; ${countText(manifest.parameters)} parameters, batch ${manifest.batch}, seed ${args.seed}` +
        threadsText(program),
    );
    const { file, model, dataset, target, batch, parameters, strictMath } = manifest;
    const { memoryBytes, threads, variant } = program;
    event("start", {
      ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
      ...{ batch, parameters, memoryBytes },
      ...{ epochs: args.epochs, seed: args.seed, examples: counts },
    });
    const history = await trainProgram(
      program,
      data,
      { epochs: args.epochs, seed: args.seed, signal: stop.signal },
      {
        onProgress: (progress) => {
          reporter.progress(progress);
          if (output.closed() && args.save === undefined) stop.abort();
        },
        onEpoch: (result) => {
          reporter.epoch(result);
          const { epoch, epochs, steps, seconds, samplesPerSecond, metrics, validation } = result;
          event("epoch", {
            ...{ epoch, epochs, steps, seconds, samplesPerSecond, metrics: metricsRecord(names, metrics) },
            ...(validation === undefined ? {} : { validation: metricsRecord(names, validation) }),
          });
        },
      },
    );
    reporter.clear();
    const { interrupted } = history;
    // Nobody reads the results any more: no failure, as with `train.js | head`.
    if (interrupted !== undefined && output.closed() && args.save === undefined) return 0;
    if (interrupted !== undefined) {
      reporter.line(`interrupted in epoch ${interrupted.epoch}, after step ${interrupted.step}`);
      event("interrupted", interrupted);
    }
    if (args.save !== undefined) {
      await saveFile(args.save, saveWeights(program));
      event("saved", { file: args.save });
      if (!args.json) output.print(`weights saved to ${args.save}`);
    }
    if (interrupted !== undefined) return 130;
    reportResult(history, names, args.json ? event : undefined, output);
    return 0;
  } catch (error) {
    reporter.clear();
    event("error", { message: messageOf(error) });
    throw error;
  } finally {
    removeInterrupt();
  }
}

/** The last line: of the test rows, or where there are none of the validation rows, or of training. */
function reportResult(
  history: History,
  names: readonly string[],
  event: ((kind: string, fields: Readonly<Record<string, unknown>>) => void) | undefined,
  output: Output,
): void {
  const last = history.epochs.at(-1);
  if (event !== undefined) {
    if (history.test !== undefined) event("test", { metrics: metricsRecord(names, history.test) });
    return;
  }
  if (history.test !== undefined) output.print(`test ${metricsText(names, history.test)}`);
  else if (last?.validation !== undefined) output.print(`validation ${metricsText(names, last.validation)}`);
  else if (last !== undefined) output.print(`training ${metricsText(names, last.metrics)}`);
}

/** The source's data, checked; undefined where it was interrupted. */
async function loadData(
  trainer: Trainer,
  program: Program,
  args: TrainerArguments,
  signal: AbortSignal,
): Promise<SourceData | undefined> {
  const { source, columns } = program.manifest;
  const files = await dataFilesIn({ folder: trainer.folder, data: args.data, source: source.name });
  try {
    const data = await trainer.loadSource(
      { name: source.name, options: source.options, columns, seed: args.seed, signal },
      files,
    );
    if (signal.aborted) return undefined;
    checkPart(data.train, columns, `${source.name}()`);
    if (data.test !== undefined) checkPart(data.test, columns, `${source.name}(), test part`);
    return data;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** What follows an interrupt so soon is the same one: sent to a group of processes, and passed on by one of them. */
const sameInterruptMilliseconds = 500;

/** The first Ctrl-C stops training before its next step, the second ends the process at once. Returns how to undo it. */
function onInterrupt(stop: AbortController, reporter: Reporter): () => void {
  let first = 0;
  const handler = (): void => {
    const now = performance.now();
    if (stop.signal.aborted && now - first < sameInterruptMilliseconds) return;
    reporter.clear();
    if (stop.signal.aborted) process.exit(130);
    first = now;
    stop.abort();
  };
  process.on("SIGINT", handler);
  return () => process.off("SIGINT", handler);
}

interface Output {
  /** A line on stdout. */
  print(line: string): void;
  /** Whether nobody reads stdout any more. */
  closed(): boolean;
}

/** Standard output, which may be closed by its reader at any time, and standard error, where that does not matter. */
function openOutput(): Output {
  let closed = false;
  process.stdout.on("error", (error) => {
    closed = true;
    if (errorCode(error) !== "EPIPE") {
      process.stderr.write(`error: cannot write results: ${reasonOf(error)}\n`);
      process.exitCode = 3;
    }
  });
  process.stderr.on("error", () => {});
  return {
    print(line) {
      if (!closed) process.stdout.write(`${line}\n`);
    },
    closed: () => closed,
  };
}

/** One message for a person, whatever went wrong; never a stack trace. */
function messageOf(error: unknown): string {
  if (error instanceof RunError || error instanceof FormatError) return error.message;
  if (error instanceof RangeError && /allocat|array length|array buffer/i.test(error.message)) {
    return `there is not enough memory (${error.message})`;
  }
  return `${reasonOf(error)} (an unexpected error; please report it with the program)`;
}

await runWhenMain(import.meta.url, manifest, createProgram, loadSource);
