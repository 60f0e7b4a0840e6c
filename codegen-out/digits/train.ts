// digits.nn: trains DigitsCnn on Strokes. Made by nnc for target js; do not edit.
// Runs by itself: node train.js --help

// ─── The model: one function for each kernel ─────────────────────────────────────────────────────────────

/** The facts about the experiment. */
export const manifest: Manifest = { file: "digits.nn", model: "DigitsCnn", dataset: "Strokes", target: "js", threads: false, strictMath: false, winograd: false, source: { name: "digits", options: { train: 8000, test: 2000, seed: undefined } }, columns: [{ name: "pixels", dtype: "u8", shape: [28, 28, 1] }, { name: "label", dtype: "u8", shape: [], classes: 10 }], inputs: [{ name: "image", dtype: "f32", shape: [28, 28, 1] }], outputs: [{ name: "output", shape: [10] }], metrics: ["loss", "accuracy"], split: { train: 1, validation: 0, test: 0, order: "random" }, batch: 64, epochs: 4, seed: 0, parameters: 56714 };

function square(x: number): number {
  return x * x;
}

/** Creates the model with its own memory. `initialize` sets the weights. */
export function createProgram(): Program {
  const memory = new ArrayBuffer(10426880);
  const weights = new Float32Array(memory, 0, 56714);
  const optimizer_momentum = new Float32Array(memory, 226880, 56714);
  const optimizer_velocity = new Float32Array(memory, 453760, 56714);
  const loss_total = new Float32Array(memory, 680640, 1);
  const loss_count = new Float32Array(memory, 680704, 1);
  const metric_accuracy_total = new Float32Array(memory, 680768, 1);
  const metric_accuracy_count = new Float32Array(memory, 680832, 1);
  const seed = new Int32Array(memory, 680896, 1);
  const step = new Int32Array(memory, 680960, 1);
  const input_pixels = new Uint8Array(memory, 681024, 50176);
  const input_label = new Uint8Array(memory, 731200, 64);
  const output_train_step_loss = new Float32Array(memory, 731264, 1);
  const output_evaluate_loss = new Float32Array(memory, 731328, 1);
  const output_metrics_loss = new Float32Array(memory, 731392, 1);
  const output_metrics_accuracy = new Float32Array(memory, 731456, 1);
  const input_image = new Float32Array(memory, 731520, 50176);
  const output_predict_output = new Float32Array(memory, 932224, 640);
  const initialize_initialize = new Float32Array(memory, 934784, 56714);
  const train_step_conv2d_v2 = new Float32Array(memory, 934784, 692224);
  const train_step_conv2d_v3 = new Float32Array(memory, 3703680, 692224);
  const train_step_conv2d_1_v6 = new Float32Array(memory, 6472576, 460800);
  const train_step_conv2d_1_v2 = new Float32Array(memory, 3703680, 247808);
  const train_step_conv2d_1_v4 = new Float32Array(memory, 8315776, 247808);
  const train_step_max_pooling2d = new Float32Array(memory, 9307008, 173056);
  const train_step_adam = new Float32Array(memory, 9999232, 56714);
  const train_step_dropout_v2 = new Int32Array(memory, 4694912, 51200);
  const train_step_dropout_v3 = new Float32Array(memory, 4899712, 51200);
  const train_step_dropout_v4 = new Float32Array(memory, 5104512, 51200);
  const train_step_max_pooling2d_1 = new Float32Array(memory, 5309312, 51200);
  const train_step_dropout_v6 = new Float32Array(memory, 4899712, 51200);
  const train_step_conv2d_1_v3 = new Float32Array(memory, 4694912, 51200);
  const train_step_image = new Float32Array(memory, 10226112, 50176);
  const train_step_dense_v2 = new Float32Array(memory, 4899712, 4096);
  const train_step_dense_v3 = new Float32Array(memory, 5514112, 4096);
  const train_step_dense_1 = new Float32Array(memory, 4916096, 640);
  const train_step_dense_1_v3 = new Float32Array(memory, 4918656, 640);
  const train_step_dense_1_v5 = new Float32Array(memory, 4921216, 640);
  const train_step_loss_v5 = new Float32Array(memory, 4923776, 640);
  const train_step_accuracy = new Int32Array(memory, 4926336, 64);
  const train_step_dense_1_v2 = new Float32Array(memory, 4926592, 64);
  const train_step_digit = new Int32Array(memory, 4926848, 64);
  const train_step_loss = new Float32Array(memory, 4927104, 64);
  const train_step_loss_v2 = new Float32Array(memory, 4918656, 1);
  const train_step_adam_v4 = new Float32Array(memory, 10426816, 1);
  const evaluate_conv2d_v2 = new Float32Array(memory, 934784, 692224);
  const evaluate_conv2d_1_v2 = new Float32Array(memory, 934784, 247808);
  const evaluate_max_pooling2d = new Float32Array(memory, 3703680, 173056);
  const evaluate_max_pooling2d_1 = new Float32Array(memory, 1926016, 51200);
  const evaluate_image = new Float32Array(memory, 3703680, 50176);
  const evaluate_dense_v2 = new Float32Array(memory, 934784, 4096);
  const evaluate_dense_1 = new Float32Array(memory, 951168, 640);
  const evaluate_dense_1_v3 = new Float32Array(memory, 934784, 640);
  const evaluate_dense_1_v5 = new Float32Array(memory, 937344, 640);
  const evaluate_digit = new Int32Array(memory, 4395904, 64);
  const evaluate_accuracy = new Int32Array(memory, 939904, 64);
  const evaluate_dense_1_v2 = new Float32Array(memory, 940160, 64);
  const evaluate_loss = new Float32Array(memory, 940416, 64);
  const evaluate_loss_v2 = new Float32Array(memory, 934784, 1);
  const predict_conv2d_v2 = new Float32Array(memory, 934784, 692224);
  const predict_conv2d_1_v2 = new Float32Array(memory, 934784, 247808);
  const predict_max_pooling2d = new Float32Array(memory, 3703680, 173056);
  const predict_max_pooling2d_1 = new Float32Array(memory, 1926016, 51200);
  const predict_dense_v2 = new Float32Array(memory, 934784, 4096);
  const predict_dense_1 = new Float32Array(memory, 951168, 640);
  const predict_dense_1_v3 = new Float32Array(memory, 934784, 640);
  const predict_dense_1_v5 = new Float32Array(memory, 937344, 640);

  /**
   * digits.nn:9  Conv2D(16, 3x3, relu)
   * v = uniform()
   * v1 = v * 0.396059
   * v2 = f32(v1 + -0.19803)
   * initialize_initialize[l] = v2
   */
  function initialize_01_conv2d_kernel(samples: number): void {
    for (let l = 0; l < 144; l++) {
      const v = uniform(seed[0], 693396583, 0, l);
      const v1 = v * 0.3960590171906697;
      const v2 = Math.fround(v1 + (-0.19802950859533486));
      initialize_initialize[l] = v2;
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * v = uniform()
   * v1 = v * 0.235702
   * v2 = f32(v1 + -0.117851)
   * initialize_initialize[l] = v2
   */
  function initialize_02_conv2d_1_kernel(samples: number): void {
    for (let l = 0; l < 4608; l++) {
      const v = uniform(seed[0], 2385537727, 0, l);
      const v1 = v * 0.23570226039551584;
      const v2 = Math.fround(v1 + (-0.11785113019775792));
      initialize_initialize[l + 160] = v2;
    }
  }

  /**
   * digits.nn:15  Dense(64, relu)
   * v = uniform()
   * v1 = v * 0.166667
   * v2 = f32(v1 + -0.0833333)
   * initialize_initialize[j] = v2
   */
  function initialize_03_dense_kernel(samples: number): void {
    for (let j = 0; j < 51200; j++) {
      const v = uniform(seed[0], 2872465484, 0, j);
      const v1 = v * 0.16666666666666666;
      const v2 = Math.fround(v1 + (-0.08333333333333333));
      initialize_initialize[j + 4800] = v2;
    }
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * v = uniform()
   * v1 = v * 0.569495
   * v2 = f32(v1 + -0.284747)
   * initialize_initialize[j] = v2
   */
  function initialize_04_dense_1_kernel(samples: number): void {
    for (let j = 0; j < 640; j++) {
      const v = uniform(seed[0], 1190512856, 0, j);
      const v1 = v * 0.5694947974514994;
      const v2 = Math.fround(v1 + (-0.2847473987257497));
      initialize_initialize[j + 56064] = v2;
    }
  }

  /**
   * digits.nn:9  Conv2D(16, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_05_conv2d_bias(samples: number): void {
    for (let i = 0; i < 16; i++) {
      initialize_initialize[i + 144] = 0;
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_06_conv2d_1_bias(samples: number): void {
    for (let i = 0; i < 32; i++) {
      initialize_initialize[i + 4768] = 0;
    }
  }

  /**
   * digits.nn:15  Dense(64, relu)
   * initialize_initialize[i] = 0
   */
  function initialize_07_dense_bias(samples: number): void {
    for (let i = 0; i < 64; i++) {
      initialize_initialize[i + 56000] = 0;
    }
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * initialize_initialize[i] = 0
   */
  function initialize_08_dense_1_bias(samples: number): void {
    for (let i = 0; i < 10; i++) {
      initialize_initialize[i + 56704] = 0;
    }
  }

  /** weights[i] = initialize_initialize[i] */
  function initialize_09_initialize(samples: number): void {
    for (let i = 0; i < 56714; i++) {
      weights[i] = initialize_initialize[i];
    }
  }

  /**
   * 2 calls
   * optimizer_momentum[i] = 0
   */
  function kernel_10_initialize(samples: number, arg0: Float32Array): void {
    for (let i = 0; i < 56714; i++) {
      arg0[i] = 0;
    }
  }

  /**
   * loss_total = 0
   * loss_count = 0
   * metric_accuracy_total = 0
   * metric_accuracy_count = 0
   * step = 0
   */
  function initialize_12_initialize_and_conv2d_kernel(samples: number): void {
    loss_total[0] = 0;
    loss_count[0] = 0;
    metric_accuracy_total[0] = 0;
    metric_accuracy_count[0] = 0;
    step[0] = 0;
  }

  function runInitialize(samples: number): void {
    initialize_01_conv2d_kernel(samples);
    initialize_02_conv2d_1_kernel(samples);
    initialize_03_dense_kernel(samples);
    initialize_04_dense_1_kernel(samples);
    initialize_05_conv2d_bias(samples);
    initialize_06_conv2d_1_bias(samples);
    initialize_07_dense_bias(samples);
    initialize_08_dense_1_bias(samples);
    initialize_09_initialize(samples);
    kernel_10_initialize(samples, optimizer_momentum);
    kernel_10_initialize(samples, optimizer_velocity);
    initialize_12_initialize_and_conv2d_kernel(samples);
  }

  /**
   * 2 calls
   * train_step_image[n, k] = f32(input_pixels[n, k]) / 255
   */
  function kernel_12_image(samples: number, arg0: Float32Array): void {
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 784;
      for (let k = 0; k < 784; k++) {
        arg0[p_0 + k] = input_pixels[p_0 + k] / 255;
      }
    }
  }

  /**
   * 3 calls
   * sum = Σ(ky, kx) train_step_image[b, y+ky, x+kx] * weights[ky, kx, f]
   * train_step_conv2d_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function kernel_13_conv2d(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 26; y++) {
        for (let f = 0; f < 16; f += 4) {
          for (let x = 0; x < 26; x += 2) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
            for (let ky = 0; ky < 3; ky++) {
              const p_0 = b * 784 + y * 28 + ky * 28 + x;
              const p_1 = ky * 48 + f;
              for (let kx = 0; kx < 3; kx++) {
                const x_0 = arg0[p_0 + kx];
                const x_1 = weights[p_1 + kx * 16];
                const x_2 = arg0[p_0 + kx + 1];
                const x_3 = weights[p_1 + kx * 16 + 1];
                const x_4 = weights[p_1 + kx * 16 + 2];
                const x_5 = weights[p_1 + kx * 16 + 3];
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
            arg1[b * 10816 + y * 416 + x * 16 + f] = Math.max(s_0 + weights[f + 144], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 16] = Math.max(s_1 + weights[f + 144], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 1] = Math.max(s_2 + weights[f + 145], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 17] = Math.max(s_3 + weights[f + 145], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 2] = Math.max(s_4 + weights[f + 146], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 18] = Math.max(s_5 + weights[f + 146], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 3] = Math.max(s_6 + weights[f + 147], 0);
            arg1[b * 10816 + y * 416 + x * 16 + f + 19] = Math.max(s_7 + weights[f + 147], 0);
          }
        }
      }
    }
  }

  /**
   * 3 calls
   * train_step_max_pooling2d[n, j, k, l] = max(max(max(train_step_conv2d_v2[n, j, k, l], train_step_conv2d_v2[n, …
   */
  function kernel_14_max_pooling2d(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 13; j++) {
        for (let k = 0; k < 13; k++) {
          const p_0 = n * 10816 + j * 832 + k * 32;
          const p_1 = n * 2704 + j * 208 + k * 16;
          for (let l = 0; l < 16; l++) {
            arg1[p_1 + l] = Math.max(Math.max(Math.max(arg0[p_0 + l], arg0[p_0 + l + 16]), arg0[p_0 + l + 416]), arg0[p_0 + l + 432]);
          }
        }
      }
    }
  }

  /**
   * 3 calls
   * sum = Σ(ky, kx, c) train_step_max_pooling2d[b, y+ky, x+kx, c] * weights[ky, kx, c, f]
   * train_step_conv2d_1_v2[b, y, x, f] = relu(sum + weights[f])
   */
  function kernel_15_conv2d(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 11; y++) {
        for (let f = 0; f < 32; f += 4) {
          for (let x = 0; x < 9; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 2704 + y * 208 + ky * 208 + x * 16 + kx * 16;
                const p_1 = ky * 1536 + kx * 512 + f;
                for (let c = 0; c < 16; c++) {
                  const x_0 = arg0[p_0 + c];
                  const x_1 = weights[p_1 + c * 32 + 160];
                  const x_2 = arg0[p_0 + c + 16];
                  const x_3 = arg0[p_0 + c + 32];
                  const x_4 = weights[p_1 + c * 32 + 161];
                  const x_5 = weights[p_1 + c * 32 + 162];
                  const x_6 = weights[p_1 + c * 32 + 163];
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
            arg1[b * 3872 + y * 352 + x * 32 + f] = Math.max(s_0 + weights[f + 4768], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 32] = Math.max(s_1 + weights[f + 4768], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 64] = Math.max(s_2 + weights[f + 4768], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 1] = Math.max(s_3 + weights[f + 4769], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 33] = Math.max(s_4 + weights[f + 4769], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 65] = Math.max(s_5 + weights[f + 4769], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 2] = Math.max(s_6 + weights[f + 4770], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 34] = Math.max(s_7 + weights[f + 4770], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 66] = Math.max(s_8 + weights[f + 4770], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 3] = Math.max(s_9 + weights[f + 4771], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 35] = Math.max(s_10 + weights[f + 4771], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 67] = Math.max(s_11 + weights[f + 4771], 0);
          }
          {
            const x = 9;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 2704 + y * 208 + ky * 208 + x * 16 + kx * 16;
                const p_3 = ky * 1536 + kx * 512 + f;
                for (let c = 0; c < 16; c++) {
                  const x_7 = arg0[p_2 + c];
                  const x_8 = weights[p_3 + c * 32 + 160];
                  const x_9 = arg0[p_2 + c + 16];
                  const x_10 = weights[p_3 + c * 32 + 161];
                  const x_11 = weights[p_3 + c * 32 + 162];
                  const x_12 = weights[p_3 + c * 32 + 163];
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
            arg1[b * 3872 + y * 352 + x * 32 + f] = Math.max(s_12 + weights[f + 4768], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 32] = Math.max(s_13 + weights[f + 4768], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 1] = Math.max(s_14 + weights[f + 4769], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 33] = Math.max(s_15 + weights[f + 4769], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 2] = Math.max(s_16 + weights[f + 4770], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 34] = Math.max(s_17 + weights[f + 4770], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 3] = Math.max(s_18 + weights[f + 4771], 0);
            arg1[b * 3872 + y * 352 + x * 32 + f + 35] = Math.max(s_19 + weights[f + 4771], 0);
          }
        }
      }
    }
  }

  /**
   * digits.nn:12  MaxPool2D(2x2)
   * v = f32(max(max(max(train_step_conv2d_1_v2[n, j, k, l], train_step_conv2d_1_v2[n, j, k, l]), train_step_conv2…
   * train_step_max_pooling2d_1[n, j, k, l] = v
   * train_step_dropout_v3[n, j, k, l] = v * 1.25
   * v2 = uniform()
   * v1 = v2 ≥ 0.2
   * train_step_dropout_v2[n, j] = v1
   * train_step_dropout_v4[n, j] = v1 ? train_step_dropout_v3[n, j] : 0
   */
  function train_step_05_max_pooling2d_1_and_dropout(samples: number): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 3872 + j * 704 + k * 64;
          const p_1 = n * 800 + j * 160 + k * 32;
          for (let l = 0; l < 32; l++) {
            const v = Math.fround(Math.max(Math.max(Math.max(train_step_conv2d_1_v2[p_0 + l], train_step_conv2d_1_v2[p_0 + l + 32]), train_step_conv2d_1_v2[p_0 + l + 352]), train_step_conv2d_1_v2[p_0 + l + 384]));
            const v_0 = v * 1.25;
            train_step_max_pooling2d_1[p_1 + l] = v;
            train_step_dropout_v3[p_1 + l] = v_0;
          }
        }
      }
      const p_2 = n * 800;
      for (let j = 0; j < 800; j++) {
        const v2 = uniform(seed[0], 658024080, step[0], n * 800 + j);
        const v1: number = v2 >= 0.20000000298023224 ? 1 : 0;
        const v_1 = v1 !== 0 ? train_step_dropout_v3[p_2 + j] : 0;
        train_step_dropout_v2[p_2 + j] = v1;
        train_step_dropout_v4[p_2 + j] = v_1;
      }
    }
  }

  /**
   * 3 calls
   * sum = Σ(k) train_step_dropout_v4[i0, k] * weights[k, u]
   * train_step_dense_v2[i0, u] = relu(sum + weights[u])
   */
  function kernel_17_dense(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let u = 0; u < 64; u += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 800;
        for (let k = 0; k < 800; k++) {
          const x_0 = arg0[p_0 + k];
          const x_1 = weights[k * 64 + u + 4800];
          const x_2 = arg0[p_0 + k + 800];
          const x_3 = arg0[p_0 + k + 1600];
          const x_4 = weights[k * 64 + u + 4801];
          const x_5 = weights[k * 64 + u + 4802];
          const x_6 = weights[k * 64 + u + 4803];
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
        arg1[i0 * 64 + u] = Math.max(s_0 + weights[u + 56000], 0);
        arg1[i0 * 64 + u + 64] = Math.max(s_1 + weights[u + 56000], 0);
        arg1[i0 * 64 + u + 128] = Math.max(s_2 + weights[u + 56000], 0);
        arg1[i0 * 64 + u + 1] = Math.max(s_3 + weights[u + 56001], 0);
        arg1[i0 * 64 + u + 65] = Math.max(s_4 + weights[u + 56001], 0);
        arg1[i0 * 64 + u + 129] = Math.max(s_5 + weights[u + 56001], 0);
        arg1[i0 * 64 + u + 2] = Math.max(s_6 + weights[u + 56002], 0);
        arg1[i0 * 64 + u + 66] = Math.max(s_7 + weights[u + 56002], 0);
        arg1[i0 * 64 + u + 130] = Math.max(s_8 + weights[u + 56002], 0);
        arg1[i0 * 64 + u + 3] = Math.max(s_9 + weights[u + 56003], 0);
        arg1[i0 * 64 + u + 67] = Math.max(s_10 + weights[u + 56003], 0);
        arg1[i0 * 64 + u + 131] = Math.max(s_11 + weights[u + 56003], 0);
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_1 = i0 * 800;
        for (let k = 0; k < 800; k++) {
          const x_7 = arg0[p_1 + k];
          const x_8 = weights[k * 64 + u + 4800];
          const x_9 = weights[k * 64 + u + 4801];
          const x_10 = weights[k * 64 + u + 4802];
          const x_11 = weights[k * 64 + u + 4803];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        arg1[i0 * 64 + u] = Math.max(s_12 + weights[u + 56000], 0);
        arg1[i0 * 64 + u + 1] = Math.max(s_13 + weights[u + 56001], 0);
        arg1[i0 * 64 + u + 2] = Math.max(s_14 + weights[u + 56002], 0);
        arg1[i0 * 64 + u + 3] = Math.max(s_15 + weights[u + 56003], 0);
      }
    }
  }

  /**
   * 3 calls
   * sum = Σ(k) train_step_dense_v2[i0, k] * weights[k, u]
   * train_step_dense_1[i0, u] = sum
   */
  function kernel_18_dense(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let u = 0; u < 10; u += 5) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0;
        const p_0 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_0 = arg0[p_0 + k];
          const x_1 = weights[k * 10 + u + 56064];
          const x_2 = arg0[p_0 + k + 64];
          const x_3 = arg0[p_0 + k + 128];
          const x_4 = weights[k * 10 + u + 56065];
          const x_5 = weights[k * 10 + u + 56066];
          const x_6 = weights[k * 10 + u + 56067];
          const x_7 = weights[k * 10 + u + 56068];
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
        arg1[i0 * 10 + u] = s_0;
        arg1[i0 * 10 + u + 10] = s_1;
        arg1[i0 * 10 + u + 20] = s_2;
        arg1[i0 * 10 + u + 1] = s_3;
        arg1[i0 * 10 + u + 11] = s_4;
        arg1[i0 * 10 + u + 21] = s_5;
        arg1[i0 * 10 + u + 2] = s_6;
        arg1[i0 * 10 + u + 12] = s_7;
        arg1[i0 * 10 + u + 22] = s_8;
        arg1[i0 * 10 + u + 3] = s_9;
        arg1[i0 * 10 + u + 13] = s_10;
        arg1[i0 * 10 + u + 23] = s_11;
        arg1[i0 * 10 + u + 4] = s_12;
        arg1[i0 * 10 + u + 14] = s_13;
        arg1[i0 * 10 + u + 24] = s_14;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        const p_1 = i0 * 64;
        for (let k = 0; k < 64; k++) {
          const x_8 = arg0[p_1 + k];
          const x_9 = weights[k * 10 + u + 56064];
          const x_10 = weights[k * 10 + u + 56065];
          const x_11 = weights[k * 10 + u + 56066];
          const x_12 = weights[k * 10 + u + 56067];
          const x_13 = weights[k * 10 + u + 56068];
          s_15 += x_8 * x_9;
          s_16 += x_8 * x_10;
          s_17 += x_8 * x_11;
          s_18 += x_8 * x_12;
          s_19 += x_8 * x_13;
        }
        arg1[i0 * 10 + u] = s_15;
        arg1[i0 * 10 + u + 1] = s_16;
        arg1[i0 * 10 + u + 2] = s_17;
        arg1[i0 * 10 + u + 3] = s_18;
        arg1[i0 * 10 + u + 4] = s_19;
      }
    }
  }

  /**
   * digits.nn:5  digit
   * v = i32(input_label[n])
   * train_step_digit[n] = v
   * result = Σ(j) j = v ? -(1 / samples) : 0
   * result3 = max(j) train_step_dense_1[n, j] + weights[j]
   * v3 = f32(result3)
   * train_step_dense_1_v2[n] = v3
   * train_step_dense_1_v3[n, j] = exp((train_step_dense_1[n, j] + weights[j]) - v3)
   * result1 = Σ(j) train_step_dense_1_v3[n, j]
   * train_step_dense_1_v5[n, j] = train_step_dense_1_v3[n, j] / result1
   * train_step_loss[n] = log(result1)
   * result2 = arg_max(j) train_step_dense_1_v5[n, j]
   * train_step_accuracy[n] = result2
   * … and 2 more
   */
  function train_step_08_digit_and_loss(samples: number): void {
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
        result3 = Math.max(result3, train_step_dense_1[p_0 + j] + weights[j + 56704]);
      }
      const v3 = Math.fround(result3);
      train_step_dense_1_v2[n] = v3;
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_dense_1_v3[p_1 + j] = Math.exp((train_step_dense_1[p_1 + j] + weights[j + 56704]) - v3);
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
      train_step_loss[n] = Math.log(result1);
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
      const v2 = (-result) / result1;
      const p_4 = n * 10;
      for (let j = 0; j < 10; j++) {
        train_step_loss_v5[p_4 + j] = (j === v ? (-(1 / samples)) : 0) + (train_step_dense_1_v3[p_4 + j] * v2);
      }
    }
  }

  /**
   * 2 calls
   * result = Σ(n, j) j = train_step_digit[n] ? ((train_step_dense_1[n, j] + weights[j]) - train_step_dense_1_v2[n…
   * train_step_loss_v2 = result
   */
  function kernel_20_loss(samples: number, arg0: Int32Array, arg1: Float32Array, arg2: Float32Array, arg3: Float32Array, arg4: Float32Array): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result += j === arg0[n] ? (((arg1[p_0 + j] + weights[j + 56704]) - arg2[n]) - arg3[n]) : 0;
      }
    }
    arg4[0] = result;
  }

  /**
   * result = Σ(n) f32(train_step_accuracy[n] = train_step_digit[n])
   * t0 = step
   * t1 = f32(t0) + 1
   * v = √1 - 0.999^t1
   * v1 = 0.002 * v
   * t2 = -train_step_loss_v2 / samples
   * train_step_adam_v4 = v1 / (1 - 0.9^t1)
   * output_train_step_loss = t2
   * loss_total = loss_total + (t2 * samples)
   * loss_count = loss_count + samples
   * metric_accuracy_total = metric_accuracy_total + result
   * metric_accuracy_count = metric_accuracy_count + samples
   * … and 1 more
   */
  function train_step_10_accuracy_and_adam(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      result += (train_step_accuracy[n] === train_step_digit[n] ? 1 : 0);
    }
    const t0 = step[0];
    const t1 = Math.fround(t0) + 1;
    const v = Math.sqrt(1 - Math.pow(0.999, t1));
    const v1 = 0.002 * v;
    const t2 = (-train_step_loss_v2[0]) / samples;
    const v_0 = v1 / (1 - Math.pow(0.9, t1));
    const v_1 = loss_total[0] + (t2 * samples);
    const v_2 = loss_count[0] + samples;
    const v_3 = metric_accuracy_total[0] + result;
    const v_4 = metric_accuracy_count[0] + samples;
    const v_5 = t0 + 1;
    train_step_adam_v4[0] = v_0;
    output_train_step_loss[0] = t2;
    loss_total[0] = v_1;
    loss_count[0] = v_2;
    metric_accuracy_total[0] = v_3;
    metric_accuracy_count[0] = v_4;
    step[0] = v_5;
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * result = Σ(n) train_step_loss_v5[n, j]
   * v = f32(result)
   * train_step_adam[j] = v
   */
  function train_step_11_dense_1(samples: number): void {
    for (let j = 0; j < 8; j += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        const x_0 = train_step_loss_v5[n * 10 + j];
        const x_1 = train_step_loss_v5[n * 10 + j + 1];
        const x_2 = train_step_loss_v5[n * 10 + j + 2];
        const x_3 = train_step_loss_v5[n * 10 + j + 3];
        const x_4 = train_step_loss_v5[n * 10 + j + 4];
        const x_5 = train_step_loss_v5[n * 10 + j + 5];
        const x_6 = train_step_loss_v5[n * 10 + j + 6];
        const x_7 = train_step_loss_v5[n * 10 + j + 7];
        s_0 += x_0;
        s_1 += x_1;
        s_2 += x_2;
        s_3 += x_3;
        s_4 += x_4;
        s_5 += x_5;
        s_6 += x_6;
        s_7 += x_7;
      }
      const v_0 = Math.fround(s_0);
      train_step_adam[j + 56704] = v_0;
      const v_1 = Math.fround(s_1);
      train_step_adam[j + 56705] = v_1;
      const v_2 = Math.fround(s_2);
      train_step_adam[j + 56706] = v_2;
      const v_3 = Math.fround(s_3);
      train_step_adam[j + 56707] = v_3;
      const v_4 = Math.fround(s_4);
      train_step_adam[j + 56708] = v_4;
      const v_5 = Math.fround(s_5);
      train_step_adam[j + 56709] = v_5;
      const v_6 = Math.fround(s_6);
      train_step_adam[j + 56710] = v_6;
      const v_7 = Math.fround(s_7);
      train_step_adam[j + 56711] = v_7;
    }
    {
      const j = 8;
      let s_8 = 0, s_9 = 0;
      for (let n = 0; n < samples; n++) {
        const x_8 = train_step_loss_v5[n * 10 + j];
        const x_9 = train_step_loss_v5[n * 10 + j + 1];
        s_8 += x_8;
        s_9 += x_9;
      }
      const v_8 = Math.fround(s_8);
      train_step_adam[j + 56704] = v_8;
      const v_9 = Math.fround(s_9);
      train_step_adam[j + 56705] = v_9;
    }
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * sum = Σ(u) train_step_loss_v5[i0, u] * weights[k, u]
   * train_step_dense_v3[i0, k] = train_step_dense_v2[i0, k] > 0 ? sum : 0
   */
  function train_step_12_dense_1_and_dense(samples: number): void {
    for (let k = 0; k < 64; k += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 10;
        const p_1 = k * 10;
        for (let u = 0; u < 10; u++) {
          const x_0 = train_step_loss_v5[p_0 + u];
          const x_1 = weights[p_1 + u + 56064];
          const x_2 = train_step_loss_v5[p_0 + u + 10];
          const x_3 = train_step_loss_v5[p_0 + u + 20];
          const x_4 = weights[p_1 + u + 56074];
          const x_5 = weights[p_1 + u + 56084];
          const x_6 = weights[p_1 + u + 56094];
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
          const x_7 = train_step_loss_v5[p_2 + u];
          const x_8 = weights[p_3 + u + 56064];
          const x_9 = weights[p_3 + u + 56074];
          const x_10 = weights[p_3 + u + 56084];
          const x_11 = weights[p_3 + u + 56094];
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
   * digits.nn:16  Dense(10, softmax)
   * sum = Σ(i0) train_step_loss_v5[i0, u] * train_step_dense_v2[i0, k]
   * v = f32(sum)
   * train_step_adam[k, u] = v
   */
  function train_step_13_dense_1(samples: number): void {
    for (let u = 0; u < 10; u += 5) {
      for (let k = 0; k < 64; k += 4) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0, s_16 = 0, s_17 = 0, s_18 = 0, s_19 = 0;
        for (let i0 = 0; i0 < samples; i0++) {
          const x_0 = train_step_loss_v5[i0 * 10 + u];
          const x_1 = train_step_dense_v2[i0 * 64 + k];
          const x_2 = train_step_dense_v2[i0 * 64 + k + 1];
          const x_3 = train_step_dense_v2[i0 * 64 + k + 2];
          const x_4 = train_step_dense_v2[i0 * 64 + k + 3];
          const x_5 = train_step_loss_v5[i0 * 10 + u + 1];
          const x_6 = train_step_loss_v5[i0 * 10 + u + 2];
          const x_7 = train_step_loss_v5[i0 * 10 + u + 3];
          const x_8 = train_step_loss_v5[i0 * 10 + u + 4];
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
        const v_0 = Math.fround(s_0);
        train_step_adam[k * 10 + u + 56064] = v_0;
        const v_1 = Math.fround(s_1);
        train_step_adam[k * 10 + u + 56074] = v_1;
        const v_2 = Math.fround(s_2);
        train_step_adam[k * 10 + u + 56084] = v_2;
        const v_3 = Math.fround(s_3);
        train_step_adam[k * 10 + u + 56094] = v_3;
        const v_4 = Math.fround(s_4);
        train_step_adam[k * 10 + u + 56065] = v_4;
        const v_5 = Math.fround(s_5);
        train_step_adam[k * 10 + u + 56075] = v_5;
        const v_6 = Math.fround(s_6);
        train_step_adam[k * 10 + u + 56085] = v_6;
        const v_7 = Math.fround(s_7);
        train_step_adam[k * 10 + u + 56095] = v_7;
        const v_8 = Math.fround(s_8);
        train_step_adam[k * 10 + u + 56066] = v_8;
        const v_9 = Math.fround(s_9);
        train_step_adam[k * 10 + u + 56076] = v_9;
        const v_10 = Math.fround(s_10);
        train_step_adam[k * 10 + u + 56086] = v_10;
        const v_11 = Math.fround(s_11);
        train_step_adam[k * 10 + u + 56096] = v_11;
        const v_12 = Math.fround(s_12);
        train_step_adam[k * 10 + u + 56067] = v_12;
        const v_13 = Math.fround(s_13);
        train_step_adam[k * 10 + u + 56077] = v_13;
        const v_14 = Math.fround(s_14);
        train_step_adam[k * 10 + u + 56087] = v_14;
        const v_15 = Math.fround(s_15);
        train_step_adam[k * 10 + u + 56097] = v_15;
        const v_16 = Math.fround(s_16);
        train_step_adam[k * 10 + u + 56068] = v_16;
        const v_17 = Math.fround(s_17);
        train_step_adam[k * 10 + u + 56078] = v_17;
        const v_18 = Math.fround(s_18);
        train_step_adam[k * 10 + u + 56088] = v_18;
        const v_19 = Math.fround(s_19);
        train_step_adam[k * 10 + u + 56098] = v_19;
      }
    }
  }

  /**
   * digits.nn:15  Dense(64, relu)
   * result = Σ(n) train_step_dense_v3[n, j]
   * v = f32(result)
   * train_step_adam[j] = v
   */
  function train_step_14_dense(samples: number): void {
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
      const v_0 = Math.fround(s_0);
      train_step_adam[j + 56000] = v_0;
      const v_1 = Math.fround(s_1);
      train_step_adam[j + 56001] = v_1;
      const v_2 = Math.fround(s_2);
      train_step_adam[j + 56002] = v_2;
      const v_3 = Math.fround(s_3);
      train_step_adam[j + 56003] = v_3;
      const v_4 = Math.fround(s_4);
      train_step_adam[j + 56004] = v_4;
      const v_5 = Math.fround(s_5);
      train_step_adam[j + 56005] = v_5;
      const v_6 = Math.fround(s_6);
      train_step_adam[j + 56006] = v_6;
      const v_7 = Math.fround(s_7);
      train_step_adam[j + 56007] = v_7;
    }
  }

  /**
   * digits.nn:15  Dense(64, relu)
   * sum = Σ(u) train_step_dense_v3[i0, u] * weights[k, u]
   * v1 = train_step_dropout_v2[i0, k] ? sum : 0
   * train_step_dropout_v6[i0, k] = 1.25 * v1
   */
  function train_step_15_dense_and_dropout(samples: number): void {
    for (let k = 0; k < 800; k += 4) {
      const whole_0 = samples - (samples % 3);
      for (let i0 = 0; i0 < whole_0; i0 += 3) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
        const p_0 = i0 * 64;
        const p_1 = k * 64;
        for (let u = 0; u < 64; u++) {
          const x_0 = train_step_dense_v3[p_0 + u];
          const x_1 = weights[p_1 + u + 4800];
          const x_2 = train_step_dense_v3[p_0 + u + 64];
          const x_3 = train_step_dense_v3[p_0 + u + 128];
          const x_4 = weights[p_1 + u + 4864];
          const x_5 = weights[p_1 + u + 4928];
          const x_6 = weights[p_1 + u + 4992];
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
        const v_0 = train_step_dropout_v2[i0 * 800 + k] !== 0 ? s_0 : 0;
        train_step_dropout_v6[i0 * 800 + k] = 1.25 * v_0;
        const v_1 = train_step_dropout_v2[i0 * 800 + k + 800] !== 0 ? s_1 : 0;
        train_step_dropout_v6[i0 * 800 + k + 800] = 1.25 * v_1;
        const v_2 = train_step_dropout_v2[i0 * 800 + k + 1600] !== 0 ? s_2 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1600] = 1.25 * v_2;
        const v_3 = train_step_dropout_v2[i0 * 800 + k + 1] !== 0 ? s_3 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1] = 1.25 * v_3;
        const v_4 = train_step_dropout_v2[i0 * 800 + k + 801] !== 0 ? s_4 : 0;
        train_step_dropout_v6[i0 * 800 + k + 801] = 1.25 * v_4;
        const v_5 = train_step_dropout_v2[i0 * 800 + k + 1601] !== 0 ? s_5 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1601] = 1.25 * v_5;
        const v_6 = train_step_dropout_v2[i0 * 800 + k + 2] !== 0 ? s_6 : 0;
        train_step_dropout_v6[i0 * 800 + k + 2] = 1.25 * v_6;
        const v_7 = train_step_dropout_v2[i0 * 800 + k + 802] !== 0 ? s_7 : 0;
        train_step_dropout_v6[i0 * 800 + k + 802] = 1.25 * v_7;
        const v_8 = train_step_dropout_v2[i0 * 800 + k + 1602] !== 0 ? s_8 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1602] = 1.25 * v_8;
        const v_9 = train_step_dropout_v2[i0 * 800 + k + 3] !== 0 ? s_9 : 0;
        train_step_dropout_v6[i0 * 800 + k + 3] = 1.25 * v_9;
        const v_10 = train_step_dropout_v2[i0 * 800 + k + 803] !== 0 ? s_10 : 0;
        train_step_dropout_v6[i0 * 800 + k + 803] = 1.25 * v_10;
        const v_11 = train_step_dropout_v2[i0 * 800 + k + 1603] !== 0 ? s_11 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1603] = 1.25 * v_11;
      }
      for (let i0 = whole_0; i0 < samples; i0++) {
        let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        const p_2 = i0 * 64;
        const p_3 = k * 64;
        for (let u = 0; u < 64; u++) {
          const x_7 = train_step_dense_v3[p_2 + u];
          const x_8 = weights[p_3 + u + 4800];
          const x_9 = weights[p_3 + u + 4864];
          const x_10 = weights[p_3 + u + 4928];
          const x_11 = weights[p_3 + u + 4992];
          s_12 += x_7 * x_8;
          s_13 += x_7 * x_9;
          s_14 += x_7 * x_10;
          s_15 += x_7 * x_11;
        }
        const v_12 = train_step_dropout_v2[i0 * 800 + k] !== 0 ? s_12 : 0;
        train_step_dropout_v6[i0 * 800 + k] = 1.25 * v_12;
        const v_13 = train_step_dropout_v2[i0 * 800 + k + 1] !== 0 ? s_13 : 0;
        train_step_dropout_v6[i0 * 800 + k + 1] = 1.25 * v_13;
        const v_14 = train_step_dropout_v2[i0 * 800 + k + 2] !== 0 ? s_14 : 0;
        train_step_dropout_v6[i0 * 800 + k + 2] = 1.25 * v_14;
        const v_15 = train_step_dropout_v2[i0 * 800 + k + 3] !== 0 ? s_15 : 0;
        train_step_dropout_v6[i0 * 800 + k + 3] = 1.25 * v_15;
      }
    }
  }

  /**
   * digits.nn:15  Dense(64, relu)
   * sum = Σ(i0) train_step_dense_v3[i0, u] * train_step_dropout_v4[i0, k]
   * v = f32(sum)
   * train_step_adam[k, u] = v
   */
  function train_step_16_dense(samples: number): void {
    for (let u = 0; u < 64; u += 4) {
      for (let k = 0; k < 800; k += 4) {
        let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0, s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
        for (let i0 = 0; i0 < samples; i0++) {
          const x_0 = train_step_dense_v3[i0 * 64 + u];
          const x_1 = train_step_dropout_v4[i0 * 800 + k];
          const x_2 = train_step_dropout_v4[i0 * 800 + k + 1];
          const x_3 = train_step_dropout_v4[i0 * 800 + k + 2];
          const x_4 = train_step_dropout_v4[i0 * 800 + k + 3];
          const x_5 = train_step_dense_v3[i0 * 64 + u + 1];
          const x_6 = train_step_dense_v3[i0 * 64 + u + 2];
          const x_7 = train_step_dense_v3[i0 * 64 + u + 3];
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
        }
        const v_0 = Math.fround(s_0);
        train_step_adam[k * 64 + u + 4800] = v_0;
        const v_1 = Math.fround(s_1);
        train_step_adam[k * 64 + u + 4864] = v_1;
        const v_2 = Math.fround(s_2);
        train_step_adam[k * 64 + u + 4928] = v_2;
        const v_3 = Math.fround(s_3);
        train_step_adam[k * 64 + u + 4992] = v_3;
        const v_4 = Math.fround(s_4);
        train_step_adam[k * 64 + u + 4801] = v_4;
        const v_5 = Math.fround(s_5);
        train_step_adam[k * 64 + u + 4865] = v_5;
        const v_6 = Math.fround(s_6);
        train_step_adam[k * 64 + u + 4929] = v_6;
        const v_7 = Math.fround(s_7);
        train_step_adam[k * 64 + u + 4993] = v_7;
        const v_8 = Math.fround(s_8);
        train_step_adam[k * 64 + u + 4802] = v_8;
        const v_9 = Math.fround(s_9);
        train_step_adam[k * 64 + u + 4866] = v_9;
        const v_10 = Math.fround(s_10);
        train_step_adam[k * 64 + u + 4930] = v_10;
        const v_11 = Math.fround(s_11);
        train_step_adam[k * 64 + u + 4994] = v_11;
        const v_12 = Math.fround(s_12);
        train_step_adam[k * 64 + u + 4803] = v_12;
        const v_13 = Math.fround(s_13);
        train_step_adam[k * 64 + u + 4867] = v_13;
        const v_14 = Math.fround(s_14);
        train_step_adam[k * 64 + u + 4931] = v_14;
        const v_15 = Math.fround(s_15);
        train_step_adam[k * 64 + u + 4995] = v_15;
      }
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * train_step_conv2d_1_v3[n, l] = train_step_max_pooling2d_1[n, l] > 0 ? train_step_dropout_v6[n, l] : 0
   * train_step_conv2d_1_v4 = 0
   * gradient = train_step_conv2d_1_v3[n, j, k, l]
   * x0 = train_step_conv2d_1_v2[n, j, k, l]
   * x1 = train_step_conv2d_1_v2[n, j, k, l]
   * x2 = train_step_conv2d_1_v2[n, j, k, l]
   * x3 = train_step_conv2d_1_v2[n, j, k, l]
   * better1 = x1 > x0
   * most1 = better1 ? x1 : x0
   * better2 = x2 > most1
   * most2 = better2 ? x2 : most1
   * better3 = x3 > most2
   * … and 9 more
   */
  function train_step_17_conv2d_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      const p_0 = n * 800;
      for (let l = 0; l < 800; l++) {
        train_step_conv2d_1_v3[p_0 + l] = train_step_max_pooling2d_1[p_0 + l] > 0 ? train_step_dropout_v6[p_0 + l] : 0;
      }
      train_step_conv2d_1_v4.fill(0, n * 3872, n * 3872 + 3872);
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_1 = n * 800 + j * 160 + k * 32;
          const p_2 = n * 3872 + j * 704 + k * 64;
          for (let l = 0; l < 32; l++) {
            const gradient = train_step_conv2d_1_v3[p_1 + l];
            const x0 = train_step_conv2d_1_v2[p_2 + l];
            const x1 = train_step_conv2d_1_v2[p_2 + l + 32];
            const x2 = train_step_conv2d_1_v2[p_2 + l + 352];
            const x3 = train_step_conv2d_1_v2[p_2 + l + 384];
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
            train_step_conv2d_1_v4[p_2 + l] = left0;
            train_step_conv2d_1_v4[p_2 + l + 32] = v_0;
            train_step_conv2d_1_v4[p_2 + l + 352] = v_1;
            train_step_conv2d_1_v4[p_2 + l + 384] = v_2;
          }
        }
      }
      train_step_conv2d_1_v6.fill(0, n * 7200, n * 7200 + 7200);
      for (let j = 0; j < 11; j++) {
        const p_3 = n * 3872 + j * 352;
        const p_4 = n * 7200 + j * 480;
        for (let l = 0; l < 352; l++) {
          train_step_conv2d_1_v6[p_4 + l + 1024] = train_step_conv2d_1_v4[p_3 + l];
        }
      }
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * result = Σ(n, j, k) train_step_conv2d_1_v4[n, j, k, l]
   * v = f32(result)
   * train_step_adam[l] = v
   */
  function train_step_18_conv2d_1(samples: number): void {
    for (let l = 0; l < 32; l += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        for (let j = 0; j < 11; j++) {
          const p_0 = n * 3872 + j * 352 + l;
          for (let k = 0; k < 11; k++) {
            const x_0 = train_step_conv2d_1_v4[p_0 + k * 32];
            const x_1 = train_step_conv2d_1_v4[p_0 + k * 32 + 1];
            const x_2 = train_step_conv2d_1_v4[p_0 + k * 32 + 2];
            const x_3 = train_step_conv2d_1_v4[p_0 + k * 32 + 3];
            const x_4 = train_step_conv2d_1_v4[p_0 + k * 32 + 4];
            const x_5 = train_step_conv2d_1_v4[p_0 + k * 32 + 5];
            const x_6 = train_step_conv2d_1_v4[p_0 + k * 32 + 6];
            const x_7 = train_step_conv2d_1_v4[p_0 + k * 32 + 7];
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
      const v_0 = Math.fround(s_0);
      train_step_adam[l + 4768] = v_0;
      const v_1 = Math.fround(s_1);
      train_step_adam[l + 4769] = v_1;
      const v_2 = Math.fround(s_2);
      train_step_adam[l + 4770] = v_2;
      const v_3 = Math.fround(s_3);
      train_step_adam[l + 4771] = v_3;
      const v_4 = Math.fround(s_4);
      train_step_adam[l + 4772] = v_4;
      const v_5 = Math.fround(s_5);
      train_step_adam[l + 4773] = v_5;
      const v_6 = Math.fround(s_6);
      train_step_adam[l + 4774] = v_6;
      const v_7 = Math.fround(s_7);
      train_step_adam[l + 4775] = v_7;
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * sum = Σ(ky, kx, f) train_step_conv2d_1_v6[b, y, ky, x, kx, f] * weights[ky, kx, c, f]
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
  function train_step_19_conv2d_1_and_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let y = 0; y < 13; y++) {
        for (let c = 0; c < 16; c += 4) {
          for (let x = 0; x < 12; x += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_0 = b * 7200 + y * 480 - ky * 480 + x * 32 - kx * 32;
                const p_1 = ky * 1536 + kx * 512 + c * 32;
                for (let f = 0; f < 32; f++) {
                  const x_0 = train_step_conv2d_1_v6[p_0 + f + 1024];
                  const x_1 = weights[p_1 + f + 160];
                  const x_2 = train_step_conv2d_1_v6[p_0 + f + 1056];
                  const x_3 = train_step_conv2d_1_v6[p_0 + f + 1088];
                  const x_4 = weights[p_1 + f + 192];
                  const x_5 = weights[p_1 + f + 224];
                  const x_6 = weights[p_1 + f + 256];
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
            const v_0 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c] > 0 ? s_0 : 0;
            const v_1 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c];
            const v_2 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 16];
            const v_3 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 416];
            const v_4 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 432];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c] = v_12;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 16] = v_13;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 416] = v_14;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 432] = v_15;
            const v_16 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 16] > 0 ? s_1 : 0;
            const v_17 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 32];
            const v_18 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 48];
            const v_19 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 448];
            const v_20 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 464];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 32] = v_28;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 48] = v_29;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 448] = v_30;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 464] = v_31;
            const v_32 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 32] > 0 ? s_2 : 0;
            const v_33 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 64];
            const v_34 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 80];
            const v_35 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 480];
            const v_36 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 496];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 64] = v_44;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 80] = v_45;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 480] = v_46;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 496] = v_47;
            const v_48 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 1] > 0 ? s_3 : 0;
            const v_49 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 1];
            const v_50 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 17];
            const v_51 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 417];
            const v_52 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 433];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 1] = v_60;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 17] = v_61;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 417] = v_62;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 433] = v_63;
            const v_64 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 17] > 0 ? s_4 : 0;
            const v_65 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 33];
            const v_66 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 49];
            const v_67 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 449];
            const v_68 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 465];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 33] = v_76;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 49] = v_77;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 449] = v_78;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 465] = v_79;
            const v_80 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 33] > 0 ? s_5 : 0;
            const v_81 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 65];
            const v_82 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 81];
            const v_83 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 481];
            const v_84 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 497];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 65] = v_92;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 81] = v_93;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 481] = v_94;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 497] = v_95;
            const v_96 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 2] > 0 ? s_6 : 0;
            const v_97 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 2];
            const v_98 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 18];
            const v_99 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 418];
            const v_100 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 434];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 2] = v_108;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 18] = v_109;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 418] = v_110;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 434] = v_111;
            const v_112 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 18] > 0 ? s_7 : 0;
            const v_113 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 34];
            const v_114 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 50];
            const v_115 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 450];
            const v_116 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 466];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 34] = v_124;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 50] = v_125;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 450] = v_126;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 466] = v_127;
            const v_128 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 34] > 0 ? s_8 : 0;
            const v_129 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 66];
            const v_130 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 82];
            const v_131 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 482];
            const v_132 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 498];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 66] = v_140;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 82] = v_141;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 482] = v_142;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 498] = v_143;
            const v_144 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 3] > 0 ? s_9 : 0;
            const v_145 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 3];
            const v_146 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 19];
            const v_147 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 419];
            const v_148 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 435];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 3] = v_156;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 19] = v_157;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 419] = v_158;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 435] = v_159;
            const v_160 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 19] > 0 ? s_10 : 0;
            const v_161 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 35];
            const v_162 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 51];
            const v_163 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 451];
            const v_164 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 467];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 35] = v_172;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 51] = v_173;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 451] = v_174;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 467] = v_175;
            const v_176 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 35] > 0 ? s_11 : 0;
            const v_177 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 67];
            const v_178 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 83];
            const v_179 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 483];
            const v_180 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 499];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 67] = v_188;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 83] = v_189;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 483] = v_190;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 499] = v_191;
          }
          {
            const x = 12;
            let s_12 = 0, s_13 = 0, s_14 = 0, s_15 = 0;
            for (let ky = 0; ky < 3; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const p_2 = b * 7200 + y * 480 - ky * 480 + x * 32 - kx * 32;
                const p_3 = ky * 1536 + kx * 512 + c * 32;
                for (let f = 0; f < 32; f++) {
                  const x_7 = train_step_conv2d_1_v6[p_2 + f + 1024];
                  const x_8 = weights[p_3 + f + 160];
                  const x_9 = weights[p_3 + f + 192];
                  const x_10 = weights[p_3 + f + 224];
                  const x_11 = weights[p_3 + f + 256];
                  s_12 += x_7 * x_8;
                  s_13 += x_7 * x_9;
                  s_14 += x_7 * x_10;
                  s_15 += x_7 * x_11;
                }
              }
            }
            const v_192 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c] > 0 ? s_12 : 0;
            const v_193 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c];
            const v_194 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 16];
            const v_195 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 416];
            const v_196 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 432];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c] = v_204;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 16] = v_205;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 416] = v_206;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 432] = v_207;
            const v_208 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 1] > 0 ? s_13 : 0;
            const v_209 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 1];
            const v_210 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 17];
            const v_211 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 417];
            const v_212 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 433];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 1] = v_220;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 17] = v_221;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 417] = v_222;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 433] = v_223;
            const v_224 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 2] > 0 ? s_14 : 0;
            const v_225 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 2];
            const v_226 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 18];
            const v_227 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 418];
            const v_228 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 434];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 2] = v_236;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 18] = v_237;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 418] = v_238;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 434] = v_239;
            const v_240 = train_step_max_pooling2d[b * 2704 + y * 208 + x * 16 + c + 3] > 0 ? s_15 : 0;
            const v_241 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 3];
            const v_242 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 19];
            const v_243 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 419];
            const v_244 = train_step_conv2d_v2[b * 10816 + y * 832 + x * 32 + c + 435];
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
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 3] = v_252;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 19] = v_253;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 419] = v_254;
            train_step_conv2d_v3[b * 10816 + y * 832 + x * 32 + c + 435] = v_255;
          }
        }
      }
    }
  }

  /**
   * digits.nn:11  Conv2D(32, 3x3, relu)
   * sum = Σ(b, y, x) train_step_conv2d_1_v4[b, y, x, f] * train_step_max_pooling2d[b, y+ky, x, c]
   * v = f32(sum)
   * train_step_adam[ky, c, f] = v
   */
  function train_step_20_conv2d_1(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let f = 0; f < 32; f += 4) {
          for (let c = 0; c < 48; c += 3) {
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let y = 0; y < 11; y++) {
              const p_0 = b * 3872 + y * 352 + f;
              const p_1 = b * 2704 + y * 208 + ky * 208 + c;
              for (let x = 0; x < 11; x++) {
                const x_0 = train_step_conv2d_1_v4[p_0 + x * 32];
                const x_1 = train_step_max_pooling2d[p_1 + x * 16];
                const x_2 = train_step_max_pooling2d[p_1 + x * 16 + 1];
                const x_3 = train_step_max_pooling2d[p_1 + x * 16 + 2];
                const x_4 = train_step_conv2d_1_v4[p_0 + x * 32 + 1];
                const x_5 = train_step_conv2d_1_v4[p_0 + x * 32 + 2];
                const x_6 = train_step_conv2d_1_v4[p_0 + x * 32 + 3];
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
            train_step_adam[ky * 1536 + c * 32 + f + 160] = b === 0 ? s_0 : train_step_adam[ky * 1536 + c * 32 + f + 160] + s_0;
            train_step_adam[ky * 1536 + c * 32 + f + 192] = b === 0 ? s_1 : train_step_adam[ky * 1536 + c * 32 + f + 192] + s_1;
            train_step_adam[ky * 1536 + c * 32 + f + 224] = b === 0 ? s_2 : train_step_adam[ky * 1536 + c * 32 + f + 224] + s_2;
            train_step_adam[ky * 1536 + c * 32 + f + 161] = b === 0 ? s_3 : train_step_adam[ky * 1536 + c * 32 + f + 161] + s_3;
            train_step_adam[ky * 1536 + c * 32 + f + 193] = b === 0 ? s_4 : train_step_adam[ky * 1536 + c * 32 + f + 193] + s_4;
            train_step_adam[ky * 1536 + c * 32 + f + 225] = b === 0 ? s_5 : train_step_adam[ky * 1536 + c * 32 + f + 225] + s_5;
            train_step_adam[ky * 1536 + c * 32 + f + 162] = b === 0 ? s_6 : train_step_adam[ky * 1536 + c * 32 + f + 162] + s_6;
            train_step_adam[ky * 1536 + c * 32 + f + 194] = b === 0 ? s_7 : train_step_adam[ky * 1536 + c * 32 + f + 194] + s_7;
            train_step_adam[ky * 1536 + c * 32 + f + 226] = b === 0 ? s_8 : train_step_adam[ky * 1536 + c * 32 + f + 226] + s_8;
            train_step_adam[ky * 1536 + c * 32 + f + 163] = b === 0 ? s_9 : train_step_adam[ky * 1536 + c * 32 + f + 163] + s_9;
            train_step_adam[ky * 1536 + c * 32 + f + 195] = b === 0 ? s_10 : train_step_adam[ky * 1536 + c * 32 + f + 195] + s_10;
            train_step_adam[ky * 1536 + c * 32 + f + 227] = b === 0 ? s_11 : train_step_adam[ky * 1536 + c * 32 + f + 227] + s_11;
          }
        }
      }
    }
  }

  /**
   * digits.nn:9  Conv2D(16, 3x3, relu)
   * result = Σ(n, j, k) train_step_conv2d_v3[n, j, k, l]
   * v = f32(result)
   * train_step_adam[l] = v
   */
  function train_step_21_conv2d(samples: number): void {
    for (let l = 0; l < 16; l += 8) {
      let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0;
      for (let n = 0; n < samples; n++) {
        for (let j = 0; j < 26; j++) {
          const p_0 = n * 10816 + j * 416 + l;
          for (let k = 0; k < 26; k++) {
            const x_0 = train_step_conv2d_v3[p_0 + k * 16];
            const x_1 = train_step_conv2d_v3[p_0 + k * 16 + 1];
            const x_2 = train_step_conv2d_v3[p_0 + k * 16 + 2];
            const x_3 = train_step_conv2d_v3[p_0 + k * 16 + 3];
            const x_4 = train_step_conv2d_v3[p_0 + k * 16 + 4];
            const x_5 = train_step_conv2d_v3[p_0 + k * 16 + 5];
            const x_6 = train_step_conv2d_v3[p_0 + k * 16 + 6];
            const x_7 = train_step_conv2d_v3[p_0 + k * 16 + 7];
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
      const v_0 = Math.fround(s_0);
      train_step_adam[l + 144] = v_0;
      const v_1 = Math.fround(s_1);
      train_step_adam[l + 145] = v_1;
      const v_2 = Math.fround(s_2);
      train_step_adam[l + 146] = v_2;
      const v_3 = Math.fround(s_3);
      train_step_adam[l + 147] = v_3;
      const v_4 = Math.fround(s_4);
      train_step_adam[l + 148] = v_4;
      const v_5 = Math.fround(s_5);
      train_step_adam[l + 149] = v_5;
      const v_6 = Math.fround(s_6);
      train_step_adam[l + 150] = v_6;
      const v_7 = Math.fround(s_7);
      train_step_adam[l + 151] = v_7;
    }
  }

  /**
   * digits.nn:9  Conv2D(16, 3x3, relu)
   * sum = Σ(b, y, x) train_step_conv2d_v3[b, y, x, f] * train_step_image[b, y+ky, x+kx]
   * v = f32(sum)
   * train_step_adam[ky, kx, f] = v
   */
  function train_step_22_conv2d(samples: number): void {
    for (let b = 0; b < samples; b++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let f = 0; f < 16; f += 4) {
          {
            const kx = 0;
            let s_0 = 0, s_1 = 0, s_2 = 0, s_3 = 0, s_4 = 0, s_5 = 0, s_6 = 0, s_7 = 0, s_8 = 0, s_9 = 0, s_10 = 0, s_11 = 0;
            for (let y = 0; y < 26; y++) {
              const p_0 = b * 10816 + y * 416 + f;
              const p_1 = b * 784 + y * 28 + ky * 28 + kx;
              for (let x = 0; x < 26; x++) {
                const x_0 = train_step_conv2d_v3[p_0 + x * 16];
                const x_1 = train_step_image[p_1 + x];
                const x_2 = train_step_image[p_1 + x + 1];
                const x_3 = train_step_image[p_1 + x + 2];
                const x_4 = train_step_conv2d_v3[p_0 + x * 16 + 1];
                const x_5 = train_step_conv2d_v3[p_0 + x * 16 + 2];
                const x_6 = train_step_conv2d_v3[p_0 + x * 16 + 3];
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
            train_step_adam[ky * 48 + kx * 16 + f] = b === 0 ? s_0 : train_step_adam[ky * 48 + kx * 16 + f] + s_0;
            train_step_adam[ky * 48 + kx * 16 + f + 16] = b === 0 ? s_1 : train_step_adam[ky * 48 + kx * 16 + f + 16] + s_1;
            train_step_adam[ky * 48 + kx * 16 + f + 32] = b === 0 ? s_2 : train_step_adam[ky * 48 + kx * 16 + f + 32] + s_2;
            train_step_adam[ky * 48 + kx * 16 + f + 1] = b === 0 ? s_3 : train_step_adam[ky * 48 + kx * 16 + f + 1] + s_3;
            train_step_adam[ky * 48 + kx * 16 + f + 17] = b === 0 ? s_4 : train_step_adam[ky * 48 + kx * 16 + f + 17] + s_4;
            train_step_adam[ky * 48 + kx * 16 + f + 33] = b === 0 ? s_5 : train_step_adam[ky * 48 + kx * 16 + f + 33] + s_5;
            train_step_adam[ky * 48 + kx * 16 + f + 2] = b === 0 ? s_6 : train_step_adam[ky * 48 + kx * 16 + f + 2] + s_6;
            train_step_adam[ky * 48 + kx * 16 + f + 18] = b === 0 ? s_7 : train_step_adam[ky * 48 + kx * 16 + f + 18] + s_7;
            train_step_adam[ky * 48 + kx * 16 + f + 34] = b === 0 ? s_8 : train_step_adam[ky * 48 + kx * 16 + f + 34] + s_8;
            train_step_adam[ky * 48 + kx * 16 + f + 3] = b === 0 ? s_9 : train_step_adam[ky * 48 + kx * 16 + f + 3] + s_9;
            train_step_adam[ky * 48 + kx * 16 + f + 19] = b === 0 ? s_10 : train_step_adam[ky * 48 + kx * 16 + f + 19] + s_10;
            train_step_adam[ky * 48 + kx * 16 + f + 35] = b === 0 ? s_11 : train_step_adam[ky * 48 + kx * 16 + f + 35] + s_11;
          }
        }
      }
    }
  }

  /**
   * digits.nn:21  adam(2e-3)
   * t0 = optimizer_velocity[i]
   * t1 = train_step_adam[i]
   * t2 = t0 + ((t1² - t0) * 0.001)
   * v = √t2 + 1e-7
   * t3 = optimizer_momentum[i]
   * t4 = t3 + ((t1 - t3) * 0.1)
   * v1 = (t4 * train_step_adam_v4) / v
   * v2 = weights[i] - v1
   * weights[i] = v2
   * optimizer_momentum[i] = t4
   * optimizer_velocity[i] = t2
   */
  function train_step_23_adam(samples: number): void {
    for (let i = 0; i < 56714; i++) {
      const t0 = optimizer_velocity[i];
      const t1 = train_step_adam[i];
      const t2 = t0 + ((square(t1) - t0) * 0.0010000000000000009);
      const v = Math.sqrt(t2) + (1e-7);
      const t3 = optimizer_momentum[i];
      const t4 = t3 + ((t1 - t3) * 0.09999999999999998);
      const v1 = (t4 * train_step_adam_v4[0]) / v;
      const v2 = weights[i] - v1;
      weights[i] = v2;
      optimizer_momentum[i] = t4;
      optimizer_velocity[i] = t2;
    }
  }

  function runTrainStep(samples: number): void {
    // digits.nn:4  pixels / 255
    kernel_12_image(samples, train_step_image);
    // digits.nn:9  Conv2D(16, 3x3, relu)
    kernel_13_conv2d(samples, train_step_image, train_step_conv2d_v2);
    // digits.nn:10  MaxPool2D(2x2)
    kernel_14_max_pooling2d(samples, train_step_conv2d_v2, train_step_max_pooling2d);
    // digits.nn:11  Conv2D(32, 3x3, relu)
    kernel_15_conv2d(samples, train_step_max_pooling2d, train_step_conv2d_1_v2);
    train_step_05_max_pooling2d_1_and_dropout(samples);
    // digits.nn:15  Dense(64, relu)
    kernel_17_dense(samples, train_step_dropout_v4, train_step_dense_v2);
    // digits.nn:16  Dense(10, softmax)
    kernel_18_dense(samples, train_step_dense_v2, train_step_dense_1);
    train_step_08_digit_and_loss(samples);
    // digits.nn:20  categorical_crossentropy
    kernel_20_loss(samples, train_step_digit, train_step_dense_1, train_step_dense_1_v2, train_step_loss, train_step_loss_v2);
    train_step_10_accuracy_and_adam(samples);
    train_step_11_dense_1(samples);
    train_step_12_dense_1_and_dense(samples);
    train_step_13_dense_1(samples);
    train_step_14_dense(samples);
    train_step_15_dense_and_dropout(samples);
    train_step_16_dense(samples);
    train_step_17_conv2d_1(samples);
    train_step_18_conv2d_1(samples);
    train_step_19_conv2d_1_and_conv2d(samples);
    train_step_20_conv2d_1(samples);
    train_step_21_conv2d(samples);
    train_step_22_conv2d(samples);
    train_step_23_adam(samples);
  }

  /**
   * digits.nn:5  digit
   * evaluate_digit[n] = i32(input_label[n])
   */
  function evaluate_02_digit(samples: number): void {
    for (let n = 0; n < samples; n++) {
      evaluate_digit[n] = Math.trunc(input_label[n]);
    }
  }

  /**
   * 2 calls
   * evaluate_max_pooling2d_1[n, j, k, l] = max(max(max(evaluate_conv2d_1_v2[n, j, k, l], evaluate_conv2d_1_v2[n, …
   */
  function kernel_36_max_pooling2d(samples: number, arg0: Float32Array, arg1: Float32Array): void {
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 5; j++) {
        for (let k = 0; k < 5; k++) {
          const p_0 = n * 3872 + j * 704 + k * 64;
          const p_1 = n * 800 + j * 160 + k * 32;
          for (let l = 0; l < 32; l++) {
            arg1[p_1 + l] = Math.max(Math.max(Math.max(arg0[p_0 + l], arg0[p_0 + l + 32]), arg0[p_0 + l + 352]), arg0[p_0 + l + 384]);
          }
        }
      }
    }
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * result = max(j) evaluate_dense_1[n, j] + weights[j]
   * v = f32(result)
   * evaluate_dense_1_v2[n] = v
   * evaluate_dense_1_v3[n, j] = exp((evaluate_dense_1[n, j] + weights[j]) - v)
   * result1 = Σ(j) evaluate_dense_1_v3[n, j]
   * evaluate_dense_1_v5[n, j] = evaluate_dense_1_v3[n, j] / result1
   * evaluate_loss[n] = log(result1)
   * result2 = arg_max(j) evaluate_dense_1_v5[n, j]
   * evaluate_accuracy[n] = result2
   */
  function evaluate_09_dense_1_and_loss(samples: number): void {
    for (let n = 0; n < samples; n++) {
      let result = -Infinity;
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result = Math.max(result, evaluate_dense_1[p_0 + j] + weights[j + 56704]);
      }
      const v = Math.fround(result);
      evaluate_dense_1_v2[n] = v;
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        evaluate_dense_1_v3[p_1 + j] = Math.exp((evaluate_dense_1[p_1 + j] + weights[j + 56704]) - v);
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
      evaluate_loss[n] = Math.log(result1);
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
   * result = Σ(n) f32(evaluate_accuracy[n] = evaluate_digit[n])
   * t0 = -evaluate_loss_v2 / samples
   * output_evaluate_loss = t0
   * loss_total = loss_total + (t0 * samples)
   * loss_count = loss_count + samples
   * metric_accuracy_total = metric_accuracy_total + result
   * metric_accuracy_count = metric_accuracy_count + samples
   */
  function evaluate_11_accuracy_and_loss(samples: number): void {
    let result = 0;
    for (let n = 0; n < samples; n++) {
      result += (evaluate_accuracy[n] === evaluate_digit[n] ? 1 : 0);
    }
    const t0 = (-evaluate_loss_v2[0]) / samples;
    const v_0 = loss_total[0] + (t0 * samples);
    const v_1 = loss_count[0] + samples;
    const v_2 = metric_accuracy_total[0] + result;
    const v_3 = metric_accuracy_count[0] + samples;
    output_evaluate_loss[0] = t0;
    loss_total[0] = v_0;
    loss_count[0] = v_1;
    metric_accuracy_total[0] = v_2;
    metric_accuracy_count[0] = v_3;
  }

  function runEvaluate(samples: number): void {
    // digits.nn:4  pixels / 255
    kernel_12_image(samples, evaluate_image);
    evaluate_02_digit(samples);
    // digits.nn:9  Conv2D(16, 3x3, relu)
    kernel_13_conv2d(samples, evaluate_image, evaluate_conv2d_v2);
    // digits.nn:10  MaxPool2D(2x2)
    kernel_14_max_pooling2d(samples, evaluate_conv2d_v2, evaluate_max_pooling2d);
    // digits.nn:11  Conv2D(32, 3x3, relu)
    kernel_15_conv2d(samples, evaluate_max_pooling2d, evaluate_conv2d_1_v2);
    // digits.nn:12  MaxPool2D(2x2)
    kernel_36_max_pooling2d(samples, evaluate_conv2d_1_v2, evaluate_max_pooling2d_1);
    // digits.nn:15  Dense(64, relu)
    kernel_17_dense(samples, evaluate_max_pooling2d_1, evaluate_dense_v2);
    // digits.nn:16  Dense(10, softmax)
    kernel_18_dense(samples, evaluate_dense_v2, evaluate_dense_1);
    evaluate_09_dense_1_and_loss(samples);
    // digits.nn:20  categorical_crossentropy
    kernel_20_loss(samples, evaluate_digit, evaluate_dense_1, evaluate_dense_1_v2, evaluate_loss, evaluate_loss_v2);
    evaluate_11_accuracy_and_loss(samples);
  }

  /**
   * t0 = metric_accuracy_count
   * t1 = t0 ≠ 0
   * output_metrics_loss = loss_total / loss_count
   * output_metrics_accuracy = t1 ? metric_accuracy_total / (t1 ? t0 : 1) : 0
   */
  function metrics_01_loss_and_accuracy(samples: number): void {
    const t0 = metric_accuracy_count[0];
    const t1: number = t0 !== 0 ? 1 : 0;
    const v_0 = loss_total[0] / loss_count[0];
    const v_1 = t1 !== 0 ? (metric_accuracy_total[0] / (t1 !== 0 ? t0 : 1)) : 0;
    output_metrics_loss[0] = v_0;
    output_metrics_accuracy[0] = v_1;
  }

  function runMetrics(samples: number): void {
    metrics_01_loss_and_accuracy(samples);
  }

  /**
   * digits.nn:16  Dense(10, softmax)
   * result = max(j) predict_dense_1[n, j] + weights[j]
   * predict_dense_1_v3[n, j] = exp((predict_dense_1[n, j] + weights[j]) - result)
   * result1 = Σ(j) predict_dense_1_v3[n, j]
   * predict_dense_1_v5[n, j] = predict_dense_1_v3[n, j] / result1
   * output_predict_output[n, j] = predict_dense_1_v5[n, j]
   */
  function predict_07_dense_1(samples: number): void {
    for (let n = 0; n < samples; n++) {
      let result = -Infinity;
      const p_0 = n * 10;
      for (let j = 0; j < 10; j++) {
        result = Math.max(result, predict_dense_1[p_0 + j] + weights[j + 56704]);
      }
      const p_1 = n * 10;
      for (let j = 0; j < 10; j++) {
        predict_dense_1_v3[p_1 + j] = Math.exp((predict_dense_1[p_1 + j] + weights[j + 56704]) - result);
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
    // digits.nn:9  Conv2D(16, 3x3, relu)
    kernel_13_conv2d(samples, input_image, predict_conv2d_v2);
    // digits.nn:10  MaxPool2D(2x2)
    kernel_14_max_pooling2d(samples, predict_conv2d_v2, predict_max_pooling2d);
    // digits.nn:11  Conv2D(32, 3x3, relu)
    kernel_15_conv2d(samples, predict_max_pooling2d, predict_conv2d_1_v2);
    // digits.nn:12  MaxPool2D(2x2)
    kernel_36_max_pooling2d(samples, predict_conv2d_1_v2, predict_max_pooling2d_1);
    // digits.nn:15  Dense(64, relu)
    kernel_17_dense(samples, predict_max_pooling2d_1, predict_dense_v2);
    // digits.nn:16  Dense(10, softmax)
    kernel_18_dense(samples, predict_dense_v2, predict_dense_1);
    predict_07_dense_1(samples);
  }

  const slots: readonly SlotInfo[] = [
    { name: "conv2d/kernel", shape: [3, 3, 1, 16], role: "weight", values: weights.subarray(0, 144) },
    { name: "conv2d/bias", shape: [16], role: "weight", values: weights.subarray(144, 160) },
    { name: "conv2d_1/kernel", shape: [3, 3, 16, 32], role: "weight", values: weights.subarray(160, 4768) },
    { name: "conv2d_1/bias", shape: [32], role: "weight", values: weights.subarray(4768, 4800) },
    { name: "dense/kernel", shape: [800, 64], role: "weight", values: weights.subarray(4800, 56000) },
    { name: "dense/bias", shape: [64], role: "weight", values: weights.subarray(56000, 56064) },
    { name: "dense_1/kernel", shape: [64, 10], role: "weight", values: weights.subarray(56064, 56704) },
    { name: "dense_1/bias", shape: [10], role: "weight", values: weights.subarray(56704, 56714) },
    { name: "optimizer/momentum", shape: [56714], role: "optimizer", values: optimizer_momentum.subarray(0, 56714) },
    { name: "optimizer/velocity", shape: [56714], role: "optimizer", values: optimizer_velocity.subarray(0, 56714) },
    { name: "loss/total", shape: [], role: "metric", values: loss_total.subarray(0, 1) },
    { name: "loss/count", shape: [], role: "metric", values: loss_count.subarray(0, 1) },
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
      loss_total.fill(0);
      loss_count.fill(0);
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
export function createModel(seed?: number, options?: ProgramOptions): Model {
  return modelFrom(createProgram, seed, options);
}

/** What the model says about samples that lie one after another in each input. Throws RunError where sizes do not fit. */
export function predict(model: Model, inputs: { readonly "image": ArrayLike<number> /* samples × 28 × 28 × 1 */ }, samples: number): { readonly "output": Numbers /* samples × 10 */ } {
  checkModel(model, "predict");
  return model.predict(inputs, samples) as { readonly "output": Numbers /* samples × 10 */ };
}

/** Trains from the present weights and returns the metrics of each epoch. Throws RunError. */
export async function train(model: Model, data: Dataset, options: TrainOptions = {}, events: TrainEvents = {}): Promise<History> {
  checkModel(model, "train");
  return model.train(data, options, events);
}

// ─── The runtime: data, training loop, command line; the same in every trainer ───────────────────────────

// The contract between a compiled model of any target and the training loop. As part of the runtime, this text is copied
// into every trainer, so it imports only its neighbours.

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A part of memory that outlives a step: a weight (`conv2d/kernel`), a moving statistic, an optimizer slot. */
export interface SlotInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  /**
   * A live view: writing to it changes the program's memory. If that lies outside JavaScript (target `tfjs`), read it anew
   * after each step; values that you write count from the next step on.
   */
  readonly values: Float32Array | Int32Array;
}

/** A column of the data in the form that a program needs: `elements` numbers a sample. */
export interface ColumnInfo {
  readonly name: string;
  readonly dtype: "u8" | "i32" | "f32";
  readonly shape: readonly number[];
  /** If set, values must be whole and below this. */
  readonly classes?: number;
  /** Whether the program calls them tokens. */
  readonly tokens?: true;
  /** The columns of the source that it is made of, side by side; by default the one of its own name. */
  readonly from?: readonly string[];
  /** It is made of all columns of numbers of the source but these. */
  readonly except?: readonly string[];
  /** By how many rows it begins after its window, where a sample is a window over rows of the source. */
  readonly ahead?: number;
  /** What makes its numbers, of a text or (with `numbers`) of those of the source: a module of core/encoders. */
  readonly encoder?: {
    readonly module: string;
    readonly numbers?: true;
    /** Those must be whole numbers. */
    readonly whole?: true;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

/** The result of a metric: a number, a list with one for each class or threshold, or a table as a list of rows. */
export type MetricValue = number | readonly MetricValue[];

/** The compiler's knowledge of the experiment, which the trainer holds as a literal. */
export interface Manifest {
  /** The `.nn` file's name, without folders: `mnist.nn`. */
  readonly file: string;
  readonly model: string;
  readonly dataset: string;
  readonly target: string;
  /** Whether several threads can share the work. */
  readonly threads: boolean;
  /** Whether it was compiled so that every machine computes the same bits. */
  readonly strictMath: boolean;
  /** Whether 3 × 3 convolutions may work over tiles (Winograd). */
  readonly winograd: boolean;
  readonly source: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** The columns of the data that train and evaluate read. */
  readonly columns: readonly ColumnInfo[];
  /** The inputs of `predict`, in the model's own terms. */
  readonly inputs: readonly ColumnInfo[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** For a program that predicts for rows of data (its inputs are columns): what the numbers of its outputs mean. */
  readonly meanings?: readonly {
    readonly output: string;
    /** The name of the target. */
    readonly name: string;
    readonly classes?: number;
    /** Whether the output's numbers are probabilities. */
    readonly probabilities?: true;
    /** The column of the source that the target is, as it is. */
    readonly from?: string;
    /** The column of the target and its encoder, whose saved knowledge turns numbers back. */
    readonly column?: string;
    readonly encoder?: { readonly module: string; readonly options: Readonly<Record<string, unknown>> };
    /** Where its rows are boxes with a class and a score: the names of the classes, if the program gives them. */
    readonly boxes?: { readonly classes?: readonly string[] };
  }[];
  /** For a probe: the values that it looks at, in the order of the columns of its outputs, with their places in the program. */
  readonly probed?: readonly { readonly name: string; readonly what: "field" | "layer"; readonly place: string }[];
  /** For a test of learning rates: step i is at `first · factor^i`. */
  readonly rates?: { readonly first: number; readonly factor: number; readonly steps: number };
  /** The names of the values that `metrics` returns; the first is `loss`. */
  readonly metrics: readonly string[];
  /** The shapes of those values, if one is a list or a table. */
  readonly metricShapes?: readonly (readonly number[])[];
  readonly split: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly order: "random" | "order" | "hash" | "stratified" | "time";
    /** Whether the parts are numbers of rows, not shares. */
    readonly rows?: true;
    /** The column of the source by which the last three divide. */
    readonly column?: string;
  };
  /** Which result tells the best weights, and when a training ends for want of better ones. */
  readonly stopping?: {
    /** Its place in `metrics`. */
    readonly metric: number;
    readonly part: "train" | "validation";
    readonly higherIsBetter: boolean;
    /** The epochs without a better result after which the training ends. */
    readonly patience?: number;
    readonly minDelta: number;
    readonly start: number;
    /** Whether it ends with the best weights. */
    readonly restore: boolean;
  };
  /** The file of weights that a training begins with, and the names of those that no step trains. */
  readonly begin?: { readonly file: string; readonly frozen: readonly string[] };
  readonly batch: number;
  /**
   * The shorter lengths that batches may have, the shortest first: the steps of columns whose rows end there. A row ends at its last
   * step that is not 0. Batches of other rows have the whole length.
   */
  readonly buckets?: readonly Readonly<Record<string, number>>[];
  readonly epochs: number;
  readonly seed: number;
  /** The numbers of trainable weights and of other parameters. */
  readonly parameters: number;
}

/** The options of a new program. A target without threads takes no `threads`. */
export interface ProgramOptions {
  /** Threads that share the work, including this one. The default of 1 starts no other. */
  readonly threads?: number;
  /** The form of the code to run. Default: the fastest one that this engine runs correctly. */
  readonly variant?: "plain" | "relaxed" | "wide";
  /** `false` leaves V8's experimental revectorization alone. */
  readonly revectorize?: boolean;
  /** For target `tfjs`: the backend that holds its tensors. */
  readonly backend?: string;
}

/** A finished epoch. Metrics are means weighted by samples; those of training are taken before each update. */
export interface EpochResult {
  readonly epoch: number;
  readonly epochs: number;
  readonly steps: number;
  /** The time of training, without validation. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly metrics: readonly MetricValue[];
  readonly validation?: readonly MetricValue[];
}

/** A compiled model with its memory. All calls are synchronous; they read `n` samples from the start of each input. */
export interface Program {
  readonly manifest: Manifest;
  /** The size of its only allocation, in bytes. */
  readonly memoryBytes: number;
  /** Threads that share the work, including this one. */
  readonly threads: number;
  /** The form of the code that runs, if the target has several. */
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
   * Takes one optimizer step on the first `n` samples of `columns`, adds to the metrics, and returns the mean loss before
   * the step. Where the program has buckets, it takes the steps of the shortest one that no sample exceeds. It calls `meanwhile`
   * once, while any other threads work; this may fill `columns`, perhaps other arrays than before, for the next step.
   */
  trainStep(n: number, meanwhile?: () => void): number;
  /** Adds `n` samples of `columns` to the metrics, without training. */
  evaluateStep(n: number): void;
  /** The parts of a training step in the order they run, where the program was compiled to be timed. */
  readonly parts?: readonly {
    readonly name: string;
    /** Whether it computes the model's values, before the loss. */
    readonly forward: boolean;
    run(n: number): void;
  }[];
  /** Computes `outputs` for the first `n` samples of `inputs`. */
  predict(n: number): void;
  /**
   * Shows the metrics of a finished epoch on a part of the data to learning rates that follow them: call each, if it is there,
   * before resetMetrics.
   */
  readonly observe?: { readonly train?: () => void; readonly validation?: () => void };
  /** Ends a training: puts averages of weights in their place, if an optimizer keeps them. */
  finalize?(): void;
  resetMetrics(): void;
  /** Returns the values since resetMetrics, in the order of `manifest.metrics`. */
  metrics(): readonly MetricValue[];
  /** Ends the other threads. You can still read memory, but it computes nothing more. */
  close(): void;
}

// The error of a run that a person can act on. Its message tells the whole story and is printed as it is.

export class RunError extends Error {
  override readonly name: string = "RunError";
}

// Writes numbers, times and results as plain text: no colour, no width, no language but English.

const MOST_LISTED = 10;

/** `0.0312`, or `[0.5000, 0.7500]` for a list; of a long list the first ones. A table is `3 × 3`. */
export function metricText(value: MetricValue): string {
  if (typeof value === "number") return numberText(value);
  const [first] = value;
  if (first !== undefined && typeof first !== "number") return `${value.length} × ${first.length}`;
  const shown = value.slice(0, MOST_LISTED).map(metricText);
  return `[${[...shown, ...(value.length > MOST_LISTED ? ["…"] : [])].join(", ")}]`;
}

/** Four decimals; numbers too large for that become `3.1000e+9`. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  return Math.abs(value) < 1e9 ? value.toFixed(4) : value.toExponential(4);
}

/** The words between the spaces of a text. */
export const spaced = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** Writes a row of a table, as RFC 4180 says. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");

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
export const metricsText = (names: readonly string[], values: readonly MetricValue[], separator = ", "): string =>
  names.map((name, i) => `${name} ${metricText(values[i] ?? Number.NaN)}`).join(separator);

/** The most rows and columns of a table that are shown. */
const MOST_ROWS = 30;

/** Writes the tables among results: each a line with its name, then its rows, numbered from 0, in columns. */
export function tablesText(names: readonly string[], values: readonly MetricValue[]): readonly string[] {
  return values.flatMap((value, i) => {
    if (typeof value === "number" || typeof value[0] === "number" || value.length === 0) return [];
    return [`${names[i] ?? ""} ${metricText(value)}`, ...tableLines(value)];
  });
}

function tableLines(rows: readonly MetricValue[]): readonly string[] {
  const cells = rows.slice(0, MOST_ROWS).map((row, i) => {
    const numbers = typeof row === "number" ? [row] : row.slice(0, MOST_ROWS);
    const shown = numbers.map((x) => (Number.isInteger(x) ? String(x) : metricText(x)));
    return [String(i), ...shown];
  });
  const columns = Math.max(...cells.map((row) => row.length));
  const head = ["", ...Array.from({ length: columns - 1 }, (_, i) => String(i))];
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i]?.length ?? 0)));
  const lines = [head, ...cells].map((row) => `  ${row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  ")}`);
  return rows.length > MOST_ROWS ? [...lines, "  …"] : lines;
}

/** Returns metrics by name, for programs. Numbers that JSON does not have become null. */
export const metricsRecord = (names: readonly string[], values: readonly MetricValue[]): Record<string, MetricValue> =>
  Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));

/** `; 2 threads (relaxed SIMD)`: says how a program runs, if there is something to say. */
export function threadsText({ threads, variant }: { readonly threads: number; readonly variant?: string }): string {
  if (variant === undefined) return "";
  const simd = variant === "plain" ? "SIMD" : `${variant} SIMD`;
  return `; ${threads} ${threads === 1 ? "thread" : "threads"} (${simd})`;
}

// Controls, marks that reorder text (Unicode TR36), line separators and halves of surrogate pairs.
const unsafeCharacters = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Puts a name or path on one line that no terminal obeys: controls become pictures of themselves. */
export const safeText = (text: string): string =>
  text.replace(unsafeCharacters, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });

/** Makes each line of a message safe. */
export const safeLines = (text: string): string => text.split("\n").map(safeText).join("\n");

/** Writes a value as JSON on one line that no terminal obeys; the escapes mean the same. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    unsafeCharacters,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const sizeUnits: readonly (readonly [string, number])[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];

/** A number of bytes: `1.5 GB`. */
export function sizeText(bytes: number): string {
  const [unit, size] = sizeUnits.find(([, size]) => bytes >= size) ?? ["B", 1];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
}

/** Reads `300MB` or `1.5 GB` as a number of bytes; undefined for other text. */
export function bytesOfSize(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?(GB|MB|kB|KB|B)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const size = sizeUnits.find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1] ?? 1;
  return Math.round(Number(number) * size);
}

// The ranges of whole numbers that a run takes. The language's clauses and the command `nnc` have the same ones
// (src/base/ranges.ts). A trainer's text imports nothing, so a test keeps them equal.

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const runRanges = {
  epochs: { min: 1, max: 1_000_000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  threads: { min: 1, max: 256 },
  limit: { min: 1, max: 2 ** 31 - 1 },
  maxSteps: { min: 1, max: 2 ** 31 - 1 },
} satisfies Readonly<Record<string, Range>>;

/** Whether a value is a whole number of the range; -0 counts as 0. */
export const inRange = (value: unknown, { min, max }: Range): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;

/** `from 1 to 1,000,000` */
export const rangeText = ({ min, max }: Range): string => `from ${countText(min)} to ${countText(max)}`;

// Random numbers without state: the same key and counter always make the same number. This is Threefry-2x32-20 of Salmon
// et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). It does not know the purpose of the numbers.

/**
 * Returns one of the two 32-bit words (0 to 2^32 - 1) that Threefry-2x32-20 makes from key (k0, k1) and counter (c0, c1).
 * It takes arguments modulo 2^32.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number, word: 0 | 1 = 0): number {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  // Twenty rounds in five groups of four. After each group, it adds a rotation of the key and the group's number.
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

/** Returns a multiple of 2^-24 in [0, 1). The key is (seed, stream), the counter (step, element). */
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

/** Returns the number of a stream by its name: 32-bit FNV-1a over the UTF-16 code units, low byte first. */
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

// Counts texts, and orders them as Keras orders a vocabulary.

/** Counts each different text. */
export function countTexts(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Returns the texts, the most frequent first; of two as frequent the later one in the order of code points first, as in Keras. */
export const byFrequency = (counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts].sort(([a, m], [b, n]) => n - m || -compareCodePoints(a, b)).map(([text]) => text);

/** Compares two texts by code points: UTF-16 puts characters beyond U+FFFF before some others. */
export function compareCodePoints(a: string, b: string): number {
  const [one, other] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [x, y] = [one.next(), other.next()];
    if (x.done === true || y.done === true) return Number(y.done === true) - Number(x.done === true);
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

// Brings rows into an order in which the parts of a split follow each other: training, validation, test.

export type SplitRule = Manifest["split"];

/** What a split sees of the rows of a source. */
export interface RowsToDivide {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
  /** The text of the column to divide by, for each row. */
  readonly keys?: readonly string[];
  /** Samples are windows over so many rows; their first ones, the past, may lie in the part before. */
  readonly windows?: { readonly rows: number; readonly stride: number; readonly reach: number; readonly past: number };
}

export interface DividedRows {
  readonly rows: Int32Array;
  /** The places after the last row of each part. */
  readonly trainEnd: number;
  readonly validationEnd: number;
  readonly testEnd: number;
}

/** The name of the random numbers that shuffle rows before they are divided. */
export const SPLIT_STREAM = "split";

/** Divides the rows of a part by the program's shares. Throws a RunError where the data lacks the column to divide by. */
export function divideRows(part: RowsToDivide, split: Manifest["split"], seed: number): DividedRows {
  const { count } = part;
  const shares = sharesOf(split);
  const held = part.windows?.rows ?? count;
  const ends = endsOf(split, held);
  const inOrder = (rows: Int32Array): DividedRows => {
    const [trainEnd = 0, validationEnd = 0, testEnd = 0] = ends(count);
    return { rows, trainEnd, validationEnd, testEnd };
  };
  const rows = rowNumbers(count);
  if (part.windows !== undefined) return gathered(rows, partOfWindow(part.windows, ends(part.windows.rows)));
  switch (split.order) {
    case "random":
      if (split.train < (split.rows === true ? held : 1)) shuffleRows(rows, seed, SPLIT_STREAM, 0);
      return inOrder(rows);
    case "order":
      return inOrder(rows);
    case "time":
      return inOrder(sortedBy(keysOf(part, split), rows));
    case "hash": {
      const keys = keysOf(part, split);
      return gathered(rows, (row) => shares.findIndex((share) => hashOf(keys[row] ?? "") < share));
    }
    case "stratified": {
      const places = strata(keysOf(part, split), rows, seed, ends);
      return gathered(rows, (row) => places[row] as number);
    }
  }
}

/** Returns what the training part takes, with validation, and with the test part. */
export const sharesOf = ({ train, validation, test }: SplitRule): readonly number[] => [
  train,
  train + validation,
  train + validation + test,
];

/** Returns the function that says where the parts of so many rows end. Throws a RunError where `held` rows are too few. */
export function endsOf(split: SplitRule, held: number): (length: number) => readonly number[] {
  const shares = sharesOf(split);
  if (split.rows === true && (shares[2] ?? 0) > held)
    throw new RunError(`the split takes ${shares[2]} rows, but the data has ${held}`);
  // Each end of a share is rounded once, so that no row is lost or used twice.
  return (length) =>
    split.rows === true ? shares : shares.map((share) => Math.min(length, Math.round(share * length)));
}

/** Returns the part that holds a window: no row that a window is to tell is one that another part trains on. */
function partOfWindow(
  { stride, reach, past }: NonNullable<RowsToDivide["windows"]>,
  ends: readonly number[],
): (window: number) => number {
  return (window) => {
    const [first, end] = [window * stride + past, window * stride + reach];
    const part = ends.findIndex((last) => first < last);
    return part >= 0 && end <= (ends[part] as number) ? part : -1;
  };
}

/** Puts rows of part 0, 1 and 2 one after another, each in the order of the file; others, of -1 or 3, at the end. */
function gathered(rows: Int32Array, partOf: (row: number) => number): DividedRows {
  const parts: number[][] = [[], [], [], []];
  for (const row of rows) {
    const part = partOf(row);
    (parts[part < 0 ? 3 : part] as number[]).push(row);
  }
  const [train, validation, test] = parts.map(({ length }) => length) as [number, number, number];
  return {
    rows: Int32Array.from(parts.flat()),
    trainEnd: train,
    validationEnd: train + validation,
    testEnd: train + validation + test,
  };
}

/** Returns the text of the column in each row. */
export function keysOf({ keys, columns, count }: RowsToDivide, { column = "" }: Manifest["split"]): readonly string[] {
  if (keys !== undefined) return keys;
  const values = columns[column];
  if (values !== undefined && values.length === count) return Array.from(values, String);
  throw new RunError(`the split divides by '${safeText(column)}', which the data does not have as a column of its own`);
}

/** Returns a number from 0 to 1 for a text, the same in all data and for all seeds: FNV-1a, mixed as in MurmurHash3. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Sorts rows by their numbers, or by their texts (dates as 2024-01-31); rows that are equal keep their order. */
function sortedBy(keys: readonly string[], rows: Int32Array): Int32Array {
  const numbers = keys.map((key) => (key.trim() === "" ? Number.NaN : Number(key)));
  const numeric = numbers.every((number) => !Number.isNaN(number));
  const compare = (a: number, b: number): number =>
    (numeric ? (numbers[a] as number) - (numbers[b] as number) : compareCodePoints(keys[a] ?? "", keys[b] ?? "")) ||
    a - b;
  return Int32Array.from([...rows].sort(compare));
}

/** Returns the part of each row, so that every part has its share of the rows of each text. */
function strata(
  keys: readonly string[],
  rows: Int32Array,
  seed: number,
  ends: (length: number) => readonly number[],
): Uint8Array {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keys[row] ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const places = new Uint8Array(rows.length).fill(3);
  for (const [key, group] of groups) {
    const order = Int32Array.from(group);
    shuffleRows(order, seed, `${SPLIT_STREAM} ${key}`, 0);
    let from = 0;
    for (const [part, end] of ends(order.length).entries()) {
      for (let i = from; i < end; i++) places[order[i] as number] = part;
      from = end;
    }
  }
  return places;
}

// Says which numbers a column can hold, and names values in messages. It knows neither files nor models.

/** Returns results of metrics as numbers, lists and tables, from the memory of each. */
export const metricValues = (
  { metrics, metricShapes }: Pick<Manifest, "metrics" | "metricShapes">,
  memory: readonly ArrayLike<number>[],
): readonly MetricValue[] => metrics.map((_, i) => shapedValue(memory[i] ?? [], metricShapes?.[i] ?? []));

function shapedValue(values: ArrayLike<number>, [count, ...inner]: readonly number[]): MetricValue {
  if (count === undefined) return values[0] ?? Number.NaN;
  const length = inner.reduce((a, b) => a * b, 1);
  const parts = Array.from({ length: count }, (_, i) => Array.from(values).slice(i * length, (i + 1) * length));
  return parts.map((part) => shapedValue(part, inner));
}

/** Returns the whole numbers that a column may hold; undefined if it holds any finite number. */
function wholeRange({ dtype, classes }: ColumnInfo): { readonly min: number; readonly max: number } | undefined {
  if (classes !== undefined) return { min: 0, max: classes - 1 };
  if (dtype === "u8") return { min: 0, max: 255 };
  return dtype === "i32" ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : undefined;
}

/** `a whole number from 0 to 9 (the program says 10 classes)` */
export function expectedText(info: ColumnInfo): string {
  const range = wholeRange(info);
  if (range === undefined) return "a finite number";
  const text = `a whole number from ${range.min} to ${range.max}`;
  if (info.classes === undefined) return text;
  return `${text} (the program says ${info.classes} ${info.tokens === true ? "tokens" : "classes"})`;
}

/** Names the typed array that holds a column as it is. */
export const arrayName = ({ dtype }: ColumnInfo): string =>
  dtype === "u8" ? "Uint8Array" : dtype === "i32" ? "Int32Array" : "Float32Array";

/** `Uint8Array` for typed arrays, even from another realm, and for Node's Buffers; undefined for all else. */
export function typedArrayName(value: unknown): string | undefined {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  return (value as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
}

/** Whether all numbers are finite: only these minus themselves are 0. It is a loop of its own, because it is long. */
export function allFinite(values: Float32Array): boolean {
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += (values[i] as number) - (values[i] as number);
  return rest === 0;
}

/** Returns the place of the first value that does not fit the column; undefined if all fit. */
export function firstMisfit(values: ArrayLike<number>, info: ColumnInfo): number | undefined {
  const kind = typedArrayName(values);
  const range = wholeRange(info);
  // An array of that type can hold only such values.
  if (info.classes === undefined && kind !== undefined && kind === arrayName(info) && kind !== "Float32Array")
    return undefined;
  const { length } = values;
  if (range === undefined) {
    if (kind === "Float32Array" && allFinite(values as Float32Array)) return undefined;
    // A number that overflows f32 becomes infinite there.
    for (let i = 0; i < length; i++) {
      const value = Math.fround(values[i] as number);
      if (value - value !== 0 || typeof values[i] !== "number") return i;
    }
    return undefined;
  }
  const { min, max } = range;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (!(value >= min && value <= max && Number.isInteger(value))) return i;
  }
  return undefined;
}

/** Names texts in a message, the first few of many. */
export const listText = (texts: readonly string[]): string =>
  texts.slice(0, 10).map(valueText).join(", ") + (texts.length > 10 ? ", …" : "");

/** `3`, `NaN`, `undefined`, `'text'`, `a Float64Array`: names a given value in a few words. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return `'${safeText(value.length > 40 ? `${value.slice(0, 39)}…` : value)}'`;
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  const name = typedArrayName(value) ?? (Array.isArray(value) ? "Array" : undefined);
  if (name === undefined) return "an object";
  return `${/^[AIU](?!int)/.test(name) ? "an" : "a"} ${name}`;
}

// Holds data in memory as columns of numbers, divides it into training, validation and test rows, and gathers batches. It
// knows neither the origin of the numbers nor their use.

/** Samples that are windows over rows which follow each other. */
export interface Windows {
  /** The number of rows that the columns hold. */
  readonly rows: number;
  /** By how many rows a window begins after the one before. */
  readonly stride: number;
  /** By how many rows columns begin after their window. */
  readonly ahead: Readonly<Record<string, number>>;
  /** How far a window and all that belongs to it reach. */
  readonly reach: number;
  /** Its first rows, which a column that begins later does not touch: they may lie in the part before. */
  readonly past: number;
}

/** Returns the windows of so many rows over the columns, and their number. */
export function windowsOver(
  rows: number,
  stride: number,
  columns: readonly ColumnInfo[],
): { readonly count: number; readonly windows: Windows } {
  const ahead = Object.fromEntries(columns.map(({ name, ahead = 0 }) => [name, ahead]));
  const reach = Math.max(...columns.map(({ shape, ahead = 0 }) => (shape[0] ?? 1) + ahead));
  const past = Math.max(...columns.map(({ ahead = 0 }) => ahead));
  const count = Math.max(0, Math.floor((rows - reach) / stride) + 1);
  return { count, windows: { rows, stride, ahead, reach, past } };
}

/** `count` samples; each column holds them one after another, `elements` numbers each. */
export interface DataPart {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
  /** Columns of text by their names in the source, for encoders: one text a sample. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** Says where a sample stands in the data, for messages: `houses.csv, line 17`. */
  readonly place?: (row: number) => string;
  /** The column by which a split divides: its text in each row. */
  readonly keys?: readonly string[];
  /** The columns of the source side by side in a column that is made of several. */
  readonly made?: Readonly<Record<string, readonly string[]>>;
  /** The files that the rows are, where each is one of its own. */
  readonly names?: readonly string[];
  /** Whether the file holds more rows, which nobody wanted. */
  readonly cut?: true;
  /** The number of rows of the file that were left out, as the program asks for. */
  readonly dropped?: number;
  /** Where samples overlap, the columns hold rows. */
  readonly windows?: Windows;
  /** Its rows are stretches of running text, whose tokens, joined, are cut into windows. */
  readonly running?: RunningText;
}

/** Running text whose windows are counted in what an encoder makes of it. */
export interface RunningText {
  readonly path: string;
  /** By how many tokens a window begins after the one before; by default its length. */
  readonly stride?: number;
}

/** The number of numbers that a part holds of a column in one row: of a sample, or of a row of its window. */
export const elementsOfRow = ({ shape }: ColumnInfo, { windows }: Pick<DataPart, "windows">): number =>
  elementsOf(windows === undefined ? shape : shape.slice(1));

/** The number of rows that a part holds of each column. */
export const rowsHeld = ({ count, windows }: Pick<DataPart, "count" | "windows">): number => windows?.rows ?? count;

/** The data of a source: its training part and its own test part, if it has one. */
export interface SourceData {
  readonly train: DataPart;
  readonly test?: DataPart;
}

/** Some rows of a part, in an order. */
export interface Rows {
  readonly part: DataPart;
  readonly rows: Int32Array;
  /** Of running text: how many of its windows are kept, by a seeded permutation. */
  readonly limit?: { readonly count: number; readonly seed: number };
}

export interface Dataset {
  readonly train: Rows;
  readonly validation?: Rows;
  readonly test?: Rows;
}

/** A data file: the path where it was found, and its bytes, unpacked. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Tells the size of a file from its start, so that no more is read or unpacked. */
export interface DataFormat {
  /** The number of first bytes that `size` needs. */
  readonly head: number;
  /** Returns the unpacked size of the file in bytes. A short file has a shorter start. Throws if it cannot be such a file. */
  size(head: Uint8Array, path: string): number;
}

/** A data file that is read piece by piece. */
export interface DataStream {
  readonly path: string;
  /** The bytes in order, unpacked. Reading throws a RunError that names the file. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A data file of which parts are read, wherever they lie. */
export interface PlacedFile {
  readonly path: string;
  readonly size: number;
  /** Reads at most `length` bytes from `at` on; fewer where the file ends. Throws a RunError that names the file. */
  read(at: number, length: number): Uint8Array;
  close(): void;
}

/** The files of a folder or an archive. */
export interface FileTree {
  readonly path: string;
  /** With `/` between folders, in the order of their characters. */
  readonly names: readonly string[];
  /** Returns the bytes of one of them. Throws a RunError that names it. */
  read(name: string): Uint8Array;
}

/** Finds files by name; the platform decides where. Throws a RunError that says what it looked for and where. */
export interface DataFiles {
  /** Opens a file without a length in its start: a text. */
  stream(name: string, advice?: string): Promise<DataStream>;
  /** Opens a file whose end says where its parts lie. */
  place(name: string, advice?: string): Promise<PlacedFile>;
  /** Opens a folder, or reads the bytes of an archive. */
  tree(name: string, advice?: string): Promise<FileTree | DataFile>;
  /** `advice` tells a user what to do if the file is missing. */
  read(name: string, format: DataFormat & { readonly advice?: string }): Promise<DataFile>;
}

/** A file for bytes that one run writes and reads. The platform says where it lies. */
export interface BlockFile {
  /** Adds bytes at its end, and returns their place. Throws a RunError where the disk is full. */
  add(bytes: Uint8Array): number;
  read(at: number, length: number): Uint8Array;
  close(): void;
}

/** Where rows go that memory does not hold. */
export interface RowStore {
  /** The bytes of memory that the data may take. */
  readonly memory: number;
  /** How the rows are divided into parts. */
  readonly split: Manifest["split"];
  open(): BlockFile;
}

/** Takes rows as a source reads them, in place of all of them at the end. */
export interface RowTaker {
  /** So many rows at a time, but for the last ones. */
  readonly rows: number;
  /** Fewer where so many take more bytes: a multiple of this. */
  readonly batch: number;
  take(part: DataPart): void;
}

export interface SourceRequest {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The columns that the program needs, in its types and shapes. */
  readonly columns: readonly ColumnInfo[];
  /** The column by which a split divides, whose text the training part keeps (`keys`). */
  readonly key?: string;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** How many rows of a part are enough, for whoever only looks at the data. */
  readonly most?: number;
  /** Hears how many rows are read, and of how many, where that is known. */
  readonly progress?: (done: number, all?: number) => void;
  /** Where rows go that take more memory than they may; without it all are held. */
  readonly store?: RowStore;
  /** Who takes the rows of one file as they come. A source that has all of them at once gives them in the end. */
  readonly taker?: RowTaker;
}

/** The names of the source's columns that a column of the program is made of. */
export const madeOf = ({ name, from = [name] }: ColumnInfo): readonly string[] => from;

export type LoadSource = (request: SourceRequest, files: DataFiles) => Promise<SourceData>;

/** Counts the numbers in one sample of a column. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Makes `count` samples of a column, all 0. Throws a RunError where memory does not hold them. */
export function newColumn(info: ColumnInfo, count: number): Numbers {
  const length = count * elementsOf(info.shape);
  try {
    return info.dtype === "u8"
      ? new Uint8Array(length)
      : info.dtype === "i32"
        ? new Int32Array(length)
        : new Float32Array(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const name = safeText(info.name);
    throw new RunError(`the column '${name}' needs ${length} numbers for ${count} examples: more than memory holds`);
  }
}

/** Throws a RunError that names the first value that does not fit its column. */
export function checkValues(values: ArrayLike<number>, info: ColumnInfo, where: string): void {
  const bad = firstMisfit(values, info);
  if (bad === undefined) return;
  const example = Math.floor(bad / Math.max(1, elementsOf(info.shape)));
  throw new RunError(
    `${where}: ${safeText(info.name)} of example ${example} is ${valueText(values[bad])}, but must be ${expectedText(info)}`,
  );
}

/**
 * Throws a RunError unless the array has a type whose numbers the column can take as they are: whole numbers for whole
 * numbers. Nothing is silently cut or wrapped.
 */
function checkColumn(values: Numbers, info: ColumnInfo, where: string): void {
  const kind = typedArrayName(values);
  const whole = kind === "Uint8Array" || kind === "Int32Array";
  const fits = whole || (kind === "Float32Array" && info.dtype === "f32");
  if (fits) checkValues(values, info, where);
  if (fits) return;
  if (kind === "Float32Array") checkValues(values, info, `${where}: column '${safeText(info.name)}' is a Float32Array`);
  throw new RunError(
    `${where}: column '${safeText(info.name)}' must be ${valueText(newColumn(info, 0))}, not ${valueText(values)}`,
  );
}

/** Throws a RunError unless the part has every column, of the right length, with values that fit. Makes one pass. */
export function checkPart(part: DataPart, columns: readonly ColumnInfo[], where: string): void {
  const { count, columns: given } = part;
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `${where}: the number of examples is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  if (typeof given !== "object" || given === null)
    throw new RunError(`${where}: columns must be a record of typed arrays, not ${valueText(given)}`);
  for (const info of columns) {
    const name = safeText(info.name);
    const values = Object.hasOwn(given, info.name) ? given[info.name] : undefined;
    if (values === undefined) throw new RunError(`${where}: there is no column '${name}'`);
    const expected = rowsHeld(part) * elementsOfRow(info, part);
    if (typedArrayName(values) !== undefined && values.length !== expected) {
      throw new RunError(
        `${where}: column '${name}' has ${values.length} numbers, but ${count} examples of ` +
          `[${info.shape.join(", ")}] need ${expected}`,
      );
    }
    checkColumn(values, info, where);
  }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(6))}%`;

/** Says that the data and the split both name examples to test with. */
export const twoTestParts = (): RunError =>
  new RunError("the data has its own test part, so the split of the training part must not name another");

/** Says why no example of so many is left to train on. */
export function nothingToTrain(count: number, split: Manifest["split"]): RunError {
  if (count === 0) return new RunError("there is nothing to train on: the data holds no examples");
  const left = split.rows === true ? split.train : percent(split.train);
  return new RunError(
    `there is nothing to train on: ${count} examples, and the split leaves ${left} of them for training; give it a larger share: split train 90%`,
  );
}

/**
 * Divides a source's training part by the program's shares, in a seeded order or by position; a source's own test part
 * is the test set. `limit` keeps that many rows, the first of a seeded permutation of the training rows.
 */
export function divideData(source: SourceData, split: Manifest["split"], seed: number, limit?: number): Dataset {
  const { count, running } = source.train;
  if (running !== undefined && split.rows === true)
    throw new RunError("windows of tokens have no numbers before they are made: split by shares, split train 90%");
  const { rows, trainEnd, validationEnd, testEnd } = divideRows(source.train, split, seed);
  if (source.test !== undefined && testEnd > validationEnd) throw twoTestParts();
  let train = rows.slice(0, trainEnd);
  if (limit !== undefined && running === undefined && limit < train.length) {
    shuffleRows(train, seed, "limit", 0);
    train = train.slice(0, limit);
  }
  if (train.length === 0) throw nothingToTrain(count, split);
  const validation = rows.slice(trainEnd, validationEnd);
  const test =
    source.test === undefined ? { part: source.train, rows: rows.slice(validationEnd, testEnd) } : allRows(source.test);
  return {
    train: {
      ...{ part: source.train, rows: train },
      ...(limit === undefined || running === undefined ? {} : { limit: { count: limit, seed } }),
    },
    ...(validation.length > 0 ? { validation: { part: source.train, rows: validation } } : {}),
    ...(test.rows.length > 0 ? { test } : {}),
  };
}

/** Returns these rows of a part. */
export const rowsIn = (part: DataPart, rows: Int32Array): Rows => ({ part, rows });

/** Returns all rows of a part that nnc itself made. */
export const rowsOf = (part: DataPart): Rows => ({ part, rows: rowNumbers(part.count) });

/** Returns all rows of a part, in its order. Throws a RunError if `count` is not a number of examples. */
export function allRows(part: DataPart): Rows {
  const count: unknown = part?.count;
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `allRows takes { count, columns }; count is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  return { part, rows: rowNumbers(count) };
}

const FEW = 32;

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
    const { windows } = from.part;
    const step = windows === undefined ? elements : windows.stride * elementsOfRow(info, from.part);
    const first = windows === undefined ? 0 : (windows.ahead[info.name] ?? 0) * elementsOfRow(info, from.part);
    for (let i = 0; i < n; i++) {
      const row = from.rows[order === undefined ? start + i : (order[start + i] as number)] as number;
      const at = first + row * step;
      // A view of a few numbers takes longer than they do.
      if (elements > FEW) target.set(values.subarray(at, at + elements), i * elements);
      else for (let j = 0; j < elements; j++) target[i * elements + j] = values[at + j] as number;
    }
  }
}

// Several ways to write each of the ten digits, as strokes of points in a unit square, x to the right, y down. It does not
// know what happens to them afterwards.

/** A stroke runs smoothly through its points x0, y0, x1, y1, …; two points make a straight line. */
export type Stroke = readonly number[];

/** `glyphs[digit]` lists the ways to write it; corners are where one stroke ends and the next begins. */
export const glyphs: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [[0.5, 0, 0.22, 0.2, 0.16, 0.5, 0.22, 0.8, 0.5, 1, 0.78, 0.8, 0.84, 0.5, 0.78, 0.2, 0.5, 0]],
    [[0.62, 0.05, 0.34, 0.12, 0.18, 0.5, 0.34, 0.93, 0.6, 0.97, 0.82, 0.62, 0.76, 0.18, 0.46, 0]],
    [[0.5, 0, 0.3, 0.2, 0.26, 0.5, 0.3, 0.8, 0.5, 1, 0.7, 0.8, 0.74, 0.5, 0.7, 0.2, 0.5, 0]],
  ],
  [
    [[0.5, 0, 0.5, 1]],
    [
      [0.3, 0.26, 0.54, 0],
      [0.54, 0, 0.52, 1],
    ],
    [
      [0.28, 0.24, 0.52, 0],
      [0.52, 0, 0.52, 1],
      [0.26, 1, 0.78, 1],
    ],
  ],
  [
    [
      [0.18, 0.26, 0.34, 0.04, 0.62, 0.02, 0.8, 0.22, 0.72, 0.46, 0.46, 0.72, 0.18, 1],
      [0.18, 1, 0.86, 1],
    ],
    [[0.2, 0.22, 0.45, 0, 0.76, 0.15, 0.72, 0.42, 0.42, 0.8, 0.22, 0.96, 0.18, 0.83, 0.34, 0.8, 0.6, 0.94, 0.86, 0.92]],
    [
      [0.2, 0.08, 0.6, 0, 0.8, 0.2, 0.66, 0.52, 0.22, 0.98],
      [0.22, 0.98, 0.52, 0.94, 0.84, 1],
    ],
  ],
  [
    [
      [0.2, 0.12, 0.46, 0, 0.75, 0.12, 0.73, 0.35, 0.44, 0.47],
      [0.44, 0.47, 0.78, 0.58, 0.82, 0.82, 0.52, 1, 0.18, 0.88],
    ],
    [
      [0.2, 0.02, 0.78, 0.02],
      [0.78, 0.02, 0.44, 0.4],
      [0.44, 0.4, 0.78, 0.52, 0.8, 0.82, 0.5, 1, 0.18, 0.9],
    ],
    [[0.22, 0.1, 0.52, 0, 0.74, 0.18, 0.62, 0.4, 0.46, 0.47, 0.64, 0.52, 0.8, 0.74, 0.56, 0.98, 0.2, 0.92]],
  ],
  [
    [
      [0.26, 0, 0.18, 0.56],
      [0.18, 0.56, 0.88, 0.54],
      [0.7, 0.08, 0.66, 1],
    ],
    [
      [0.64, 0, 0.14, 0.66],
      [0.14, 0.66, 0.9, 0.66],
      [0.64, 0, 0.64, 1],
    ],
    [
      [0.22, 0.02, 0.2, 0.38, 0.42, 0.56, 0.74, 0.46],
      [0.78, 0, 0.7, 1],
    ],
  ],
  [
    [
      [0.8, 0, 0.28, 0.01],
      [0.28, 0.01, 0.23, 0.43],
      [0.23, 0.43, 0.5, 0.36, 0.8, 0.52, 0.8, 0.82, 0.5, 1, 0.18, 0.9],
    ],
    [[0.8, 0.04, 0.44, 0.01, 0.26, 0.2, 0.34, 0.42, 0.62, 0.5, 0.8, 0.72, 0.64, 0.96, 0.36, 1, 0.18, 0.88]],
    [
      [0.3, 0.04, 0.26, 0.46],
      [0.26, 0.46, 0.6, 0.42, 0.8, 0.66, 0.66, 0.94, 0.4, 1, 0.2, 0.92],
      [0.3, 0.04, 0.84, 0],
    ],
  ],
  [
    [[0.72, 0.02, 0.42, 0.18, 0.22, 0.55, 0.26, 0.86, 0.5, 1, 0.77, 0.86, 0.75, 0.6, 0.5, 0.5, 0.24, 0.66]],
    [[0.56, 0, 0.32, 0.34, 0.24, 0.72, 0.36, 0.96, 0.62, 0.98, 0.78, 0.78, 0.64, 0.58, 0.42, 0.6, 0.25, 0.76]],
    [[0.64, 0, 0.28, 0.56, 0.22, 0.82, 0.46, 1, 0.74, 0.86, 0.72, 0.62, 0.48, 0.56, 0.26, 0.72]],
  ],
  [
    [
      [0.16, 0.03, 0.84, 0.02],
      [0.84, 0.02, 0.42, 1],
    ],
    [
      [0.16, 0.03, 0.84, 0.02],
      [0.84, 0.02, 0.44, 1],
      [0.32, 0.52, 0.8, 0.5],
    ],
    [
      [0.18, 0.05, 0.84, 0.02],
      [0.84, 0.02, 0.56, 0.42, 0.46, 1],
    ],
    [
      [0.18, 0.2, 0.2, 0.02],
      [0.2, 0.02, 0.82, 0.03],
      [0.82, 0.03, 0.6, 0.4, 0.4, 1],
    ],
  ],
  [
    [
      [
        0.5, 0.47, 0.27, 0.32, 0.28, 0.08, 0.5, 0, 0.72, 0.08, 0.73, 0.32, 0.5, 0.47, 0.22, 0.68, 0.24, 0.92, 0.5, 1,
        0.76, 0.92, 0.78, 0.68, 0.5, 0.47,
      ],
    ],
    [
      [0.5, 0.45, 0.3, 0.36, 0.28, 0.12, 0.5, 0, 0.72, 0.12, 0.7, 0.36, 0.5, 0.45],
      [0.5, 0.45, 0.24, 0.58, 0.22, 0.86, 0.5, 1, 0.78, 0.86, 0.76, 0.58, 0.5, 0.45],
    ],
    [
      [
        0.74, 0.1, 0.5, 0, 0.26, 0.14, 0.4, 0.4, 0.68, 0.62, 0.74, 0.86, 0.5, 1, 0.26, 0.86, 0.36, 0.6, 0.66, 0.36,
        0.76, 0.08,
      ],
    ],
  ],
  [
    [
      [0.78, 0.26, 0.7, 0.05, 0.45, 0, 0.23, 0.18, 0.28, 0.43, 0.54, 0.5, 0.77, 0.28],
      [0.78, 0.22, 0.77, 0.6, 0.7, 1],
    ],
    [
      [0.76, 0.24, 0.64, 0.02, 0.36, 0.04, 0.22, 0.26, 0.36, 0.48, 0.62, 0.44, 0.77, 0.22],
      [0.77, 0.22, 0.8, 0.62, 0.6, 0.97, 0.28, 0.92],
    ],
    [[0.76, 0.12, 0.46, 0, 0.24, 0.2, 0.34, 0.46, 0.62, 0.42, 0.78, 0.14, 0.72, 0.56, 0.56, 1]],
  ],
];

// Lets others have their turn in long work.

/** The time between two turns. */
export const TURN_MILLISECONDS = 100;

/** Gives timers, signals and drawing a turn. */
export const giveTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

// The built-in source `digits(train: N, test: M)`: 28 × 28 pictures of digits like handwritten ones, drawn from strokes
// with random pose, elastic distortion, thickness, ink and noise. It reads no file; a seed always draws the same pictures.

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** The number of pictures to draw before timers and signals get a turn. */
const PICTURES_A_TURN = 1000;
/** The number of points on a smooth stroke between two of its control points. */
const POINTS_A_SPAN = 5;

/**
 * Draws columns `pixels` (u8, 28 × 28, 0 is background) and `label`. Options: `train` and `test`, numbers of pictures, and
 * `seed` (default: the run's). The test part has random numbers of its own.
 */
export async function loadSource(request: SourceRequest, _files: DataFiles): Promise<SourceData> {
  for (const { name, shape, classes } of request.columns) {
    if (name !== "pixels" && name !== "label") {
      throw new RunError(`digits() has columns 'pixels' and 'label', but the program reads '${name}'`);
    }
    if (elementsOf(shape) !== (name === "pixels" ? PIXELS : 1)) {
      throw new RunError(
        `digits() has ${name === "pixels" ? "28 × 28 pixels" : "one label"}, but the program reads ${shape.join(" × ")}`,
      );
    }
    if (name === "label" && classes !== undefined && classes < 10)
      throw new RunError(`digits() has 10 classes, but the program says ${classes}`);
  }
  const count = (name: string): number => {
    const value = request.options[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw new RunError(`digits() needs a whole number '${name}'`);
    return value;
  };
  const seed = typeof request.options.seed === "number" ? request.options.seed : request.seed;
  const part = (name: "train" | "test") => drawDigits(request, count(name), seed, hashName(`digits/${name}`));
  const train = await part("train");
  return count("test") === 0 ? { train } : { train, test: await part("test") };
}

async function drawDigits(request: SourceRequest, count: number, seed: number, stream: number): Promise<DataPart> {
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  const ink = new Float32Array(PIXELS);
  for (let i = 0; i < count; i++) {
    if (i % PICTURES_A_TURN === 0) {
      await giveTurn();
      if (request.signal?.aborted === true) throw new RunError("interrupted while digits() was being drawn");
    }
    labels[i] = drawDigit(pixels.subarray(i * PIXELS, (i + 1) * PIXELS), ink, seed, stream, i);
  }
  const columns: Record<string, Uint8Array | Int32Array | Float32Array> = {};
  for (const { name, dtype } of request.columns) {
    const values = name === "pixels" ? pixels : labels;
    columns[name] = dtype === "u8" ? values : dtype === "i32" ? Int32Array.from(values) : Float32Array.from(values);
  }
  return { count, columns };
}

/** Draws picture `index` of a stream and returns its label. `ink` is room for 28 × 28 numbers. */
function drawDigit(pixels: Uint8Array, ink: Float32Array, seed: number, stream: number, index: number): number {
  let draws = 0;
  const random = (): number => threefry(seed, stream, index, draws++) * 2 ** -32;
  const between = (low: number, high: number): number => low + (high - low) * random();
  /** Draws a roughly normal number with mean 0 and deviation 1, never beyond ±3.5. */
  const normal = (): number => (random() + random() + random() + random() - 2) * Math.sqrt(3);

  const label = Math.floor(random() * 10);
  const ways = glyphs[label] as (typeof glyphs)[number];
  const strokes = ways[Math.floor(random() * ways.length)] as readonly Stroke[];
  const place = poseOf(between, normal);
  const radius = between(0.75, 1.9);
  const edge = between(0.7, 1.5);
  ink.fill(0);
  for (const stroke of strokes) {
    const points = pathOf(stroke, normal).flatMap(([x, y]) => place(x, y));
    // A hand presses differently from one end of a stroke to the other.
    const first = radius * between(0.85, 1.15);
    const last = radius * between(0.85, 1.15);
    const spans = points.length / 2 - 1;
    for (let s = 0; s < spans; s++) {
      const thick = first + ((last - first) * s) / spans;
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.slice(2 * s, 2 * s + 4);
      drawSpan(ink, x0, y0, x1, y1, thick, edge);
    }
  }
  const strength = between(0.6, 1) * 255;
  const noise = random() ** 2 * 22;
  for (let i = 0; i < PIXELS; i += 4) {
    // Four bytes of a random number make the noise of four pixels. Its distribution is a triangle: two draws of a pixel pair.
    const bits = threefry(seed, stream ^ 0x6e6f6973, index, i);
    for (let k = 0; k < 4; k++) {
      const grain = ((bits >>> (8 * k)) & 0xff) / 127.5 - 1;
      const value = (ink[i + k] as number) * strength + grain * noise * 1.7;
      pixels[i + k] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
    }
  }
  return label;
}

/**
 * Makes a random map from the unit square to the picture: it turns, shears, stretches and shifts, then adds two waves a
 * direction, which bend strokes as elastic distortion does.
 */
function poseOf(
  between: (low: number, high: number) => number,
  normal: () => number,
): (x: number, y: number) => [number, number] {
  const angle = normal() * 0.13;
  const shear = normal() * 0.17 - 0.08;
  const width = between(12.5, 19.5);
  const height = between(16, 21.5);
  const shiftX = SIDE / 2 + normal() * 1.1;
  const shiftY = SIDE / 2 + normal() * 1.1;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const waves = Array.from({ length: 4 }, () => {
    const direction = between(0, 2 * Math.PI);
    const pitch = between(0.12, 0.36);
    return {
      a: Math.cos(direction) * pitch,
      b: Math.sin(direction) * pitch,
      phase: between(0, 2 * Math.PI),
      size: normal() * 0.65,
    };
  });
  const bend = (from: number, x: number, y: number): number => {
    let sum = 0;
    for (let i = from; i < from + 2; i++) {
      const wave = waves[i] as (typeof waves)[number];
      sum += wave.size * Math.sin(wave.a * x + wave.b * y + wave.phase);
    }
    return sum;
  };
  return (unitX, unitY) => {
    const v = (unitY - 0.5) * height;
    const u = (unitX - 0.5) * width - shear * v;
    const x = cos * u - sin * v;
    const y = sin * u + cos * v;
    return [x + shiftX + bend(0, x, y), y + shiftY + bend(2, x, y)];
  };
}

/** Returns points along a stroke whose control points have moved a little: a Catmull–Rom spline, closed if its ends meet. */
function pathOf(stroke: Stroke, normal: () => number): [number, number][] {
  const count = stroke.length / 2;
  const closed = stroke[0] === stroke[2 * count - 2] && stroke[1] === stroke[2 * count - 1];
  const moved: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    moved.push([(stroke[2 * i] as number) + normal() * 0.024, (stroke[2 * i + 1] as number) + normal() * 0.02]);
  }
  if (closed) moved[count - 1] = moved[0] as [number, number];
  if (count === 2) return moved;
  const at = (i: number): [number, number] => {
    const wrapped = closed ? (i + count - 1) % (count - 1) : Math.min(Math.max(i, 0), count - 1);
    return moved[wrapped] as [number, number];
  };
  const path: [number, number][] = [at(0)];
  for (let i = 0; i + 1 < count; i++) {
    const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let k = 1; k <= POINTS_A_SPAN; k++) {
      const t = k / POINTS_A_SPAN;
      path.push([spline(p[0], q[0], r[0], s[0], t), spline(p[1], q[1], r[1], s[1], t)]);
    }
  }
  return path;
}

/** Computes a Catmull–Rom spline between q (t = 0) and r (t = 1). */
const spline = (p: number, q: number, r: number, s: number, t: number): number =>
  q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));

/** Inks a straight piece: 1 within `radius` pixels of it, falling to 0 over `edge` pixels. The darkest stroke wins. */
function drawSpan(
  ink: Float32Array,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
  edge: number,
): void {
  const reach = radius + edge / 2;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const scale = 1 / Math.max(dx * dx + dy * dy, 1e-9);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = ((x - x0) * dx + (y - y0) * dy) * scale;
      const t = Math.min(Math.max(along, 0), 1);
      const ex = x - x0 - t * dx;
      const ey = y - y0 - t * dy;
      const dark = (reach - Math.sqrt(ex * ex + ey * ey)) / edge;
      if (dark > (ink[y * SIDE + x] as number)) ink[y * SIDE + x] = Math.min(dark, 1);
    }
  }
}

// Keeps the best weights of a training, and says when it shall end for want of better ones, as Keras's EarlyStopping does.

/** The best result so far, its epoch, and the epochs since without a better one. */
export interface BestSoFar {
  /** Undefined before the first epoch that counts. */
  readonly value?: number;
  readonly epoch: number;
  readonly waited: number;
  /** The weights of that epoch, by name, if the training is to end with them. */
  readonly weights?: ReadonlyMap<string, Float32Array | Int32Array>;
}

export interface BestWatcher {
  /** Looks at a finished epoch; true if the training shall end. */
  see(result: EpochResult): boolean;
  /** Whether a training that goes on has ended already. */
  ended(): boolean;
  /** Puts the best weights in place; returns their epoch, if there are others now. */
  restore(): number | undefined;
  state(): BestSoFar | undefined;
}

const isKept = ({ role }: Program["slots"][number]): boolean => role === "weight" || role === "state";

/** Watches a training by the program's rule; `before` is what a training that goes on has seen, in its `epochs` so far. */
export function bestWatcher(program: Program, before?: BestSoFar, epochs = 0): BestWatcher {
  const rule = program.manifest.stopping;
  let best: BestSoFar = before ?? { epoch: 0, waited: 0 };
  // A training that was killed after its last epoch sees none here, and has other weights than its best ones all the same.
  let last = epochs;
  const ended = (): boolean =>
    rule?.patience !== undefined && best.waited >= Math.max(1, rule.patience) && best.value !== undefined;
  return {
    see({ epoch, metrics, validation }) {
      if (rule === undefined) return false;
      last = epoch;
      const value = (rule.part === "validation" ? validation : metrics)?.[rule.metric];
      if (typeof value !== "number" || epoch <= rule.start) return false;
      const gain =
        best.value === undefined
          ? Number.POSITIVE_INFINITY
          : rule.higherIsBetter
            ? value - best.value
            : best.value - value;
      if (!(gain > rule.minDelta)) best = { ...best, waited: best.waited + 1 };
      else
        best = {
          ...{ value, epoch, waited: 0 },
          ...(rule.restore
            ? { weights: new Map(program.slots.filter(isKept).map(({ name, values }) => [name, values.slice()])) }
            : {}),
        };
      return ended();
    },
    ended,
    restore() {
      const { weights, epoch } = best;
      if (rule?.restore !== true || weights === undefined || epoch === last) return undefined;
      for (const { name, values } of program.slots) {
        const kept = weights.get(name);
        if (kept !== undefined) values.set(kept);
      }
      return epoch;
    },
    state: () => (rule === undefined ? undefined : best),
  };
}

// Batches of rows of like lengths, for a training that has a step of its own for short ones. A row ends at its last step that is
// not 0, so nothing but zeros is ever left out.

/** How rows are put together. */
export interface Grouping extends Pick<Manifest, "batch"> {
  readonly buckets: NonNullable<Manifest["buckets"]>;
  /** The columns that buckets shorten. */
  readonly columns: readonly ColumnInfo[];
}

/** Returns how a training puts rows together; undefined if it takes any rows in one batch. */
export function groupingOf({ batch, buckets, columns }: Manifest): Grouping | undefined {
  if (buckets === undefined) return undefined;
  return { batch, buckets, columns: columns.filter(({ name }) => buckets.some((one) => one[name] !== undefined)) };
}

/** Whether a row is all 0 from a step of a column on. */
function endsBefore(values: Numbers, row: number, { shape }: ColumnInfo, steps: number): boolean {
  const elements = elementsOf(shape);
  const from = row * elements + (steps * elements) / (shape[0] ?? 1);
  for (let i = (row + 1) * elements - 1; i >= from; i--) if (values[i] !== 0) return false;
  return true;
}

/** Returns the first bucket, from `least` on, that a row of columns fits; their number if it needs the whole length. */
function bucketOfRow(
  { buckets, columns }: Pick<Grouping, "buckets" | "columns">,
  values: Readonly<Record<string, Numbers>>,
  row: number,
  least: number,
): number {
  for (let bucket = least; bucket < buckets.length; bucket++) {
    const fits = columns.every((info) => {
      const steps = buckets[bucket]?.[info.name];
      return steps === undefined || endsBefore(values[info.name] as Numbers, row, info, steps);
    });
    if (fits) return bucket;
  }
  return buckets.length;
}

/** Returns the first bucket that all samples of a batch fit; the number of buckets if they need the whole length. */
export function bucketOf(manifest: Manifest, values: Readonly<Record<string, Numbers>>, samples: number): number {
  const grouping = groupingOf(manifest);
  if (grouping === undefined) return 0;
  let bucket = 0;
  for (let row = 0; row < samples && bucket < grouping.buckets.length; row++)
    bucket = bucketOfRow(grouping, values, row, bucket);
  return bucket;
}

/** Returns the bucket of each row. */
export function bucketsOfRows(rows: Rows, grouping: Grouping): Uint8Array {
  const { columns } = grouping;
  const one = Object.fromEntries(columns.map((info) => [info.name, newColumn(info, 1)]));
  return Uint8Array.from(rows.rows, (_, row) => {
    gatherBatch(rows, undefined, row, 1, columns, one);
    return bucketOfRow(grouping, one, 0, 0);
  });
}

/** The place of the first row among all of the epoch, and the key of a random order. */
interface GroupDraw {
  readonly first: number;
  readonly seed: number;
  readonly purpose: string;
  readonly round: number;
}

/**
 * Puts rows, which are in a random order, together in batches of one bucket, and the batches in a random order. What is left of a
 * bucket joins the next one, so an epoch has as many batches as without buckets, and only the last may be short. Rows that
 * complete a batch before the first stay in front.
 */
export function groupedOrder(order: Int32Array, buckets: Uint8Array, grouping: Grouping, draw: GroupDraw): Int32Array {
  const { batch } = grouping;
  const before = Math.min(order.length, (batch - (draw.first % batch)) % batch);
  const batches: number[][] = [];
  const queues: number[][] = grouping.buckets.map(() => []);
  queues.push([]);
  for (const row of order.subarray(before)) queues[buckets[row] as number]?.push(row);
  let left: number[] = [];
  for (const queue of queues) {
    const rows = [...left, ...queue];
    const whole = rows.length - (rows.length % batch);
    for (let at = 0; at < whole; at += batch) batches.push(rows.slice(at, at + batch));
    left = rows.slice(whole);
  }
  const mixed = rowNumbers(batches.length);
  shuffleRows(mixed, draw.seed, draw.purpose, draw.round);
  const made = order.slice();
  let at = before;
  for (const number of mixed) {
    made.set(batches[number] as number[], at);
    at += batch;
  }
  made.set(left, at);
  return made;
}

// Rows for a training, batch by batch, wherever they are: in memory here, in a file in stored.ts. A loop knows no more of its data.

/** Rows in an order. */
export interface FeedOrder {
  /** Copies the rows `start` … `start + n - 1` of the order to the start of each column. */
  gather(start: number, n: number, columns: readonly ColumnInfo[], to: Readonly<Record<string, Numbers>>): void;
  /** Returns the numbers of these rows, which `place` knows. */
  rows(start: number, n: number): Int32Array;
}

export interface Feed {
  readonly count: number;
  /** The order of an epoch (from 0), the same for the same seed and epoch. With a grouping, batches are of rows of like lengths. */
  epoch(seed: number, epoch: number, grouping?: Grouping): FeedOrder;
  /** The order of the data. */
  inOrder(): FeedOrder;
  /** Says where a row stands in the data: `houses.csv, line 17`. */
  place(row: number): string;
}

export interface Feeds {
  readonly train: Feed;
  readonly validation?: Feed;
  readonly test?: Feed;
}

/** Returns the feed of rows in memory. */
export function feedOf(from: Rows): Feed {
  const { length: count } = from.rows;
  let lengths: Uint8Array | undefined;
  /** The order of an epoch in batches of like rows. Their lengths are read once. */
  const grouped = (order: Int32Array, grouping: Grouping, seed: number, epoch: number): Int32Array => {
    lengths ??= bucketsOfRows(from, grouping);
    return groupedOrder(order, lengths, grouping, { first: 0, seed, purpose: "buckets", round: epoch });
  };
  const inOrder = (order?: Int32Array): FeedOrder => ({
    gather: (start, n, columns, to) => gatherBatch(from, order, start, n, columns, to),
    rows: (start, n) =>
      order === undefined
        ? from.rows.slice(start, start + n)
        : order.slice(start, start + n).map((place) => from.rows[place] as number),
  });
  return {
    count,
    epoch(seed, epoch, grouping) {
      const order = epochOrder(count, seed, epoch);
      return inOrder(grouping === undefined ? order : grouped(order, grouping, seed, epoch));
    },
    inOrder: () => inOrder(),
    place: (row) => from.part.place?.(row) ?? `example ${row}`,
  };
}

/** Returns the feeds of the parts of a data set. */
export function feedsOf({ train, validation, test }: Dataset): Feeds {
  return {
    train: feedOf(train),
    ...(validation === undefined ? {} : { validation: feedOf(validation) }),
    ...(test === undefined ? {} : { test: feedOf(test) }),
  };
}

/** The same for data that has feeds already. */
export const asFeeds = (data: Dataset | Feeds): Feeds =>
  "rows" in data.train ? feedsOf(data as Dataset) : (data as Feeds);

// The place of a training, from which it goes on.

/** The place of a training between two steps. Together with the program's slots it is all that the rest depends on. */
export interface TrainState {
  /** The epoch, from 1, and its finished steps. */
  readonly epoch: number;
  readonly step: number;
  readonly done: readonly EpochResult[];
  readonly best?: BestSoFar;
}

// Stops a training at the first loss or weight that is no finite number. It keeps a copy of the state now and then, goes through
// the steps after it a second time, and ends before the one that did the damage. A training repeats to the bit, so this finds
// the step itself, and no step pays for the search beforehand.

/** What went wrong in a step. */
export interface Damage {
  /** The number of the step in its epoch, from 1. */
  readonly step: number;
  /** The mean loss of the batch before the update. */
  readonly loss: number;
  /** Weights and statistics that were finite before the step and are not after it, by name. */
  readonly weights: readonly string[];
}

/** The batch in which it happened. */
export interface DamagedBatch {
  readonly epoch: number;
  readonly damage: Damage;
  /** Its rows, as numbers in the part of the data that holds them. The program's columns hold their values. */
  readonly rows: Int32Array;
  /** The places in the batch of those whose loss is not finite when they are alone. */
  readonly alone: readonly number[];
}

/** The rows of an evaluation whose loss is not finite. */
export interface DamagedRows {
  /** The data that holds them, and the first batch of such a loss. */
  readonly feed: Feed;
  readonly rows: Int32Array;
  /** The places in the batch of those whose loss is not finite when they are alone. */
  readonly alone: readonly number[];
}

export const damageHelp =
  "try a smaller learning rate, and check that inputs are scaled (pixels / 255) and hold no NaN";

/** The error of a training that met numbers which are not finite. The program has the last good state. */
export class DamageError extends RunError {
  override readonly name: string = "DamageError";
  /** What happened, without advice. */
  readonly problem: string;
  /** The last good state, to go on from; undefined if there is none beside that of the last epoch. */
  readonly state: TrainState | undefined;
  /** Undefined where an evaluation failed. */
  readonly batch: DamagedBatch | undefined;
  /** Where an evaluation failed, if it fails a second time. */
  readonly evaluated: DamagedRows | undefined;
  constructor(problem: string, state?: TrainState, batch?: DamagedBatch, evaluated?: DamagedRows) {
    super(`${problem}; ${damageHelp}`);
    this.problem = problem;
    this.state = state;
    this.batch = batch;
    this.evaluated = evaluated;
  }
}

const lossWords = (loss: number): string => (Number.isNaN(loss) ? "not a number (NaN)" : String(loss));

/** Says that the loss of an evaluation is not finite. */
export const evaluationDamage = (loss: number, evaluated: DamagedRows | undefined): DamageError =>
  new DamageError(`the loss is ${lossWords(loss)} in evaluation`, undefined, undefined, evaluated);

/** Says that a step did damage, and not when it was repeated. */
export const unrepeated = (epoch: number): DamageError =>
  new DamageError(`a loss or a weight is not finite in epoch ${epoch}, but the same steps did no damage a second time`);

/** Says what a step did. */
export function stepDamage(batch: DamagedBatch, state: TrainState): DamageError {
  const { step, loss } = batch.damage;
  const where = `step ${step} of epoch ${batch.epoch}`;
  return new DamageError(
    Number.isFinite(loss)
      ? `${where} makes weights that are not finite, so training cannot go on`
      : `the loss is ${lossWords(loss)} at ${where}, so training cannot go on`,
    state,
    batch,
  );
}

export interface Guard {
  /** Copies the state after so many steps of the epoch. */
  keep(step: number): void;
  /** The time of the last copy. */
  kept(): number;
  /** Whether every weight and statistic is finite. */
  sound(): boolean;
  /**
   * Repeats the steps after the copy up to `last` and returns the first that does damage; the program then has the state before
   * it. `take` takes the step after so many, and returns its loss. Undefined if nothing happens the second time.
   */
  find(last: number, take: (done: number) => number): Promise<Damage | undefined>;
}

const isBad = ({ role, values }: SlotInfo): boolean =>
  (role === "weight" || role === "state") && values instanceof Float32Array && !allFinite(values);

/**
 * Returns the places of the rows of a batch whose loss is not finite when they are evaluated alone. `gather` puts one of them into
 * the program's columns. Leaves all slots as they are.
 */
export function rowsAlone(program: Program, count: number, gather: (place: number) => void): readonly number[] {
  const metrics = program.slots.filter(({ role }) => role === "metric");
  const before = metrics.map(({ values }) => values.slice());
  const found: number[] = [];
  for (let place = 0; place < count; place++) {
    gather(place);
    program.resetMetrics();
    program.evaluateStep(1);
    const loss = program.metrics()[0];
    if (typeof loss === "number" && !Number.isFinite(loss)) found.push(place);
  }
  for (const [i, { values }] of metrics.entries()) values.set(before[i] as SlotInfo["values"]);
  return found;
}

/** Evaluates batch by batch, and returns the rows of the first whose loss is not finite. Uses the program's metrics. */
export async function damagedRows(program: Program, feed: Feed): Promise<DamagedRows | undefined> {
  const { batch, columns } = program.manifest;
  const order = feed.inOrder();
  let turn = performance.now();
  for (let start = 0; start < feed.count; start += batch) {
    const n = Math.min(batch, feed.count - start);
    order.gather(start, n, columns, program.columns);
    program.resetMetrics();
    program.evaluateStep(n);
    const loss = program.metrics()[0];
    if (typeof loss === "number" && !Number.isFinite(loss)) {
      const one = (place: number): void => order.gather(start + place, 1, columns, program.columns);
      return { feed, rows: order.rows(start, n), alone: rowsAlone(program, n, one) };
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  return undefined;
}

/** Watches over the state of a program. */
export function stateGuard(program: Program): Guard {
  let copies: readonly SlotInfo["values"][] = [];
  let from = 0;
  let at = 0;
  const bad = (): readonly string[] => program.slots.filter(isBad).map(({ name }) => name);
  const restore = (): void => {
    for (const [i, { values }] of program.slots.entries()) values.set(copies[i] as SlotInfo["values"]);
  };
  return {
    keep(step) {
      if (copies.length === 0) copies = program.slots.map(({ values }) => values.slice());
      else for (const [i, { values }] of program.slots.entries()) (copies[i] as SlotInfo["values"]).set(values);
      from = step;
      at = performance.now();
    },
    kept: () => at,
    sound: () => bad().length === 0,
    async find(last, take) {
      restore();
      let found: Damage | undefined;
      let turn = performance.now();
      for (let done = from; done < last && found === undefined; done++) {
        const loss = take(done);
        const weights = bad();
        if (!Number.isFinite(loss) || weights.length > 0) found = { step: done + 1, loss, weights };
        if (performance.now() - turn < TURN_MILLISECONDS) continue;
        await giveTurn();
        turn = performance.now();
      }
      if (found === undefined) return undefined;
      restore();
      for (let done = from; done < found.step - 1; done++) take(done);
      return found;
    },
  };
}

// The training loop: epochs, batches in a seeded order, validation, test, and news of its progress. It knows a program only
// by its contract, and nothing of screens and files. It gives the event loop a turn about ten times a second.

export interface TrainOptions {
  /** Default: the program's own number. */
  readonly epochs?: number;
  /** The seed of the order of samples. Default: the program's own. `program.initialize` sets the weights. */
  readonly seed?: number;
  /** Once this is aborted, training stops before the next step. */
  readonly signal?: AbortSignal;
  /** The place where an earlier training stopped: the program's slots hold its state. */
  readonly from?: TrainState;
  /** Ends the training after so many steps in all, those before `from` too. */
  readonly maxSteps?: number;
  /** Ends the training after so many seconds, at least one step later. */
  readonly maxSeconds?: number;
}

/** The progress. Epochs and steps count from 1; metrics are means over the epoch so far, in the manifest's order. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
  readonly metrics: readonly MetricValue[];
}

export interface TrainEvents {
  /** Called at most about ten times a second. */
  onProgress?(progress: Progress): void;
  onEpoch?(result: EpochResult): void;
  /**
   * Called with the state to save it: between steps at most about ten times a second where `wantsState` says so, after each
   * epoch, and where the training ends within one. Every weight is finite then.
   */
  onState?(state: TrainState, when: "step" | "epoch" | "end"): void;
  /** Whether `onState` wants the state within an epoch now. By default it does. */
  wantsState?(): boolean;
}

export interface History {
  readonly epochs: readonly EpochResult[];
  /** Metrics of the test rows after the last epoch, if there are any. */
  readonly test?: readonly MetricValue[];
  /** The last finished step, and its epoch, if the signal stopped the training. */
  readonly interrupted?: { readonly epoch: number; readonly step: number };
  /** The budget that ended it, with the last finished step and its epoch. */
  readonly spent?: { readonly budget: Budget; readonly epoch: number; readonly step: number };
  /** The epoch after which it ended early, for want of a better result. */
  readonly stopped?: number;
  /** The epoch whose weights it ends with, if these are the best ones. */
  readonly restored?: number;
  /** The step that made numbers which are not finite, if a run ended before it. */
  readonly damaged?: { readonly epoch: number; readonly step: number };
}

export type Budget = "seconds" | "steps";

/** The time between two copies of the state in memory, from which a search for damage begins. */
const KEEP_MILLISECONDS = 5000;

/**
 * Trains from the program's present weights and returns the history. Throws a DamageError if a loss or a weight stops being a
 * finite number; the program then has the state before that step.
 */
export async function trainProgram(
  program: Program,
  given: Dataset | Feeds,
  options: TrainOptions = {},
  events: TrainEvents = {},
): Promise<History> {
  const { manifest } = program;
  const data = asFeeds(given);
  const { epochs = manifest.epochs, from } = options;
  if (program.observe?.validation !== undefined && data.validation === undefined)
    throw new RunError("the learning rate follows a result of validation, so the data needs a validation part");
  if (manifest.stopping?.part === "validation" && data.validation === undefined)
    throw new RunError("the best weights are those of the best validation, so the data needs a validation part");
  const course = courseOf(program, data, options, events);
  const { done, best, over, epochSteps } = course;
  if (from === undefined) tellLength(program, epochs * epochSteps);
  let stopped = best.ended() ? done.length : undefined;
  let spent: History["spent"];
  for (let epoch = from?.epoch ?? 1; epoch <= epochs && stopped === undefined && spent === undefined; epoch++) {
    const first = epoch === from?.epoch ? from.step : 0;
    const budget = over(epoch, first);
    if (budget !== undefined) {
      spent = { budget, ...(first > 0 ? { epoch, step: first } : { epoch: epoch - 1, step: epochSteps }) };
      break;
    }
    const ended = await trainAndValidate(course, epoch, first);
    if ("interrupted" in ended) return { epochs: done, interrupted: ended.interrupted };
    ({ spent, stopped } = ended);
  }
  program.finalize?.();
  const restored = best.restore();
  const ending = {
    epochs: done,
    ...(spent === undefined ? {} : { spent }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(restored === undefined ? {} : { restored }),
  };
  if (data.test === undefined) return ending;
  const test = await evaluateProgram(program, data.test, options.signal);
  const step = done.at(-1)?.steps ?? 0;
  return test === undefined ? { ...ending, interrupted: { epoch: epochs, step } } : { ...ending, test };
}

/** A training under way. */
interface Course {
  readonly program: Program;
  readonly data: Feeds;
  readonly options: TrainOptions;
  readonly events: TrainEvents;
  readonly done: EpochResult[];
  readonly best: BestWatcher;
  readonly guard: Guard;
  /** The steps of an epoch. */
  readonly epochSteps: number;
  /** The start of training, and the last turn of timers and signals. */
  readonly clock: { readonly started: number; turn: number };
  /** The state after so many steps of an epoch. */
  at(epoch: number, step: number): TrainState;
  /** The budget that is used up after so many steps of an epoch. */
  over(epoch: number, step: number): Budget | undefined;
}

function courseOf(program: Program, data: Feeds, options: TrainOptions, events: TrainEvents): Course {
  const { from, maxSteps = Number.POSITIVE_INFINITY, maxSeconds = Number.POSITIVE_INFINITY } = options;
  const done: EpochResult[] = [...(from?.done ?? [])];
  const best = bestWatcher(program, from?.best, done.length);
  const clock = { started: performance.now(), turn: performance.now() };
  const epochSteps = Math.ceil(data.train.count / program.manifest.batch);
  return {
    ...{ program, data, options, events, done, best, clock, epochSteps },
    guard: stateGuard(program),
    at(epoch, step) {
      const found = best.state();
      return { epoch, step, done: [...done], ...(found === undefined ? {} : { best: found }) };
    },
    over(epoch, step) {
      if ((epoch - 1) * epochSteps + step >= maxSteps) return "steps";
      return performance.now() - clock.started >= 1000 * maxSeconds ? "seconds" : undefined;
    },
  };
}

/** How an epoch ended: by the signal, by a budget, for want of a better result, or as others do. */
type EpochEnd =
  | { readonly interrupted: NonNullable<History["interrupted"]> }
  | { readonly spent: History["spent"]; readonly stopped: number | undefined };

/** Trains an epoch, validates, and tells the result. */
async function trainAndValidate(course: Course, epoch: number, first: number): Promise<EpochEnd> {
  const { program, data, options, events, done, best, clock, at, over } = course;
  const trained = await trainEpoch(course, epoch, first);
  const interrupted = { epoch, step: trained.step };
  let spent: History["spent"];
  if (trained.step < course.epochSteps) {
    events.onState?.(at(epoch, trained.step), "end");
    const budget = options.signal?.aborted === true ? undefined : over(epoch, trained.step);
    if (budget === undefined) return { interrupted };
    spent = { budget, ...interrupted };
  }
  // Only the whole epoch is a place to go on from: validation leaves other metrics.
  program.observe?.train?.();
  const validation =
    data.validation === undefined ? undefined : await evaluateProgram(program, data.validation, options.signal);
  if (data.validation !== undefined && validation === undefined) return { interrupted };
  if (validation !== undefined) program.observe?.validation?.();
  const { step, seconds, samplesPerSecond, metrics } = trained;
  const epochs = options.epochs ?? program.manifest.epochs;
  const result: EpochResult = {
    ...{ epoch, epochs, steps: step, seconds, samplesPerSecond, metrics },
    ...(validation === undefined ? {} : { validation }),
  };
  done.push(result);
  const stopped = best.see(result) && spent === undefined ? epoch : undefined;
  events.onEpoch?.(result);
  if (spent === undefined) {
    events.onState?.(at(epoch + 1, 0), "epoch");
    await giveTurn();
    clock.turn = performance.now();
  }
  return { spent, stopped };
}

/** Tells the program how many steps are to come, if its learning rate depends on that. */
export function tellLength({ slots }: Program, steps: number): void {
  const counter = (wanted: string) => slots.find(({ name, role }) => role === "counter" && name === wanted)?.values;
  const [done, total] = [counter("step"), counter("total_steps")];
  if (total !== undefined) total[0] = (done?.[0] ?? 0) + steps;
}

/** The steps of one epoch over rows, in the order of that epoch. */
interface EpochSteps {
  /** Puts the batch of the step after so many into the program's columns. */
  gather(done: number): void;
  /** Puts one row of that batch alone. */
  gatherOne(done: number, place: number): void;
  /** The rows of that batch. */
  rowsOf(done: number): Int32Array;
  /** The samples that so many steps have seen. */
  seen(done: number): number;
}

function stepsOf(program: Program, feed: Feed, seed: number, epoch: number): EpochSteps {
  const { batch, columns } = program.manifest;
  const { count } = feed;
  const order = feed.epoch(seed, epoch - 1, groupingOf(program.manifest));
  const seen = (done: number): number => Math.min(count, done * batch);
  return {
    seen,
    gather(done) {
      const n = seen(done + 1) - seen(done);
      if (n > 0) order.gather(seen(done), n, columns, program.columns);
    },
    gatherOne: (done, place) => order.gather(seen(done) + place, 1, columns, program.columns),
    rowsOf: (done) => order.rows(seen(done), seen(done + 1) - seen(done)),
  };
}

/** Trains one epoch and returns the last finished step, less than its steps if the signal or a budget stopped it. */
async function trainEpoch(course: Course, epoch: number, first: number): Promise<EpochTrained> {
  const { program, data, options, events, guard, epochSteps, clock, at, over } = course;
  const { signal, epochs = program.manifest.epochs, seed = program.manifest.seed } = options;
  const { gather, gatherOne, seen, rowsOf } = stepsOf(program, data.train, seed, epoch);
  const take = (done: number, meanwhile?: () => void): number =>
    program.trainStep(seen(done + 1) - seen(done), meanwhile);
  /** Finds the step that did damage, up to `last`, and leaves the program before it. */
  const damaged = async (last: number): Promise<DamageError> => {
    const again = (done: number): number => {
      gather(done);
      return take(done);
    };
    const damage = await guard.find(last, again);
    if (damage === undefined) return unrepeated(epoch);
    const batch = rowsOf(damage.step - 1);
    const alone = Number.isFinite(damage.loss)
      ? []
      : rowsAlone(program, batch.length, (place) => gatherOne(damage.step - 1, place));
    gather(damage.step - 1);
    return stepDamage({ epoch, damage, rows: batch, alone }, at(epoch, damage.step - 1));
  };
  const started = performance.now();
  if (first === 0) program.resetMetrics();
  guard.keep(first);
  gather(first);
  let step = first;
  while (step < epochSteps && signal?.aborted !== true && (step === first || over(epoch, step) === undefined)) {
    const next = step + 1;
    const loss = take(step, () => gather(next));
    step = next;
    if (!Number.isFinite(loss)) throw await damaged(step);
    const now = performance.now();
    if (now - clock.turn < TURN_MILLISECONDS) continue;
    const wanted = events.onState !== undefined && events.wantsState?.() !== false;
    if (wanted || now - guard.kept() > KEEP_MILLISECONDS) {
      if (!guard.sound()) throw await damaged(step);
      guard.keep(step);
    }
    const all = seen(epochSteps);
    events.onProgress?.({
      ...{ epoch, epochs, step, steps: epochSteps },
      samplesPerSecond: ((seen(step) - seen(first)) * 1000) / (now - started),
      // The whole time so far includes validation.
      secondsLeft:
        ((now - clock.started) / 1000) * ((all * (epochs - epoch + 1) - seen(step)) / (all * (epoch - 1) + seen(step))),
      metrics: program.metrics(),
    });
    if (wanted) events.onState?.(at(epoch, step), "step");
    await giveTurn();
    clock.turn = performance.now();
  }
  if (!guard.sound()) throw await damaged(step);
  const seconds = (performance.now() - started) / 1000;
  const samplesPerSecond = (seen(step) - seen(first)) / Math.max(seconds, 1e-9);
  return { step, seconds, samplesPerSecond, metrics: [...program.metrics()] };
}

type EpochTrained = Pick<EpochResult, "seconds" | "samplesPerSecond" | "metrics"> & { readonly step: number };

/** Returns the metrics over all rows, without training; undefined if the signal stopped it. */
export async function evaluateProgram(
  program: Program,
  rows: Rows | Feed,
  signal?: AbortSignal,
): Promise<readonly MetricValue[] | undefined> {
  const { manifest } = program;
  const feed = "part" in rows ? feedOf(rows) : rows;
  const { count } = feed;
  const order = feed.inOrder();
  let turn = performance.now();
  program.resetMetrics();
  for (let start = 0; start < count; start += manifest.batch) {
    if (signal?.aborted === true) return undefined;
    const n = Math.min(manifest.batch, count - start);
    order.gather(start, n, manifest.columns, program.columns);
    program.evaluateStep(n);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  const metrics = [...program.metrics()];
  const loss = metrics[0];
  if (typeof loss === "number" && !Number.isFinite(loss))
    throw evaluationDamage(loss, await damagedRows(program, feed));
  return metrics;
}

// Checks everything that programs hand to a model: settings, rows, samples. Each refusal is one RunError that names the
// thing, the given value and the expected one. It computes nothing.

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && typedArrayName(value) === undefined && !Array.isArray(value);

/** Throws RunError unless the value is a whole number of the range, or undefined. */
function checkWhole(value: unknown, name: string, range: Range): void {
  if (value === undefined || inRange(value, range)) return;
  throw new RunError(`${name} must be a whole number ${rangeText(range)}, not ${valueText(value)}`);
}

/** Throws RunError unless the value is a record with no other fields than these, or undefined. */
function checkFields(value: unknown, owner: string, names: readonly string[], advice = ""): void {
  if (value === undefined) return;
  if (!isObject(value))
    throw new RunError(`${owner}: options are a record, { ${names[0]}: … }, not ${valueText(value)}`);
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other === undefined) return;
  throw new RunError(`${owner}: there is no '${safeText(other)}'; there are ${names.join(", ")}${advice}`);
}

/** Checks that a value is a model that can do what is asked of it: `train`, `predict`. Throws RunError. */
export function checkModel(model: unknown, asked: "train" | "predict"): void {
  if (!isObject(model) || typeof model[asked] !== "function")
    throw new RunError(`${asked} takes the model that createModel makes, not ${valueText(model)}`);
}

/** Checks the seed of a model. Throws RunError. */
export const checkSeed = (seed: unknown, owner: string): void => checkWhole(seed, `${owner}: seed`, runRanges.seed);

/** Checks the options of a new model. Throws RunError. */
export function checkProgramOptions(options: ProgramOptions | undefined): void {
  const owner = "createModel";
  checkFields(options, owner, ["threads", "variant", "revectorize", "backend"]);
  const { threads, variant, revectorize, backend } = options ?? {};
  checkWhole(threads, `${owner}: threads`, runRanges.threads);
  if (variant !== undefined && !["plain", "relaxed", "wide"].includes(variant))
    throw new RunError(`${owner}: variant must be 'plain', 'relaxed' or 'wide', not ${valueText(variant)}`);
  if (revectorize !== undefined && typeof revectorize !== "boolean")
    throw new RunError(`${owner}: revectorize must be true or false, not ${valueText(revectorize)}`);
  if (backend !== undefined && typeof backend !== "string")
    throw new RunError(`${owner}: backend must be a name, not ${valueText(backend)}`);
}

/** Throws RunError if the options ask for threads that the target does not have. */
export function checkThreads(threads: number | undefined, { target, threads: has }: Manifest): void {
  if (threads !== undefined && threads > 1 && !has)
    throw new RunError(`createModel: threads must be 1, not ${threads}: target ${target} runs on one thread`);
}

/** Checks the options of a training and its listeners. Throws RunError. */
export function checkTraining(options: TrainOptions | undefined, events: TrainEvents | undefined): void {
  const fixed = "; the batch and all else are fixed when the program is compiled";
  checkFields(options, "train", ["epochs", "seed", "signal", "from", "maxSteps", "maxSeconds"], fixed);
  checkWhole(options?.epochs, "train: epochs", runRanges.epochs);
  checkWhole(options?.maxSteps, "train: maxSteps", runRanges.maxSteps);
  const seconds: unknown = options?.maxSeconds;
  if (seconds !== undefined && !(typeof seconds === "number" && seconds > 0))
    throw new RunError(`train: maxSeconds must be a number above 0, not ${valueText(seconds)}`);
  checkSeed(options?.seed, "train");
  const signal: unknown = options?.signal;
  if (signal !== undefined && !(typeof signal === "object" && signal !== null && "aborted" in signal))
    throw new RunError(`train: signal must be an AbortSignal, not ${valueText(signal)}`);
  checkFields(events, "train", ["onProgress", "onEpoch", "onState", "wantsState"]);
  for (const [name, call] of Object.entries(events ?? {}))
    if (call !== undefined && typeof call !== "function")
      throw new RunError(`train: ${name} must be a function, not ${valueText(call)}`);
}

/** Checks that rows have all columns that the program reads, with values that fit. Throws RunError. */
function checkRows(rows: unknown, columns: readonly ColumnInfo[], where: string): asserts rows is Rows {
  const shape = `allRows({ count, columns: { ${columns.map(({ name }) => safeText(name)).join(", ")} } })`;
  if (!isObject(rows) || !isObject(rows.part) || typedArrayName(rows.rows) !== "Int32Array")
    throw new RunError(`${where} must be rows, as ${shape} makes them, not ${valueText(rows)}`);
  const { part } = rows as unknown as Rows;
  checkPart(part, columns, where);
  const numbers = rows.rows as Int32Array;
  if (numbers.length === 0) throw new RunError(`${where}: there are no rows`);
  const bad = numbers.findIndex((row) => row < 0 || row >= part.count);
  if (bad >= 0)
    throw new RunError(
      `${where}: row ${bad} names example ${numbers[bad]}, but there are ${part.count}, counted from 0`,
    );
}

/** Checks all rows of a data set. Throws RunError. */
export function checkDataset(data: unknown, columns: readonly ColumnInfo[]): asserts data is Dataset {
  const parts = ["train", "validation", "test"];
  if (!isObject(data) || data.train === undefined) {
    const form = "{ train: allRows({ count, columns }) }, optionally with validation and test";
    throw new RunError(
      `train: data must be ${form}, not ${isObject(data) ? "a record without train" : valueText(data)}`,
    );
  }
  const other = Object.keys(data).find((name) => !parts.includes(name));
  if (other !== undefined)
    throw new RunError(`train: data has no part '${safeText(other)}'; there are ${parts.join(", ")}`);
  checkRows(data.train, columns, "training data");
  if (data.validation !== undefined) checkRows(data.validation, columns, "validation data");
  if (data.test !== undefined) checkRows(data.test, columns, "test data");
}

/** Checks rows to evaluate. Throws RunError. */
export const checkEvaluated: (rows: unknown, columns: readonly ColumnInfo[]) => asserts rows is Rows = (
  rows,
  columns,
) => checkRows(rows, columns, "data");

/** Checks samples to predict: every input must be there, have the right length, and hold values that fit. Throws RunError. */
export function checkSamples(inputs: unknown, count: unknown, manifest: Manifest): void {
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `predict: the number of samples is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  const names = manifest.inputs.map(({ name }) => safeText(name));
  if (!isObject(inputs))
    throw new RunError(`predict: inputs must be a record, { ${names.join(", ")} }, not ${valueText(inputs)}`);
  const other = Object.keys(inputs).find((name) => !manifest.inputs.some((info) => info.name === name));
  for (const info of manifest.inputs) {
    const name = safeText(info.name);
    const from = Object.hasOwn(inputs, info.name) ? inputs[info.name] : undefined;
    if (from === undefined)
      throw new RunError(
        `predict: there is no input '${name}'${other === undefined ? "" : `, but one called '${safeText(other)}'`}`,
      );
    const kind = typedArrayName(from);
    if ((kind === undefined && !Array.isArray(from)) || kind?.startsWith("Big") === true)
      throw new RunError(`predict: input '${name}' must be an array of numbers, not ${valueText(from)}`);
    const values = from as ArrayLike<number>;
    const elements = elementsOf(info.shape);
    if (values.length !== count * elements)
      throw new RunError(
        `predict: input '${name}' has ${values.length} numbers, but ${count} × [${info.shape.join(", ")}] needs ${count * elements}`,
      );
    const bad = firstMisfit(values, info);
    if (bad !== undefined)
      throw new RunError(
        `predict: '${name}' of sample ${Math.floor(bad / elements)} is ${valueText(values[bad])}, but must be ${expectedText(info)}`,
      );
  }
  if (other !== undefined)
    throw new RunError(`predict: there is no input '${safeText(other)}'; there are ${names.join(", ")}`);
}

// Running text in tokens: the text is cut into stretches, a split divides these, and the tokens of each part are cut into windows.

/** The least and the most characters of a stretch: a split by shares cuts between stretches. */
const SHORT_STRETCH = 64;
const LONG_STRETCH = 4096;

/** Cuts running text into stretches, each to the end of a word, so that the tokens of all are those of the whole. */
export function stretchesOf(whole: string, path: string, stride: unknown): DataPart {
  const texts: string[] = [];
  const isBlank = (at: number): boolean => /\p{White_Space}/u.test(whole.charAt(at));
  const starts: number[] = [];
  for (let from = 0; from < whole.length; ) {
    let to = from + SHORT_STRETCH;
    while (to < whole.length && to < from + LONG_STRETCH && !(isBlank(to) && !isBlank(to - 1))) to++;
    // A character of two halves stays whole.
    if (/[\udc00-\udfff]/.test(whole.charAt(to))) to++;
    starts.push(from);
    texts.push(whole.slice(from, to));
    from = to;
  }
  if (texts.length === 0) throw new RunError(`${safeText(path)}: is empty`);
  return {
    ...{ count: texts.length, columns: {}, texts: { text: texts } },
    running: { path, ...(stride === undefined ? {} : { stride: Number(stride) }) },
    place: (row) => `${safeText(path)}, after ${starts[row] ?? 0} characters`,
  };
}

/** Makes tokens of stretches of running text, and windows of these. */
export function windowsOfTokens(
  { part, rows, limit }: Rows,
  { path, stride }: RunningText,
  columns: readonly ColumnInfo[],
  tokensOf: (text: string) => readonly number[],
): Rows {
  const stretches = Array.from(rows, (row) => tokensOf(part.texts?.text?.[row] ?? ""));
  const ends = new Int32Array(rows.length);
  let count = 0;
  for (const [i, { length }] of stretches.entries()) ends[i] = count += length;
  const [info] = columns;
  const tokens = newColumn({ name: info?.name ?? "", dtype: info?.dtype ?? "i32", shape: [] }, count);
  for (const [i, stretch] of stretches.entries()) tokens.set(stretch, (ends[i] as number) - stretch.length);
  const placed = columns.map((one) => ({ ...one, ahead: Number(one.encoder?.options.shift ?? 0) }));
  const step = stride ?? Math.max(...columns.map(({ shape }) => elementsOf(shape)));
  const { count: held, windows } = windowsOver(count, step, placed);
  if (held === 0)
    throw new RunError(
      `${safeText(path)}: a part of the split has ${countText(count)} tokens, but a window takes ${windows.reach} of them`,
    );
  const chosen = rowNumbers(held);
  if (limit !== undefined && limit.count < held) shuffleRows(chosen, limit.seed, "limit", 0);
  const made: DataPart = {
    count: held,
    columns: Object.fromEntries(columns.map(({ name }) => [name, tokens])),
    windows,
    place(row) {
      const first = ends.findIndex((end) => end > row * step);
      return part.place?.(rows[first] as number) ?? `example ${row}`;
    },
  };
  return { part: made, rows: limit === undefined ? chosen : chosen.slice(0, limit.count) };
}

// Makes the numbers of encoded columns: an encoder learns from the training rows alone, then writes the numbers of every row. It
// knows encoders by their contract.

export type EncoderOptions = Readonly<Record<string, unknown>>;

/**
 * Writes the numbers of a text from `at` on; returns what is wrong with the text, if it has no numbers. `more` are the texts of further
 * columns.
 */
export type WriteText = (text: string, to: Numbers, at: number, more?: readonly string[]) => string | undefined;

/** An encoder of text. A module of core/encoders exports one encoder, with the name of the file and `Encoder` after it. */
export interface Encoder {
  readonly numbers?: undefined;
  /** Returns what it learns from the texts of the training rows. Throws a RunError where they do not fit its options. */
  learn(texts: Iterable<string>, options: EncoderOptions): readonly string[];
  /** Returns the function that encodes with what was learned; `length` numbers for each text. */
  writer(learned: readonly string[], options: EncoderOptions, length: number): WriteText;
  /** Returns what makes texts of tokens again, for an encoder whose tokens follow each other as in the text. */
  reader?(learned: readonly string[], options: EncoderOptions): TokenReader;
}

/** Makes tokens of texts of any length, and texts of tokens. */
export interface TokenReader {
  /** The tokens that a text is made of, without marks: the first one, and the place after the last. */
  readonly first: number;
  readonly end: number;
  /** The marks where a text begins and where it ends, in a field that has them. */
  readonly marks: { readonly first?: number | undefined; readonly last?: number | undefined };
  /** What stands between the texts of two tokens. */
  readonly joint: string;
  /** Returns the tokens of a text. Throws a RunError for a text that has none. */
  tokens(text: string): readonly number[];
  /** Returns the text of tokens, up to one that ends it. What fills up has no text. */
  text(tokens: Iterable<number>): string;
  /** Returns the words by which a text counts as like another. */
  words(text: string): readonly string[];
}

/** Samples `rows` of the values of a column. */
export interface NumberPiece {
  readonly values: Numbers;
  readonly rows: Int32Array;
}

/** An encoder of numbers, `elements` of them a sample. */
export interface NumberEncoder {
  readonly numbers: true;
  /** Returns what it learns from the samples of all pieces, which it may go through several times. */
  learn(pieces: Iterable<NumberPiece>, elements: number, options: EncoderOptions): readonly number[];
  /** Returns the function that encodes the sample at `at`, to the same place. */
  writer(
    learned: readonly (string | number)[],
    options: EncoderOptions,
    elements: number,
  ): (from: Numbers, to: Numbers, at: number) => void;
}

export type AnyEncoder = Encoder | NumberEncoder;
export type Encoders = Readonly<Record<string, AnyEncoder>>;

/** What the encoders of a program's columns have learned, by the names of the columns. */
export type Learned = Readonly<Record<string, readonly (string | number)[]>>;

/** Texts of some rows, in order. */
function* textsOf({ part, rows }: Rows, column: string): Generator<string> {
  const texts = part.texts?.[column] ?? [];
  for (const row of rows) yield texts[row] ?? "";
}

const COLUMNS_OF = "columns of ";

/**
 * Returns the columns as the training with these weights read them: what stands side by side keeps its order. Throws a RunError for
 * weights of other columns.
 */
export function asLearned(columns: readonly ColumnInfo[], learned: Learned, where: string): readonly ColumnInfo[] {
  return columns.map((column) => {
    const { except, ...info } = column;
    const name = safeText(info.name);
    if (info.encoder !== undefined && learned[info.name] === undefined)
      throw new RunError(
        `${safeText(where)}: does not have what the training learned of '${name}'; these are weights of another program`,
      );
    const known = learned[COLUMNS_OF + info.name]?.map(String);
    // Without the names of its columns at hand, a program takes those of the training.
    const own = info.from === undefined || info.from.length === 0 ? undefined : info.from;
    if (known !== undefined && own !== undefined && known.join("\n") !== own.join("\n"))
      throw new RunError(
        `${safeText(where)}: '${name}' was made of other columns: ${listText(known)}, now ${listText(own)}`,
      );
    if (known === undefined) return except === undefined ? info : { ...info, except };
    return { ...info, from: known };
  });
}

function encoderOf({ encoder, name }: ColumnInfo, encoders: Encoders): AnyEncoder | undefined {
  if (encoder === undefined) return undefined;
  const found = Object.hasOwn(encoders, encoder.module) ? encoders[encoder.module] : undefined;
  if (found === undefined) throw new RunError(`the trainer lacks the encoder of '${safeText(name)}'`);
  return found;
}

/** The rows that training samples are made of, each once: windows share theirs. */
function rowsSeen({ part: { windows }, rows }: Rows): Int32Array {
  if (windows === undefined) return rows;
  const seen = new Uint8Array(windows.rows);
  for (const row of rows) seen.fill(1, row * windows.stride, row * windows.stride + windows.reach);
  return Int32Array.from(Array.from(seen.keys()).filter((row) => seen[row] === 1));
}

/** Training rows as encoders read them. */
export interface LearnedFrom {
  readonly made: DataPart["made"];
  /** The texts of a column of the source, in order. */
  texts(column: string): Iterable<string>;
  /** The numbers of a column of the program, each row once. */
  numbers(info: ColumnInfo): Iterable<NumberPiece>;
  /** The numbers of that column in one row. */
  elements(info: ColumnInfo): number;
}

function inMemory(train: Rows): LearnedFrom {
  const seen = rowsSeen(train);
  return {
    made: train.part.made,
    texts: (column) => ({ [Symbol.iterator]: () => textsOf(train, column) }),
    numbers: ({ name }) => [{ values: train.part.columns[name] ?? new Float32Array(), rows: seen }],
    elements: (info) => elementsOfRow(info, train.part),
  };
}

/** Learns from the training rows, for every column that an encoder makes. */
export const learnColumns = (train: Rows, columns: readonly ColumnInfo[], encoders: Encoders): Learned =>
  learnFrom(inMemory(train), columns, encoders);

/** The same from rows that may be anywhere. */
export function learnFrom(train: LearnedFrom, columns: readonly ColumnInfo[], encoders: Encoders): Learned {
  // The order of columns side by side is what the weights mean by them.
  const learned: Record<string, readonly (string | number)[]> = Object.fromEntries(
    Object.entries(train.made ?? {}).map(([name, columns]) => [COLUMNS_OF + name, columns]),
  );
  // Columns that begin elsewhere in the same text learn the same.
  const known = new Map<string, readonly string[]>();
  for (const info of columns) {
    const encoder = encoderOf(info, encoders);
    const [column = ""] = madeOf(info);
    if (encoder === undefined || info.encoder === undefined) continue;
    if (encoder.numbers === true) {
      learned[info.name] = encoder.learn(train.numbers(info), train.elements(info), info.encoder.options);
      continue;
    }
    const { shift: _, ...rest } = info.encoder.options;
    const key = JSON.stringify([column, info.encoder.module, rest]);
    try {
      const own = known.get(key) ?? encoder.learn(train.texts(column), info.encoder.options);
      known.set(key, own);
      learned[info.name] = own;
    } catch (error) {
      if (error instanceof RunError) throw new RunError(`column '${safeText(column)}': ${error.message}`);
      throw error;
    }
  }
  return learned;
}

/** Returns the part with its columns of text as numbers. Throws a RunError that names a row that has none. */
export function encodePart(
  part: DataPart,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  learned: Learned,
): DataPart {
  const made: Record<string, Numbers> = {};
  for (const info of columns) {
    const encoder = encoderOf(info, encoders);
    if (encoder === undefined || info.encoder === undefined) continue;
    const own = learned[info.name] ?? [];
    if (encoder.numbers === true) {
      made[info.name] = encodedNumbers(part, info, encoder, own);
      continue;
    }
    const [column = "", ...others] = madeOf(info);
    const textsIn = (name: string): readonly string[] => {
      const texts = part.texts?.[name];
      if (texts === undefined) throw new RunError(`the data has no column of text '${safeText(name)}'`);
      return texts;
    };
    const [texts, more] = [textsIn(column), others.map(textsIn)];
    const length = elementsOf(info.shape);
    const values = newColumn(info, part.count);
    const write = encoder.writer(own.map(String), info.encoder.options, length);
    for (let row = 0; row < part.count; row++) {
      const beside = more.length === 0 ? [] : more.map((one) => one[row] ?? "");
      const wrong = write(texts[row] ?? "", values, row * length, beside);
      if (wrong !== undefined)
        throw new RunError(`${part.place?.(row) ?? `example ${row}`}: '${safeText(column)}' ${wrong}`);
    }
    made[info.name] = values;
  }
  return { ...part, columns: { ...part.columns, ...made } };
}

function encodedNumbers(
  part: DataPart,
  info: ColumnInfo,
  encoder: NumberEncoder,
  learned: readonly (string | number)[],
): Numbers {
  const from = part.columns[info.name];
  if (from === undefined) throw new RunError(`the data has no column of numbers '${safeText(info.name)}'`);
  const elements = elementsOfRow(info, part);
  const count = rowsHeld(part);
  const to = newColumn({ ...info, shape: [elements] }, count);
  const write = encoder.writer(learned, info.encoder?.options ?? {}, elements);
  for (let row = 0; row < count; row++) write(from, to, row * elements);
  return to;
}

/** Tells apart encoders that make other tokens of a text: not those that begin at another token, or have another length. */
export function tokenKind({ module, options }: NonNullable<ColumnInfo["encoder"]>): string {
  const { shift: _, output_sequence_length: _length, ...rest } = options;
  return JSON.stringify([module, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Returns what makes texts of the tokens of an encoder, if it has such and the trainer has it. */
export function tokenReader(
  { encoder: used }: Pick<ColumnInfo, "encoder">,
  learned: readonly (string | number)[] | undefined,
  encoders: Encoders,
): TokenReader | undefined {
  if (used === undefined || learned === undefined) return undefined;
  const encoder = Object.hasOwn(encoders, used.module) ? encoders[used.module] : undefined;
  return encoder === undefined || encoder.numbers === true
    ? undefined
    : encoder.reader?.(learned.map(String), used.options);
}

/** Returns the data set with all columns as numbers; parts that rows share stay shared. */
export function encodeDataset(
  data: Dataset,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  learned: Learned,
): Dataset {
  if (columns.every(({ encoder }) => encoder === undefined)) return data;
  const parts = new Map<DataPart, DataPart>();
  const encoded = (given: Rows): Rows => {
    const { part, rows } = given;
    if (part.running !== undefined) {
      const reader = sharedReader(columns, encoders, learned);
      return windowsOfTokens(given, part.running, columns, (text) => reader.tokens(text));
    }
    const known = parts.get(part) ?? encodePart(part, columns, encoders, learned);
    parts.set(part, known);
    return { part: known, rows };
  };
  return {
    train: encoded(data.train),
    ...(data.validation === undefined ? {} : { validation: encoded(data.validation) }),
    ...(data.test === undefined ? {} : { test: encoded(data.test) }),
  };
}

/** Returns what makes tokens of running text: one encoder for all columns, because all of them have the same windows. */
function sharedReader(columns: readonly ColumnInfo[], encoders: Encoders, learned: Learned): TokenReader {
  const kinds = columns.map(({ encoder }) => encoder && tokenKind(encoder));
  const [info] = columns;
  const reader =
    info === undefined || new Set(kinds).size > 1 ? undefined : tokenReader(info, learned[info.name], encoders);
  if (reader === undefined)
    throw new RunError(
      `windows of tokens need one encoder with the same options for all fields: ${listText(columns.map(({ name }) => name))}`,
    );
  return reader;
}

// The error of a faulty file. It names the file and the fault, and never knows how the bytes were read.

export class FormatError extends RunError {
  override readonly name: string = "FormatError";
  /** The file, or another name for the bytes. */
  readonly where: string;
  /** The fault. */
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${safeText(where)}: ${safeText(what.length > 500 ? `${what.slice(0, 499)}…` : what)}`);
    this.where = where;
    this.what = what;
  }
}

// The safetensors format: named tensors ↔ bytes. A u64 header length (little-endian), a JSON header, then the data
// without holes. https://huggingface.co/docs/safetensors (format). It does not know which tensors a model has.

/** A tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** A tensor from a file; its bytes are a view of the file. */
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

/** Returns the type of elements (elements.ts) that a dtype names; undefined for floats of 8 bits. */
export function elementOfTensor(dtype: string): string | undefined {
  const bits = dtype.startsWith("F8_") ? undefined : safetensorsBits.get(dtype);
  if (bits === undefined) return undefined;
  const kind = dtype === "BOOL" ? "b" : dtype.replace(/\d+$/, "").toLowerCase();
  return `${kind}${bits / 8}`;
}

/** The largest header the format allows. */
const HEADER_LIMIT = 100_000_000;

/** Writes a file with these tensors, in this order, and texts about them. Names must differ. */
export function writeSafetensors(tensors: readonly NamedTensor[], metadata: ReadonlyMap<string, string>): Uint8Array {
  // The header's text is written by hand, because a name may be `__proto__`. Wider elements come first, so data stays aligned.
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

/** The place of a tensor in the data behind the header. */
interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The contents of a header, proved against the length of the data behind it. */
export interface SafetensorsLayout {
  readonly places: readonly Place[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Tells where a file's header ends, from its first eight bytes. `where` names it in errors. Throws FormatError. */
export function safetensorsHeaderEnd(start: Uint8Array, size: number, where: string): number {
  if (start.length < 8) throw new FormatError(where, `is not a safetensors file: ${start.length} bytes are too few`);
  const length = Number(new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true));
  if (length > HEADER_LIMIT) throw new FormatError(where, "is not a safetensors file: its header would be over 100 MB");
  if (8 + length > size)
    throw new FormatError(where, `is truncated: ${size} bytes, but its header ends at ${8 + length}`);
  return 8 + length;
}

/** Reads a header before `dataLength` bytes of data, which its tensors must cover without holes. Throws FormatError. */
export function safetensorsLayout(header: Uint8Array, dataLength: number, where: string): SafetensorsLayout {
  const entries = parseHeader(header);
  if (entries === undefined) throw new FormatError(where, "is corrupt: its header is not a JSON object in UTF-8");
  const metadata = new Map<string, string>();
  const places: Place[] = [];
  for (const [name, entry] of entries) {
    if (!isRecord(entry)) throw new FormatError(where, `is corrupt: the entry of '${name}' is not an object`);
    if (name !== "__metadata__") places.push(placeOf(name, entry, dataLength, where));
    else
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== "string") throw new FormatError(where, `is corrupt: metadata '${key}' is not a text`);
        metadata.set(key, value);
      }
  }
  let covered = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = `is corrupt: '${name}' starts at ${begin}, not where the one before it ends (${covered})`;
      throw new FormatError(where, what);
    }
    covered = end;
  }
  if (covered !== dataLength)
    throw new FormatError(where, `is corrupt: ${dataLength - covered} bytes at its end belong to no tensor`);
  return { places, metadata };
}

function placeOf(name: string, entry: Readonly<Record<string, unknown>>, dataLength: number, where: string): Place {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  const { dtype, shape, data_offsets: offsets } = entry;
  const bits = typeof dtype === "string" ? safetensorsBits.get(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined)
    return fail(`is corrupt: '${name}' has dtype ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) return fail(`is corrupt: '${name}' has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`is corrupt: '${name}' has no valid data_offsets`);
  const [begin = 0, end = 0] = offsets;
  const expected = (shape.reduce((product, size) => product * size, 1) * bits) / 8;
  if (begin > end || end > dataLength) return fail(`is truncated or corrupt: '${name}' reaches outside the file`);
  if (end - begin !== expected)
    return fail(`is corrupt: '${name}' has ${end - begin} bytes, but ${dtype} [${shape.join(", ")}] needs ${expected}`);
  return { name, dtype, shape, begin, end };
}

/** Reads a whole file; `where` names it in errors. Checks every offset before it is used. Throws FormatError. */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const data = bytes.subarray(safetensorsHeaderEnd(bytes, bytes.length, where));
  const header = bytes.subarray(8, bytes.length - data.length);
  const { places, metadata } = safetensorsLayout(header, data.length, where);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of places)
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
  return { tensors, metadata };
}

/** Copies the numbers of an F32 or I32 tensor; undefined for other dtypes. */
export function storedNumbers(tensor: StoredTensor): Float32Array | Int32Array | undefined {
  if (tensor.dtype !== "F32" && tensor.dtype !== "I32") return undefined;
  // `slice` would make no copy of one of Node's Buffers.
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

/** Returns the same bytes on a little-endian machine, otherwise a copy with each element turned round. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1 || new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return bytes;
  const turned = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) turned[i] = bytes[i - (i % size) + (size - 1 - (i % size))] as number;
  return turned;
}

// What a file of weights says beside the weights: what the encoders of columns have learned.

/** Returns what the encoders of the training have learned. Throws a FormatError for a file that is damaged. */
export const learnedIn = (bytes: Uint8Array, where: string): Learned =>
  learnedFrom(readSafetensors(bytes, where).metadata, where);

/** The same of the texts that the file says about itself. */
export function learnedFrom(metadata: ReadonlyMap<string, string>, where: string): Learned {
  const text = metadata.get("learned");
  if (text === undefined) return {};
  try {
    const learned: unknown = JSON.parse(text);
    const lists = typeof learned === "object" && learned !== null ? Object.values(learned) : [undefined];
    if (lists.every(Array.isArray)) return learned as Learned;
  } catch {
    // Told below.
  }
  throw new FormatError(where, "is corrupt: what its encoders learned cannot be read");
}

// The weights of another training to begin with: what fits by name, shape and type is taken, the rest keeps its first values.

/** A file of weights, read once and taken as often as a training begins. */
export interface WeightsToBegin {
  readonly where: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly learned: Learned;
}

/** What a program has of a file, and what it begins anew, each by the names of weights. */
export interface Transfer {
  readonly taken: readonly string[];
  readonly anew: readonly { readonly name: string; readonly why: string }[];
}

/** Reads the file. Throws a FormatError where it is damaged. */
export function weightsToBegin(bytes: Uint8Array, where: string): WeightsToBegin {
  const { tensors, metadata } = readSafetensors(bytes, where);
  return { where, tensors, learned: learnedFrom(metadata, where) };
}

const weightSizes = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
const layerOfWeight = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/"))) || name;
const MOST_WEIGHTS_NAMED = 12;

function weightNamesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_WEIGHTS_NAMED).map(safeText);
  return [
    ...shown,
    ...(names.length > MOST_WEIGHTS_NAMED ? [`and ${names.length - MOST_WEIGHTS_NAMED} more`] : []),
  ].join(", ");
}

/** Says why the file has no such weight; undefined if it has. */
function weightMisfit({ name, shape, values }: SlotInfo, tensor: StoredTensor | undefined): string | undefined {
  if (tensor === undefined) return `no '${name}' there`;
  if (tensor.shape.join() !== shape.join()) return `${weightSizes(tensor.shape)} there, ${weightSizes(shape)} here`;
  const numbers = storedNumbers(tensor);
  if (numbers !== undefined && numbers.constructor === values.constructor) return undefined;
  return `${tensor.dtype} there, ${values instanceof Float32Array ? "F32" : "I32"} here`;
}

/** Takes all weights that fit. Throws a RunError if none does, or if one that no step trains would keep random numbers. */
export function takeWeights(program: Program, { where, tensors }: WeightsToBegin): Transfer {
  const { model, begin } = program.manifest;
  const slots = program.slots.filter(({ role }) => role === "weight" || role === "state");
  const found = slots.map((slot) => ({ slot, why: weightMisfit(slot, tensors.get(slot.name)) }));
  const fitting = found.filter(({ why }) => why === undefined).map(({ slot }) => slot);
  if (fitting.length === 0) throw new RunError(nothingFitsText(model, slots, tensors, where));
  const frozen = new Set(begin?.frozen);
  const random = found.find(({ slot, why }) => why !== undefined && frozen.has(slot.name));
  if (random !== undefined) throw new RunError(staysRandomText(random.slot, random.why ?? "", tensors, where));
  for (const { name, values } of fitting) {
    const numbers = storedNumbers(tensors.get(name) as StoredTensor);
    if (numbers !== undefined) values.set(numbers);
  }
  return {
    taken: fitting.map(({ name }) => name),
    anew: found.flatMap(({ slot, why }) => (why === undefined ? [] : [{ name: slot.name, why }])),
  };
}

function nothingFitsText(
  model: string,
  slots: readonly SlotInfo[],
  tensors: WeightsToBegin["tensors"],
  where: string,
): string {
  const here = slots.map(({ name, shape }) => `${name} ${weightSizes(shape)}`);
  const there = [...tensors].map(([name, { shape }]) => `${name} ${weightSizes(shape)}`);
  return `${safeText(where)}: no weight in it has the name and the shape of one of ${model}
  it has      ${weightNamesText(there)}
  ${model} has  ${weightNamesText(here)}
  what to do  give layers the names that they have there: Conv2D(32, 3x3, name: "${safeText(layerOfWeight([...tensors.keys()][0] ?? "conv2d"))}")`;
}

function staysRandomText(slot: SlotInfo, why: string, tensors: WeightsToBegin["tensors"], where: string): string {
  const alike = [...tensors].filter(([, { shape }]) => shape.join() === slot.shape.join()).map(([name]) => name);
  const [first] = alike;
  const fits = alike.length === 0 ? `nothing in it is ${weightSizes(slot.shape)}` : weightNamesText(alike);
  const advice =
    first === undefined
      ? "let the layer train, or give it the sizes that it has there"
      : `give the layer the name that it has there, name: "${safeText(layerOfWeight(first))}", or let it train`;
  return `${safeText(where)}: '${slot.name}' does not fit (${safeText(why)}), and does not train, so it would stay random
  of its shape  ${fits}
  what to do    ${advice}`;
}

/** One line for people. */
export function transferText({ taken, anew }: Transfer, where: string): string {
  const left = new Set(anew.map(({ name }) => layerOfWeight(name)));
  const layers = [...new Set(taken.map((name) => (left.has(layerOfWeight(name)) ? name : layerOfWeight(name))))];
  const whys = new Map(anew.map(({ name, why }) => [layerOfWeight(name), why]).reverse() as [string, string][]);
  const fresh = [...whys].reverse().map(([layer, why]) => `${layer} (${why})`);
  return `begins with ${weightNamesText(layers)} of ${safeText(where)}${fresh.length === 0 ? "" : `; anew: ${weightNamesText(fresh)}`}`;
}

/**
 * Learns from the training rows. Where the file's training has learned of a column of that name with the same encoder, this counts:
 * its weights know the words by these numbers. Names of classes are always those of the new rows.
 */
export function learnedToBegin(
  train: Rows,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  before: Learned,
): Learned {
  return learnedAsBefore(learnColumns(train, columns, encoders), columns, before);
}

/** The same of what was learned from the training rows already. */
export function learnedAsBefore(own: Learned, columns: readonly ColumnInfo[], before: Learned): Learned {
  const kept = columns.flatMap(({ name, encoder, classes, tokens }) => {
    const [old, fresh] = [before[name], own[name]];
    if (encoder === undefined || old === undefined || fresh === undefined) return [];
    const labels = classes !== undefined && tokens !== true;
    const fits = encoder.numbers === true ? old.length === fresh.length : old.length < (classes ?? Number.MAX_VALUE);
    return !labels && fits ? [[name, old] as const] : [];
  });
  return { ...own, ...Object.fromEntries(kept) };
}

// A compiled model as a value for programs, in Node or a browser page: they train it, predict, and read and write weights.
// It adds types and checks to a Program; it does not know files, screens or the origin of data.

/** A weight or moving statistic: `values` is a live view, row-major in `shape`. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface Model {
  readonly program: Program;
  /** Sets every weight, statistic and optimizer slot to its initial value for a seed. */
  initialize(seed: number): void;
  /** Checks the data columns, then trains from the present weights. Throws RunError. */
  train(data: Dataset, options?: TrainOptions, events?: TrainEvents): Promise<History>;
  /** Returns the metrics over all rows by name, `loss` first. */
  evaluate(rows: Rows): Promise<Readonly<Record<string, MetricValue>>>;
  /**
   * Returns outputs for `count` samples, by name; each input holds `count` samples one after another. Any count will do: the
   * model works through it in batches. The results are the caller's own.
   */
  predict(inputs: Readonly<Record<string, ArrayLike<number>>>, count: number): Record<string, Numbers>;
  /** Weights and moving statistics by name: `conv2d/kernel`. */
  weights(): ReadonlyMap<string, Weight>;
  /** Sets weights and statistics from a safetensors file with the same names and shapes. Throws FormatError or RunError. */
  load(bytes: Uint8Array, where?: string): void;
  /**
   * Takes the weights of another model's safetensors file that fit by name and shape, as a training does whose program names a file.
   * Throws FormatError or RunError.
   */
  begin(bytes: Uint8Array, where?: string): Transfer;
  /** Returns weights and statistics as the bytes of a safetensors file. */
  save(): Uint8Array;
  /** Ends its threads, if it has any. You can still read and save its weights, but it computes nothing more. */
  close(): void;
}

/** Makes a model with its own memory, initialized with `seed` (default: the program's). Throws RunError. */
export function modelFrom(
  createProgram: (options?: ProgramOptions) => Program,
  seed?: number,
  options?: ProgramOptions,
): Model {
  checkSeed(seed, "createModel");
  checkProgramOptions(options);
  const program = createProgram(options);
  const { manifest } = program;
  checkThreads(options?.threads, manifest);
  program.initialize(seed ?? manifest.seed);
  let training = false;
  let begun = manifest.begin === undefined;
  return {
    program,
    initialize: (newSeed) => {
      checkSeed(newSeed ?? Number.NaN, "initialize");
      program.initialize(newSeed);
    },
    train: async (data, options, events) => {
      if (manifest.dataset === "") throw new RunError("train: the program has no training for this model");
      checkTraining(options, events);
      checkDataset(data, manifest.columns);
      if (!begun) throw new RunError(unbegunText(manifest));
      if (training) throw new RunError("train: this model is being trained already; await that training first");
      training = true;
      try {
        return await trainProgram(program, data, options, events);
      } finally {
        training = false;
      }
    },
    evaluate: async (rows) => {
      checkEvaluated(rows, manifest.columns);
      const values = await evaluateProgram(program, rows);
      return Object.fromEntries(manifest.metrics.map((name, i) => [name, values?.[i] ?? Number.NaN]));
    },
    predict: (inputs, count) => {
      checkSamples(inputs, count, manifest);
      return predictSamples(program, inputs, count);
    },
    weights: () => weightsOf(program),
    load: (bytes, where = "weights") => {
      checkBytes(bytes, "load");
      loadWeights(program, bytes, where);
      begun = true;
    },
    begin: (bytes, where = "weights") => {
      checkBytes(bytes, "begin");
      const transfer = takeWeights(program, weightsToBegin(bytes, where));
      begun = true;
      return transfer;
    },
    save: () => saveWeights(program),
    close: () => program.close(),
  };
}

function checkBytes(bytes: unknown, method: string): void {
  if (typedArrayName(bytes) !== "Uint8Array")
    throw new RunError(`${method} takes the bytes of a safetensors file, a Uint8Array, not ${valueText(bytes)}`);
}

const unbegunText = ({ begin }: Manifest): string =>
  `train: the program begins with the weights of '${safeText(begin?.file ?? "")}'; hand them over first: model.begin(bytes)`;

/** Returns live views of the weights and moving statistics of a program. */
export function weightsOf(program: Program): ReadonlyMap<string, Weight> {
  return new Map(savedSlots(program).map(({ name, shape, values }) => [name, { shape, values }]));
}

/** Writes weights and statistics as a safetensors file, with the program's names and what encoders learned as metadata. */
export function saveWeights(program: Program, learned: Learned = {}): Uint8Array {
  const { file, model, dataset } = program.manifest;
  return writeSafetensors(
    savedSlots(program),
    new Map([
      ["producer", "nnc"],
      ["program", file],
      ["model", model],
      ["dataset", dataset],
      ...(Object.keys(learned).length === 0 ? [] : [["learned", JSON.stringify(learned)] as const]),
    ]),
  );
}

/** The opposite of saveWeights. It changes nothing unless everything fits. Throws FormatError or RunError. */
export function loadWeights(program: Program, bytes: Uint8Array, where: string): void {
  const { tensors } = readSafetensors(bytes, where);
  const slots = savedSlots(program);
  const names = new Set(slots.map((slot) => slot.name));
  const extra = [...tensors.keys()].find((name) => !names.has(name));
  if (extra !== undefined)
    throw new RunError(`${where}: has '${safeText(extra)}', which ${program.manifest.model} does not have`);
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

/** Returns the slots that a file of weights holds: neither the optimizer's slots nor running metrics. */
export const savedSlots = (program: Program) =>
  program.slots.filter(({ role }) => role === "weight" || role === "state");

function predictSamples(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  count: number,
): Record<string, Numbers> {
  const { manifest } = program;
  const columns = manifest.inputs.map((info) => ({
    from: inputs[info.name] as ArrayLike<number>,
    elements: elementsOf(info.shape),
    to: program.inputs[info.name] as Numbers,
  }));
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

// CRC-32 (IEEE 802.3), as ZIP and PNG have it: a sign of damage, no protection against intent.

let crcs: Int32Array | undefined;
function crcTable(): Int32Array {
  crcs ??= Int32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  return crcs;
}

/** Returns the checksum of the parts one after another. */
export function crc32(...parts: readonly Uint8Array[]): number {
  const table = crcTable();
  let crc = -1;
  for (const bytes of parts)
    for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

// The state of a training as one file: every slot of the program as a tensor, and the place in the training as JSON in the header.
// A training that goes on from it ends with the same bits.

/** What a training depends on beside its state; a checkpoint of other circumstances is refused. */
export interface Circumstances {
  /** Identifies the compiled program. */
  readonly program: string;
  readonly seed: number;
  readonly epochs: number;
  /** The numbers of examples: a sign of other data. */
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  /** The memory that the data may take, where it takes more. */
  readonly memory?: number;
}

const CHECKPOINT_FORMAT = "nnc-checkpoint-1";
/** The prefix of the best weights among the tensors. */
const BEST_PREFIX = "best:";

const circumstanceWords: Readonly<Record<keyof Circumstances, string>> = {
  program: "another program, or of one with other options",
  seed: "another seed",
  epochs: "another number of epochs",
  examples: "other data",
  memory: "another --memory, so of another order of the rows",
};

const tensorBytes = ({ values }: NamedTensor): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Writes the state of a training between two steps. */
export function writeCheckpoint(
  program: Program,
  { best, ...place }: TrainState,
  circumstances: Circumstances,
  learned: Learned,
): Uint8Array {
  const slots = program.slots.map(({ name, role, shape, values }) => ({ name: `${role}:${name}`, shape, values }));
  const shapes = new Map(program.slots.map(({ name, shape }) => [name, shape]));
  const kept = [...(best?.weights ?? [])].map(([name, values]) => ({
    ...{ name: BEST_PREFIX + name, shape: shapes.get(name) ?? [values.length], values },
  }));
  const tensors = [...slots, ...kept];
  const { weights: _, ...found } = best ?? {};
  const metadata = new Map([
    ["producer", "nnc"],
    ["format", CHECKPOINT_FORMAT],
    ["circumstances", JSON.stringify(circumstances)],
    ["place", JSON.stringify({ ...place, ...(best === undefined ? {} : { best: found }) })],
    ["learned", JSON.stringify(learned)],
    ["checksum", String(crc32(...tensors.map(tensorBytes)))],
  ]);
  return writeSafetensors(tensors, metadata);
}

/** A checkpoint that was read: nothing of the program has changed yet. */
export interface Checkpoint {
  readonly circumstances: Circumstances;
  readonly learned: Learned;
  readonly state: TrainState;
  /** Puts every slot of the program in place. Throws a RunError for another program. */
  restore(program: Program): void;
}

/** Reads a checkpoint. Throws a FormatError for a file that is damaged, or is none. */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, where);
  if (metadata.get("format") !== CHECKPOINT_FORMAT) throw new FormatError(where, "is not a checkpoint of nnc");
  const parsed = (key: string): unknown => {
    try {
      return JSON.parse(metadata.get(key) ?? "");
    } catch {
      throw new FormatError(where, `is corrupt: its ${key} cannot be read`);
    }
  };
  const place = parsed("place") as Omit<TrainState, "best"> & { readonly best?: Omit<BestSoFar, "weights"> };
  const circumstances = parsed("circumstances") as Circumstances;
  const learned = parsed("learned") as Learned;
  const stored = [...tensors].map(([, tensor]) => tensor.bytes);
  if (crc32(...stored) !== Number(metadata.get("checksum")))
    throw new FormatError(where, "is corrupt: its checksum does not fit");
  const weights = new Map<string, Float32Array | Int32Array>();
  for (const [name, tensor] of tensors)
    if (name.startsWith(BEST_PREFIX)) weights.set(name.slice(BEST_PREFIX.length), numbersOf(tensor, name, where));
  const { best, ...rest } = place;
  return {
    circumstances,
    learned,
    state: {
      ...rest,
      done: (rest.done ?? []) as readonly EpochResult[],
      ...(best === undefined ? {} : { best: { ...best, ...(weights.size === 0 ? {} : { weights }) } }),
    },
    restore(program) {
      for (const { name, role, values } of program.slots) {
        const tensor = tensors.get(`${role}:${name}`);
        const numbers = tensor === undefined ? undefined : storedNumbers(tensor);
        if (numbers === undefined || numbers.length !== values.length || numbers.constructor !== values.constructor)
          throw new RunError(`${safeText(where)}: is of another program: its '${safeText(name)}' does not fit`);
        values.set(numbers);
      }
    },
  };
}

function numbersOf(tensor: StoredTensor, name: string, where: string): Float32Array | Int32Array {
  const numbers = storedNumbers(tensor);
  if (numbers instanceof Float32Array || numbers instanceof Int32Array) return numbers;
  throw new FormatError(where, `is corrupt: '${name}' is ${tensor.dtype}`);
}

/** Throws a RunError that says what is different, if a training cannot go on from a checkpoint. */
export function checkCircumstances(found: Circumstances, wanted: Circumstances, where: string): void {
  for (const key of Object.keys(circumstanceWords) as (keyof Circumstances)[]) {
    if (JSON.stringify(found[key]) === JSON.stringify(wanted[key])) continue;
    const shown = (value: unknown): string => (typeof value === "number" ? valueText(value) : JSON.stringify(value));
    const difference = key === "program" ? "" : `: ${shown(found[key])}, now ${shown(wanted[key])}`;
    throw new RunError(
      `${safeText(where)}: is a checkpoint of ${circumstanceWords[key]}${difference}; train anew without --resume, with --force`,
    );
  }
}

// The data of a training between source and loop: divided into parts, then made into numbers with what encoders learn from the
// training part. It is the same for rows in memory and for rows in a file.

export type DividedPart = "train" | "validation" | "test";

export interface DividedData {
  /** The number of examples of each part. */
  readonly examples: Readonly<Record<DividedPart, number>>;
  /** The columns of the source side by side in a column that is made of several. */
  readonly made: NonNullable<DataPart["made"]>;
  /** The number of rows that were left out, as the program asks for. */
  readonly dropped: number;
  /** How an epoch orders the rows to train on. */
  readonly order: { readonly random: string; readonly window?: number };
  /** The bytes of memory that the data may take, where it takes more. */
  readonly memory?: number;
  /** Makes numbers of all parts, with what was learned, or learns it; `adapt` then says what counts of that. */
  prepare(known?: Learned, adapt?: (own: Learned) => Learned): { readonly feeds: Feeds; readonly learned: Learned };
  /** Makes numbers of one part, with what was learned. */
  part(name: DividedPart, known: Learned): Feed;
  /** The same as rows in memory, where they are there. */
  rows?(name: DividedPart, known: Learned): Rows;
}

export interface DividedFor {
  readonly manifest: Manifest;
  readonly encoders: Encoders;
  readonly seed: number;
  readonly limit: number | undefined;
}

/** Data whose rows are in the store of the request. Its parts hold none. */
export interface StoredData extends SourceData {
  divided(run: DividedFor): DividedData;
}

export const isStored = (source: SourceData): source is StoredData => "divided" in source;

/** Divides the data of a source. Throws a RunError where nothing is left to train on. */
export const dividedData = (source: SourceData, run: DividedFor): DividedData =>
  isStored(source)
    ? source.divided(run)
    : heldData(source, divideData(source, run.manifest.split, run.seed, run.limit), run);

function heldData({ train, test }: SourceData, divided: Dataset, { manifest, encoders }: DividedFor): DividedData {
  const { columns } = manifest;
  const encoded = (data: Dataset, learned: Learned): Dataset => encodeDataset(data, columns, encoders, learned);
  const rows = (name: DividedPart, known: Learned): Rows =>
    encoded({ train: divided[name] ?? divided.train }, known).train;
  return {
    examples: {
      train: divided.train.rows.length,
      ...{ validation: divided.validation?.rows.length ?? 0, test: divided.test?.rows.length ?? 0 },
    },
    made: train.made ?? {},
    order: { random: "exactly" },
    dropped: (train.dropped ?? 0) + (test?.dropped ?? 0),
    prepare(known, adapt = (own) => own) {
      const learned = known ?? adapt(learnColumns(divided.train, columns, encoders));
      return { learned, feeds: feedsOf(encoded(divided, learned)) };
    },
    rows,
    part: (name, known) => feedOf(rows(name, known)),
  };
}

// Puts the system's reasons for a refusal into plain words.

/** Returns `ENOENT` and the like, if an error has such a code. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const reasonTexts: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOENT", "no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["ENOSPC", "no space left on the disk"],
  ["EFBIG", "the file would be larger than the system allows"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the file system is read-only"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "the links lead in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "too many files are open"],
  ["EIO", "the disk reports an error"],
  ["ENXIO", "it is not a regular file"],
]);

/** Returns the reason in words, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : reasonTexts.get(code)) ?? text.split("\n")[0] ?? text;
}

// Reads the command line of a trainer as data. It knows the options and their ranges, and does nothing with them.

export interface TrainerArguments {
  readonly data: readonly string[];
  readonly epochs: number;
  readonly limit?: number;
  readonly seed: number;
  /** The bytes of memory that tables may take; rows beyond that go to a file. */
  readonly memory: number;
  readonly save?: string;
  /** Whether `save` may replace a file that nnc did not write. */
  readonly force: boolean;
  /** Default: the number that the machine runs at once. */
  readonly threads?: number;
  readonly revectorize: boolean;
  /** For target `tfjs`; default `tensorflow`. */
  readonly backend?: string;
  /** The folder that keeps the state of the training. */
  readonly checkpoint?: string;
  /** Seconds between two states within an epoch. */
  readonly checkpointEvery: number;
  readonly resume: boolean;
  /** Budgets that end the training. */
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  /** The folder for the history of the training. */
  readonly log?: string;
  /** The folder for events that TensorBoard shows. */
  readonly tensorboard?: string;
  /** The file of trained weights to evaluate, in place of a training. */
  readonly evaluate?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export type ParsedArguments =
  | { readonly run: TrainerArguments }
  | { readonly help: string }
  /** One line that names the mistake. */
  | { readonly wrong: string };

/** Seconds between two states within an epoch, unless `--checkpoint-every` says otherwise. */
const CHECKPOINT_SECONDS = 60;
/** The bytes of memory that tables may take, unless `--memory` says otherwise. */
const DATA_MEMORY = 2e9;
const LEAST_MEMORY = 1000;
const backends: readonly string[] = ["tensorflow", "cpu", "wasm"];

const read = (args: readonly string[]) =>
  process.getBuiltinModule("node:util").parseArgs({
    args: [...args],
    options: {
      data: { type: "string", multiple: true },
      epochs: { type: "string" },
      limit: { type: "string" },
      seed: { type: "string" },
      memory: { type: "string" },
      save: { type: "string" },
      force: { type: "boolean" },
      checkpoint: { type: "string" },
      "checkpoint-every": { type: "string" },
      resume: { type: "boolean" },
      "max-steps": { type: "string" },
      "max-seconds": { type: "string" },
      evaluate: { type: "string" },
      log: { type: "string" },
      tensorboard: { type: "string" },
      threads: { type: "string" },
      "no-revectorize": { type: "boolean" },
      backend: { type: "string" },
      json: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: false,
  }).values;
type Values = ReturnType<typeof read>;

/** Reads the arguments after the file's name; defaults are the program's. */
export function parseTrainerArguments(args: readonly string[], manifest: Manifest): ParsedArguments {
  let values: Values;
  try {
    values = read(args);
  } catch (error) {
    return { wrong: wrongUsage(error) };
  }
  if (values.help === true) return { help: helpText(manifest) };
  const [wrong] = misfits(values, manifest);
  if (wrong !== undefined) return { wrong };
  const { data = [], epochs, limit, seed, threads, backend, save } = values;
  return {
    run: {
      data,
      epochs: epochs === undefined ? manifest.epochs : Number(epochs),
      seed: seed === undefined ? manifest.seed : Number(seed),
      memory: bytesOfSize(values.memory ?? "") ?? DATA_MEMORY,
      revectorize: values["no-revectorize"] !== true,
      force: values.force === true,
      checkpointEvery: Number(values["checkpoint-every"] ?? CHECKPOINT_SECONDS),
      resume: values.resume === true,
      ...(values["max-steps"] === undefined ? {} : { maxSteps: Number(values["max-steps"]) }),
      ...(values["max-seconds"] === undefined ? {} : { maxSeconds: Number(values["max-seconds"]) }),
      ...(values.evaluate === undefined ? {} : { evaluate: values.evaluate }),
      ...(values.log === undefined ? {} : { log: values.log }),
      ...(values.tensorboard === undefined ? {} : { tensorboard: values.tensorboard }),
      ...(values.checkpoint === undefined ? {} : { checkpoint: values.checkpoint }),
      json: values.json === true,
      quiet: values.quiet === true,
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      ...(threads === undefined ? {} : { threads: Number(threads) }),
      ...(backend === undefined ? {} : { backend }),
      ...(save === undefined ? {} : { save }),
    },
  };
}

/** Lists the mistakes in values, one sentence each. */
function misfits(values: Values, manifest: Manifest): readonly string[] {
  const wrong: string[] = [];
  for (const name of ["epochs", "limit", "seed", "threads"] as const) {
    const text = values[name];
    if (text !== undefined && !(/^\d+$/.test(text) && inRange(Number(text), runRanges[name])))
      wrong.push(`--${name} must be a whole number ${rangeText(runRanges[name])}, not ${valueText(text)}`);
  }
  const steps = values["max-steps"];
  if (steps !== undefined && !(/^\d+$/.test(steps) && inRange(Number(steps), runRanges.maxSteps)))
    wrong.push(`--max-steps must be a whole number ${rangeText(runRanges.maxSteps)}, not ${valueText(steps)}`);
  const most = values["max-seconds"];
  if (most !== undefined && !(/^\d+(?:\.\d+)?$/.test(most) && Number(most) > 0))
    wrong.push(`--max-seconds must be a number of seconds above 0, not ${valueText(most)}`);
  const { threads, backend, save, data } = values;
  if (Number(threads ?? 1) > 1 && !manifest.threads)
    wrong.push(`--threads ${threads}: a program compiled for target ${manifest.target} runs on one thread`);
  if (backend !== undefined && manifest.target !== "tfjs")
    wrong.push(`--backend ${backend}: only target tfjs has backends, and this program is for ${manifest.target}`);
  else if (backend !== undefined && !backends.includes(backend))
    wrong.push(`--backend must be one of ${backends.join(", ")}, not ${valueText(backend)}`);
  const every = values["checkpoint-every"];
  if (every !== undefined && !/^\d+(?:\.\d+)?$/.test(every))
    wrong.push(`--checkpoint-every must be a number of seconds, not ${valueText(every)}`);
  if (values.checkpoint === "") wrong.push("--checkpoint needs the name of a folder");
  if (values.checkpoint === undefined && (values.resume === true || every !== undefined))
    wrong.push(`--${values.resume === true ? "resume" : "checkpoint-every"} needs --checkpoint DIR`);
  for (const name of ["log", "tensorboard"] as const) {
    if (values[name] === "") wrong.push(`--${name} needs the name of a folder`);
    if (values[name] !== undefined && values.evaluate !== undefined)
      wrong.push(`--${name} keeps the history of a training, and --evaluate trains nothing`);
  }
  const { memory } = values;
  if (memory !== undefined && (bytesOfSize(memory) ?? 0) < LEAST_MEMORY)
    wrong.push(
      `--memory must be a size of at least ${sizeText(LEAST_MEMORY)}, such as 500MB or 4GB, not ${valueText(memory)}`,
    );
  if (values.evaluate === "") wrong.push("--evaluate needs the name of a file");
  if (save === "") wrong.push("--save needs the name of a file");
  if (data?.includes("") === true) wrong.push("--data needs the name of a folder");
  return wrong;
}

/** Words the mistake that parseArgs found, in one line. */
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
      return `'${/'([^']*)'/.exec(message)?.[1] ?? ""}' is not an option; this program takes no file names`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      if (message.includes("ambiguous"))
        return `--${option} needs a value; one that begins with '-' goes after '=': --${option}=-1`;
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

const backendHelp = `  --backend B   the backend of TensorFlow.js: tensorflow (default), cpu or wasm
`;

const helpText = (
  manifest: Manifest,
): string => `${manifest.dataset === "" ? `Only predicts with ${manifest.model}` : `Trains ${manifest.model} on ${manifest.dataset}`}, compiled by nnc from ${manifest.file} (target ${manifest.target}).

Usage: node train.js [options]

  --data DIR    a folder with data files; you may give several
                (it also looks in its own folder, $NNC_DATA and the cache folder)
  --epochs N    how many times to go through the training data (default ${manifest.epochs})
  --max-steps N, --max-seconds S
                end the training after so many steps in all, or seconds of this run, as after its last epoch
  --limit N     train on only N examples, which the seed chooses; test on all
  --seed N      the seed of all random things, such as weights and order (default ${manifest.seed})
  --memory SIZE how much memory a table may take, such as 500MB (default 2GB); a larger one is read piece by piece
  --save FILE   save the trained weights to FILE, as safetensors
  --force       let --save replace a file that nnc did not write, --checkpoint a state and --log a log
  --checkpoint DIR
                keep the state of the training in DIR: after each epoch, every 60 seconds, on Ctrl-C
  --checkpoint-every SECONDS
                keep it more or less often
  --log DIR     write the history to DIR: history.jsonl and history.csv with each epoch, run.json
  --tensorboard DIR
                write the history as events that TensorBoard shows
  --evaluate FILE
                train nothing: evaluate these weights on the test rows, else on those of validation
  --resume      go on from the state in DIR, to the same bits; begin if there is none
${manifest.threads ? threadHelp : ""}${manifest.target === "tfjs" ? backendHelp : ""}  --json        print one JSON object per line instead of text
  --quiet       show no progress
  -h, --help    print this text

Exit codes: 0 success, 2 wrong usage, 3 failure while running, 130 interrupted. With --save, Ctrl-C
saves the weights first; so do SIGTERM (exit code 143) and SIGHUP (129).
Example: node train.js --epochs 1 --save weights.safetensors`;

// Reads one data file on disk, plain or packed by gzip. It takes only a regular file, and reads and unpacks no more of it
// than its own start declares. It does not know what the start means.

/** The most bytes of an unpacked data file: a typed array surely holds them, and half of the memory at most. */
export function mostDataBytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  const memory = process.getBuiltinModule("node:os").totalmem();
  return Math.min(2 ** 31 - 1, Math.floor((constrained > 0 ? Math.min(memory, constrained) : memory) / 2));
}

/** An open regular file. */
interface OpenFile {
  readonly descriptor: number;
  readonly size: number;
  /** Reads at most so many bytes from its start. */
  start(length: number): Uint8Array;
  /** Reads at most so many bytes from a place on. */
  part(from: number, length: number): Uint8Array;
  close(): void;
}

/** Opens a file without waiting for anybody; undefined if there is no file of that name. */
function openRegular(path: string): OpenFile | undefined {
  const { closeSync, constants, fstatSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  let file: number;
  try {
    // Otherwise, opening a pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCode(error);
    // A folder of that name, or a path that runs through a file, is no file of that name.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
  const stat = fstatSync(file);
  if (!stat.isFile()) closeSync(file);
  if (stat.isDirectory()) return undefined;
  if (!stat.isFile()) throw new RunError("it is not a regular file");
  const part = (from: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, stat.size - from)));
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, bytes.length - at, from + at);
      if (read === 0) break;
      at += read;
    }
    return bytes.subarray(0, at);
  };
  return {
    descriptor: file,
    size: stat.size,
    start: (length) => part(0, length),
    part,
    close: () => closeSync(file),
  };
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Returns the first unpacked bytes of a gzip file. Unpacks little of it, because one byte may become a thousand. */
function unpackedStart(file: OpenFile, length: number): Uint8Array {
  const { constants, gunzipSync } = process.getBuiltinModule("node:zlib");
  for (let packed = 512; packed < file.size; packed *= 16) {
    const start = gunzipSync(file.start(packed), { finishFlush: constants.Z_SYNC_FLUSH });
    if (start.length >= length) return start.subarray(0, length);
  }
  return gunzipSync(file.start(file.size), { maxOutputLength: mostDataBytes() }).subarray(0, length);
}

/** Reads the file's bytes and unpacks gzip; undefined if there is no file. Throws a RunError that names it. */
export function readDataFile(path: string, { head, size }: DataFormat): DataFile | undefined {
  const name = safeText(path);
  let file: OpenFile | undefined;
  try {
    file = openRegular(path);
    if (file === undefined) return undefined;
    const packed = isGzip(file.start(2));
    if (!packed && path.endsWith(".gz")) throw new RunError(`${name}: is not a gzip file`);
    const declared = size(packed ? unpackedStart(file, head) : file.start(head), path);
    const most = mostDataBytes();
    if (declared > most)
      throw new RunError(`${name}: its header declares ${declared} bytes, over the limit of ${most} on this machine`);
    const differs = (state: string, length: string): RunError =>
      new RunError(`${name}: ${state}: ${length}, but its header declares ${declared}`);
    if (!packed && file.size !== declared)
      throw differs(file.size < declared ? "is truncated" : "is corrupt", `${file.size} bytes`);
    // Packing makes no file grow that much.
    if (file.size > 2 * declared + 2 ** 20) throw differs("is corrupt gzip", `${file.size} bytes packed`);
    const bytes = packed ? unpack(file.start(file.size), declared, differs) : file.start(declared);
    if (bytes.length < declared) throw differs("is truncated", `${bytes.length} bytes`);
    return { path, bytes };
  } catch (error) {
    if (error instanceof RunError && error.message.startsWith(name)) throw error;
    const code = errorCode(error);
    if (code?.startsWith("Z_") === true)
      throw new RunError(`${name}: is truncated or corrupt gzip (${reasonOf(error)})`);
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new RunError(`${name}: is corrupt gzip: it unpacks to more than memory holds`);
    if (error instanceof RunError || code !== undefined) throw new RunError(`cannot read ${name}: ${reasonOf(error)}`);
    throw error;
  } finally {
    file?.close();
  }
}

/** Opens a file that is read piece by piece, plain or packed by gzip; undefined if there is no file of that name. */
export function streamDataFile(path: string): DataStream | undefined {
  const name = safeText(path);
  try {
    const file = openRegular(path);
    if (file === undefined) return undefined;
    const packed = isGzip(file.start(2));
    if (!packed && path.endsWith(".gz")) {
      file.close();
      throw new RunError(`${name}: is not a gzip file`);
    }
    return { path, chunks: chunksOf(file, packed, name) };
  } catch (error) {
    if (error instanceof RunError && error.message.startsWith(name)) throw error;
    throw new RunError(`cannot read ${name}: ${error instanceof RunError ? error.message : reasonOf(error)}`);
  }
}

/** Opens a file of which parts are read; undefined if there is no file of that name. A packed one has no places. */
export function placeDataFile(path: string): PlacedFile | undefined {
  const name = safeText(path);
  const failed = (error: unknown): RunError =>
    new RunError(`cannot read ${name}: ${error instanceof RunError ? error.message : reasonOf(error)}`);
  let file: OpenFile | undefined;
  try {
    file = openRegular(path);
  } catch (error) {
    throw failed(error);
  }
  if (file === undefined) return undefined;
  const { size, part, close } = file;
  if (isGzip(part(0, 2))) {
    close();
    throw new RunError(`${name}: is packed by gzip, but its parts are read where they lie: unpack it first`);
  }
  return {
    ...{ path, size, close },
    read(at, length) {
      try {
        return part(at, length);
      } catch (error) {
        throw failed(error);
      }
    },
  };
}

async function* chunksOf({ descriptor }: OpenFile, packed: boolean, name: string): AsyncGenerator<Uint8Array> {
  const { createReadStream } = process.getBuiltinModule("node:fs");
  const { createGunzip } = process.getBuiltinModule("node:zlib");
  const plain = createReadStream("", { fd: descriptor, start: 0, highWaterMark: 2 ** 20 });
  const bytes = packed ? plain.pipe(createGunzip({ chunkSize: 2 ** 18 })) : plain;
  // An error of the file ends the unpacking, too.
  plain.on("error", (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
  } catch (error) {
    const bad = errorCode(error)?.startsWith("Z_") === true;
    throw new RunError(
      bad ? `${name}: is truncated or corrupt gzip (${reasonOf(error)})` : `cannot read ${name}: ${reasonOf(error)}`,
    );
  } finally {
    plain.destroy();
  }
}

function unpack(bytes: Uint8Array, declared: number, differs: (state: string, length: string) => RunError): Uint8Array {
  const { gunzipSync } = process.getBuiltinModule("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: declared });
  } catch (error) {
    if (errorCode(error) !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw differs("is corrupt", "it unpacks to more");
  }
}

// Opens a folder as a tree of files, or a file whole. It follows no link, and no file lies outside.

/** The most files of a tree. */
const MOST_FILES = 5_000_000;

/** Opens the folder at `path`, or reads the file; undefined if there is nothing of that name. Throws a RunError that names it. */
export function openTree(path: string): FileTree | DataFile | undefined {
  const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
  const name = safeText(path);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.isDirectory()) return folderTree(path);
    if (!stat.isFile()) throw new RunError(`${name}: is neither a folder nor a regular file`);
    if (stat.size > mostDataBytes())
      throw new RunError(`${name}: has ${countText(stat.size)} bytes, over the limit of this machine`);
    return { path, bytes: readFileSync(path) };
  } catch (error) {
    if (error instanceof RunError) throw error;
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw new RunError(`cannot read ${name}: ${reasonOf(error)}`);
  }
}

function folderTree(path: string): FileTree {
  const { readdirSync, readFileSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const names: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) names.push(name);
      if (names.length > MOST_FILES) throw new RunError(`${safeText(path)}: holds over ${countText(MOST_FILES)} files`);
    }
  return {
    path,
    names: names.sort(compareCodePoints),
    read(file) {
      try {
        return readFileSync(join(path, file));
      } catch (error) {
        throw new RunError(`cannot read ${safeText(join(path, file))}: ${reasonOf(error)}`);
      }
    },
  };
}

// Looks for data files. It does not know their contents.

export interface DataPlaces {
  /** The trainer's own folder, if a person knows it. */
  readonly folder?: string;
  /** `--data`, in order. */
  readonly data: readonly string[];
  /** The name of the source, usable as a folder's name: `mnist`. */
  readonly source: string;
  /** Who reads the file, for messages, if it is not the source. */
  readonly reader?: string;
}

/** The cache folder of nnc; none if the system knows no home. */
function cacheFolder(): string | undefined {
  const { isAbsolute, join } = process.getBuiltinModule("node:path");
  const cache = process.env.XDG_CACHE_HOME;
  if (cache !== undefined && isAbsolute(cache)) return join(cache, "nnc");
  try {
    const home = process.getBuiltinModule("node:os").homedir();
    return isAbsolute(home) ? join(home, ".cache", "nnc") : undefined;
  } catch {
    return undefined;
  }
}

/** The folders in which data files may lie, in the order of the search. */
export function dataFoldersIn({ source, folder, data }: DataPlaces): readonly string[] {
  const { join } = process.getBuiltinModule("node:path");
  const environment = process.env.NNC_DATA;
  const roots = [...data, ...(environment === undefined || environment === "" ? [] : [environment])];
  const cache = cacheFolder();
  return [
    ...new Set([
      ...(folder === undefined ? [] : [folder]),
      ...roots.flatMap((root) => [root, join(root, source)]),
      ...(cache === undefined ? [] : [join(cache, source)]),
    ]),
  ];
}

/** Returns a place in the data without the folders before it: a report that people mail tells nobody where they keep files. */
export function withoutFolders(place: string, places: DataPlaces): string {
  const { join } = process.getBuiltinModule("node:path");
  const starts = dataFoldersIn(places).map((folder) => safeText(join(folder, "x").slice(0, -1)));
  const [longest = ""] = starts.filter((start) => place.startsWith(start)).sort((a, b) => b.length - a.length);
  return place.slice(longest.length);
}

/**
 * Looks for data files in the trainer's folder, then in each `--data` folder and its folder named like the source, then
 * likewise NNC_DATA, then the cache (`~/.cache/nnc/<source>`); plain, and with `.gz`. `found` hears each path that is read.
 */
export function dataFilesIn(places: DataPlaces, found: (path: string) => void): DataFiles {
  const { isAbsolute, join } = process.getBuiltinModule("node:path");
  const { source } = places;
  const folders = dataFoldersIn(places);
  /** Returns what `open` makes of the first place that has the file. */
  const search = <T>(name: string, advice: string | undefined, open: (path: string) => T | undefined): T => {
    if (isAbsolute(name) || name.split(/[\\/]/).includes("..") || name === "" || name.includes("\0")) {
      throw new RunError(
        `'${safeText(name)}' is not the name of a data file: it must lie in the data folder, without '..'`,
      );
    }
    for (const folder of folders) {
      for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
        const file = open(path);
        if (file === undefined) continue;
        found(path);
        return file;
      }
    }
    const shown = safeText(name);
    throw new RunError(
      `cannot find ${shown} or ${shown}.gz, which ${places.reader ?? `${source}()`} reads\n  looked in ${folders.map(safeText).join("\n            ")}\n  ` +
        (advice ?? "pass the folder that holds it: --data DIR"),
    );
  };
  return {
    read: async (name, { advice, ...format }) => search(name, advice, (path) => readDataFile(path, format)),
    stream: async (name, advice) => search(name, advice, streamDataFile),
    place: async (name, advice) => search(name, advice, placeDataFile),
    tree: async (name, advice) => search(name, advice, openTree),
  };
}

// Interrupts that end a run: Ctrl-C, a request of the system, a terminal that is gone. After the first, the run finishes
// its step and saves what it was asked to save; the second ends the process at once.

/** The exit code of the process: 128 plus the signal's number, as in shells. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof exitCodes;
export const endingSignals: readonly Ending[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export const codeOfSignal = (name: NodeJS.Signals): number => exitCodes[name as Ending];

/** An interrupt that follows so soon is the same one: sent to a group of processes, and passed on by one of them. */
const sameInterruptMilliseconds = 500;

export interface Interrupts {
  /** The first interrupt or `stop` aborts it. */
  readonly signal: AbortSignal;
  /** The exit code of an interrupted run. */
  code(): number;
  /** Stops the run because nobody wants its results any more. */
  stop(): void;
  /** Lets signals end the process again, as they do by default. */
  remove(): void;
}

/** Hears interrupts from now on. The second one calls `beforeEnd` before it ends the process. */
export function hearInterrupts(beforeEnd: () => void): Interrupts {
  const stop = new AbortController();
  let first: { readonly code: number; readonly at: number } | undefined;
  const handler = (name: NodeJS.Signals): void => {
    const code = codeOfSignal(name);
    const at = performance.now();
    if (first === undefined) {
      first = { code, at };
      stop.abort();
    } else if (at - first.at >= sameInterruptMilliseconds) {
      beforeEnd();
      process.exit(code);
    }
  };
  for (const name of endingSignals) process.on(name, handler);
  return {
    signal: stop.signal,
    code: () => first?.code ?? 0,
    stop: () => stop.abort(),
    remove() {
      for (const name of endingSignals) process.off(name, handler);
    },
  };
}

// Prints a trainer's results on stdout, and all else on stderr. No name or path reaches a terminal as a command to it.

export interface Output {
  /** Prints one or several lines on stdout. */
  print(text: string): void;
  /** Prints a piece of a line on stdout. */
  piece(text: string): void;
  /** Prints a line whose names are safe already, with its colours. */
  drawn(line: string): void;
  /** Prints an object on one line of stdout. */
  event(kind: string, fields: Readonly<Record<string, unknown>>): void;
  /** Whether nobody reads stdout any more. */
  closed(): boolean;
  /** Whether a write to stdout failed for another reason. */
  failed(): boolean;
}

/** Prints a message for a person on stderr. */
export const tell = (text: string): void => void process.stderr.write(`${safeLines(text)}\n`);

/** Standard output, whose reader may close it at any time. On standard error that does not matter. */
export function openOutput(): Output {
  let closed = false;
  let failed = false;
  process.stdout.on("error", (error) => {
    const code = errorCode(error);
    // A terminal that is gone reports EIO.
    const gone = code === "EPIPE" || (code === "EIO" && process.stdout.isTTY === true);
    if (!gone && !closed) tell(`error: cannot write results: ${reasonOf(error)}`);
    closed = true;
    failed ||= !gone;
  });
  process.stderr.on("error", () => {});
  const piece = (text: string): void => {
    if (!closed) process.stdout.write(text);
  };
  const write = (text: string): void => piece(`${text}\n`);
  return {
    print: (text) => write(safeLines(text)),
    piece: (text) => piece(safeLines(text)),
    drawn: write,
    event: (event, fields) => write(safeJson({ event, ...fields })),
    closed: () => closed,
    failed: () => failed,
  };
}

/** Words any error for a person; never a stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof RunError) return error.message;
  if (error instanceof RangeError && /allocat|array length|array buffer/i.test(error.message)) {
    return `there is not enough memory (${error.message})`;
  }
  return `${reasonOf(error)} (an unexpected error; please report it with the program)`;
}

// Shows a trainer's progress: a bar that is redrawn on a terminal, one line an epoch elsewhere. All of it goes to stderr;
// results are not its business.

/** The screen that it draws on. */
export interface ProgressScreen {
  readonly terminal: boolean;
  readonly color: boolean;
  /** Returns the number of columns; each drawing asks anew. */
  width(): number;
  write(text: string): void;
}

export interface Reporter {
  /** Prints a line of its own. */
  line(text: string): void;
  progress(progress: Progress): void;
  epoch(result: EpochResult): void;
  /** Removes the bar, if there is one. */
  clear(): void;
}

/** Makes a reporter that says nothing. */
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
    screen.write(`${safeText(text)}\n`);
  };
  return {
    line,
    clear,
    progress(progress) {
      const now = performance.now();
      if (!screen.terminal || now - last < REDRAW_MILLISECONDS) return;
      last = now;
      // The last column stays free, because some terminals would wrap the line.
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

/** Draws the present bar in at most `width` columns; it leaves out the least important parts that do not fit. */
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

// Saves weights, whole or not at all. It replaces neither files that nnc did not write nor files that a run reads.

/** The start of every file of weights that nnc writes, after the eight bytes of the header's length. */
const weightsStart = '{"__metadata__":{"producer":"nnc"';

/** The error for a file that must not be replaced: wrong usage, reported before anything is computed. */
export class SaveError extends RunError {
  override readonly name: string = "SaveError";
}

/** Whether the regular file at `path` holds weights that nnc saved. */
function holdsOwnWeights(path: string): boolean {
  const { closeSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  const file = openSync(path, "r");
  try {
    const head = new Uint8Array(8 + weightsStart.length);
    const length = readSync(file, head, 0, head.length, 0);
    return new TextDecoder().decode(head.subarray(8, length)) === weightsStart;
  } finally {
    closeSync(file);
  }
}

/** Returns the first of `paths` that is the same file as `path`, even by another name, link or spelling. */
function sameFile(path: string, paths: readonly string[]): string | undefined {
  const { statSync } = process.getBuiltinModule("node:fs");
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (there === undefined) return undefined;
  return paths.find((other) => {
    const stat = statSync(other, { bigint: true, throwIfNoEntry: false });
    return stat !== undefined && stat.ino === there.ino && stat.dev === there.dev;
  });
}

export interface SaveRequest {
  readonly path: string;
  /** Files that the run reads. */
  readonly inputs: readonly string[];
  /** Whether it may replace a file that nnc did not write. */
  readonly force: boolean;
}

/** Returns the path to write, through links. Throws a RunError if it cannot be written, before hours of training. */
export function saveTarget({ path, inputs, force }: SaveRequest): string {
  const { accessSync, constants, lstatSync, realpathSync, statSync } = process.getBuiltinModule("node:fs");
  const { dirname, resolve } = process.getBuiltinModule("node:path");
  const text = (why: string): string => `cannot save to ${safeText(path)}: ${why}`;
  const refuse = (why: string): never => {
    throw new RunError(text(why));
  };
  if (/[\\/]$/.test(path)) refuse("it is a folder");
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) refuse(`${safeText(folder)} is not a folder`);
    accessSync(folder, constants.W_OK);
    const place = resolve(path);
    const linked = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    const there = statSync(place, { throwIfNoEntry: false });
    if (linked && there === undefined) refuse("it is a link that leads nowhere");
    if (there === undefined) return place;
    // The file would replace a device.
    if (!there.isFile()) refuse(`it is ${there.isDirectory() ? "a folder" : "not a regular file"}`);
    const read = sameFile(place, inputs);
    if (read !== undefined)
      throw new SaveError(
        text(`this run reads it${read === path ? "" : `, as ${safeText(read)}`}; choose another name`),
      );
    accessSync(place, constants.W_OK);
    if (!force && !holdsOwnWeights(place))
      throw new SaveError(
        text("the file exists, and nnc did not write it; choose another name, or replace it with --force"),
      );
    return realpathSync(place);
  } catch (error) {
    if (error instanceof RunError) throw error;
    return refuse(errorCode(error) === "ENOENT" ? `there is no folder ${safeText(folder)}` : reasonOf(error));
  }
}

/** Makes a renamed file last, where the system can sync folders. */
function syncFolder(path: string): void {
  const { closeSync, fsyncSync, openSync } = process.getBuiltinModule("node:fs");
  const { dirname } = process.getBuiltinModule("node:path");
  try {
    const folder = openSync(dirname(path), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file itself is whole; some systems open no folders.
  }
}

/** A file that is written piece by piece, and there when it is whole. */
export interface Saving {
  /** Throws a RunError where the disk does not take it; then nothing is left. */
  write(bytes: Uint8Array): void;
  /** Makes the file last under its name. Throws a RunError. */
  finish(): void;
  /** Leaves nothing, unless it is finished. */
  abandon(): void;
}

/** Begins a file beside the one at `path`, which takes its place in the end. */
export function openSaving(path: string): Saving {
  const { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const beside = `${path}.${process.pid}.part`;
  let file: number | undefined;
  let left = false;
  const close = (): void => {
    const open = file;
    file = undefined;
    if (open !== undefined) closeSync(open);
  };
  const abandon = (): void => {
    close();
    if (left) rmSync(beside, { force: true });
    left = false;
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      abandon();
      throw new RunError(`cannot save to ${safeText(path)}: ${reasonOf(error)}`);
    }
  };
  attempt(() => {
    // A file of that name is left from a killed process. A link there is not followed.
    rmSync(beside, { force: true });
    file = openSync(beside, "wx");
    left = true;
  });
  return {
    write: (bytes) => attempt(() => writeFileSync(file as number, bytes)),
    finish: () =>
      attempt(() => {
        fsyncSync(file as number);
        close();
        renameSync(beside, path);
        left = false;
        syncFolder(path);
      }),
    abandon,
  };
}

/** Writes a file whole or not at all. It is synchronous, so no signal comes between. */
export function saveFile(path: string, bytes: Uint8Array | Iterable<Uint8Array>): void {
  const saving = openSaving(path);
  try {
    for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) saving.write(piece);
  } catch (error) {
    saving.abandon();
    throw error;
  }
  saving.finish();
}

/** Saves weights; where that fails, in the folder for temporary files. Throws a RunError that says where they are then. */
export function saveOrRescue(path: string, bytes: Uint8Array): void {
  try {
    saveFile(path, bytes);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { basename, join } = process.getBuiltinModule("node:path");
    const other = join(process.getBuiltinModule("node:os").tmpdir(), `${process.pid}-${basename(path)}`);
    try {
      saveFile(other, bytes);
    } catch {
      throw error;
    }
    throw new RunError(`${error.message}; the weights are in ${safeText(other)}`);
  }
}

// The parts of a trainer, and the circumstances in which its command line runs.

/** The parts that turn the runtime into a trainer. */
export interface Trainer {
  readonly manifest: Manifest;
  readonly createProgram: (options?: ProgramOptions) => Program | Promise<Program>;
  readonly loadSource: LoadSource;
  /** The encoders of its columns, by the names of their modules. */
  readonly encoders?: Encoders;
  /** Identifies the compiled program. */
  readonly mark?: string;
  /** What its command line does, if it is not a training. */
  readonly run?: (trainer: Trainer, invocation: Invocation) => Promise<number>;
}

/** The circumstances of a run. */
export interface Invocation {
  /** Arguments, without the names of node and the file. */
  readonly args: readonly string[];
  /** The trainer's own folder, if a person knows it. The search for data files begins there. */
  readonly folder?: string;
  /** Files that the run reads besides its data, and must not overwrite. */
  readonly inputs: readonly string[];
  /** What the log says of the program beside the manifest, as JSON: nnc knows it, the trainer does not. */
  readonly about?: string;
  /** Where the weights go as well, without a word. */
  readonly keep?: string;
  /** Where to write what a training that ended by itself has read and used, as JSON. */
  readonly facts?: string;
  /** Where to write the state before a step that did damage, for a program that finds the layer and says it. */
  readonly damage?: string;
  /** Where to write the times of layers as JSON, without a word, and how many milliseconds to measure each thing. */
  readonly profile?: { readonly file: string; readonly milliseconds: number };
  /** The number of parts of the data, for a program that trains and tests on parts in turn. */
  readonly folds?: number;
}

// One run of a trainer's command line: its arguments, data and program, what it says, and how it ends.

/** The parts of one run, and its listeners. */
export interface Run {
  readonly trainer: Trainer;
  readonly invocation: Invocation;
  readonly args: TrainerArguments;
  readonly output: Output;
  readonly reporter: Reporter;
  readonly interrupts: Interrupts;
}

/**
 * Reads the command line and does the work; returns its exit code, 2 for wrong usage, 3 for a failure. `work` makes the program when
 * it wants it, and before it reads the data: other threads arrive meanwhile.
 */
export async function withRun(
  trainer: Trainer,
  invocation: Invocation,
  work: (run: Run, program: () => Promise<Program>) => Promise<number>,
): Promise<number> {
  const output = openOutput();
  const parsed = parseTrainerArguments(invocation.args, trainer.manifest);
  if ("help" in parsed) {
    output.print(parsed.help);
    return 0;
  }
  if ("wrong" in parsed) {
    tell(`error: ${parsed.wrong} (see --help)`);
    return 2;
  }
  const args = parsed.run;
  const reporter = args.quiet ? silentReporter : openReporter(trainer.manifest.metrics);
  const interrupts = hearInterrupts(() => reporter.clear());
  const run: Run = { trainer, invocation, args, output, reporter, interrupts };
  let made: Program | undefined;
  try {
    const code = await work(run, async () => {
      made = await createdProgram(run);
      return made;
    });
    // A full disk reports its error only after the call.
    await new Promise((resolve) => setImmediate(resolve));
    return code === 0 && output.failed() ? 3 : code;
  } catch (error) {
    reporter.clear();
    const message = messageOf(error);
    if (args.json) output.event("error", { message });
    tell(`error: ${message}`);
    return error instanceof SaveError ? 2 : 3;
  } finally {
    made?.close();
    interrupts.remove();
  }
}

async function createdProgram({ trainer, args }: Run): Promise<Program> {
  const { threads, revectorize, backend } = args;
  return trainer.createProgram({
    ...(trainer.manifest.threads
      ? { threads: threads ?? process.getBuiltinModule("node:os").availableParallelism(), revectorize }
      : {}),
    ...(backend === undefined ? {} : { backend }),
  });
}

function openReporter(names: readonly string[]): Reporter {
  const { stderr } = process;
  const screen = {
    terminal: stderr.isTTY === true && process.env.TERM !== "dumb",
    color: !process.env.NO_COLOR,
    width: () => stderr.columns || 80,
    write: (text: string) => stderr.write(text),
  };
  return createReporter(screen, names);
}

/**
 * Loads and checks the source's data; undefined if it was interrupted. `found` hears each path that was read. Rows that take more
 * memory than they may go to the store, if there is one.
 */
export async function loadData(
  { trainer, invocation: { folder }, args, interrupts: { signal } }: Run,
  program: Program,
  found: (path: string) => void,
  store?: RowStore,
): Promise<SourceData | undefined> {
  const { source, columns, split } = program.manifest;
  const places = { ...(folder === undefined ? {} : { folder }), data: args.data, source: source.name };
  const files = dataFilesIn(places, found);
  try {
    const data = await trainer.loadSource(
      {
        ...{ name: source.name, options: source.options, columns, seed: args.seed, signal },
        ...(split.column === undefined ? {} : { key: split.column }),
        ...(store === undefined ? {} : { store }),
      },
      files,
    );
    // Gives signals that came during the reading of a file their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return undefined;
    if (isStored(data)) return data;
    const numbers = columns.filter(({ encoder }) => encoder === undefined);
    checkPart(data.train, numbers, `${source.name}()`);
    if (data.test !== undefined) checkPart(data.test, numbers, `${source.name}(), test part`);
    return data;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

// How a training begins: with random weights, or with those of a file that the program names.

export interface Beginning {
  /** Sets every weight to its first value. */
  initialize(): void;
  /** Learns what encoders need of the rows to train on. */
  learn(train: Rows): Learned;
  /** The same of what they have learned from those rows. */
  adapt(own: Learned): Learned;
  /** Says what the program has of the file, if it names one. */
  report(): void;
}

/**
 * Finds and reads the file that the program begins with, before anything else takes time. `found` hears its path. An evaluation has
 * weights of its own.
 */
export async function beginningOf(
  { trainer, invocation, args, reporter, output }: Run,
  program: Program,
  found: (path: string) => void = () => {},
): Promise<Beginning> {
  const { begin, columns } = program.manifest;
  const { encoders = {} } = trainer;
  if (begin === undefined || args.evaluate !== undefined)
    return {
      initialize: () => program.initialize(args.seed),
      learn: (train) => learnColumns(train, columns, encoders),
      adapt: (own) => own,
      report() {},
    };
  const { folder } = invocation;
  const places = { ...(folder === undefined ? {} : { folder }), data: [...args.data, "."] };
  const names = { source: "weights", reader: "the training" };
  const advice = `train the program of these weights first, with --save ${safeText(begin.file)}, or pass their folder: --data DIR`;
  const file = await dataFilesIn({ ...places, ...names }, found).tree(begin.file, advice);
  if (!("bytes" in file)) throw new RunError(`${safeText(file.path)}: is a folder, not a file of weights`);
  const weights = weightsToBegin(file.bytes, begin.file);
  let transfer: Transfer | undefined;
  return {
    initialize() {
      program.initialize(args.seed);
      transfer = takeWeights(program, weights);
    },
    learn: (train) => learnedToBegin(train, columns, encoders, weights.learned),
    adapt: (own) => learnedAsBefore(own, columns, weights.learned),
    report() {
      if (transfer === undefined) return;
      reporter.line(transferText(transfer, begin.file));
      if (args.json)
        output.event("begins", {
          file: begin.file,
          taken: transfer.taken,
          anew: transfer.anew.map(({ name }) => name),
        });
    },
  };
}

// A file in the folder for temporary files that no folder lists: its name is gone as soon as it is open. Its room on the disk is free
// again when the process ends, in whatever way.

/** Opens such a file. Throws a RunError where that is not possible. */
export function openBlockFile(): BlockFile {
  const { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const temporary = process.getBuiltinModule("node:os").tmpdir();
  const fail = (error: unknown, written: number): RunError => {
    const full = errorCode(error) === "ENOSPC" ? `, after ${sizeText(written)}; TMPDIR names another folder` : "";
    return new RunError(`cannot keep the data in a file in ${safeText(temporary)}: ${reasonOf(error)}${full}`);
  };
  let file = -1;
  let size = 0;
  try {
    const folder = mkdtempSync(join(temporary, "nnc-rows-"));
    try {
      file = openSync(join(folder, "rows"), "wx+", 0o600);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw fail(error, 0);
  }
  return {
    add(bytes) {
      const at = size;
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
      } catch (error) {
        throw fail(error, at);
      }
      // The next one begins where numbers can.
      size = 4 * Math.ceil((at + bytes.length) / 4);
      return at;
    },
    read(at, length) {
      const bytes = new Uint8Array(length);
      try {
        for (let done = 0; done < length; ) {
          const read = readSync(file, bytes, done, length - done, at + done);
          if (read === 0) throw new RunError("it ends early");
          done += read;
        }
      } catch (error) {
        throw new RunError(`cannot read the data from its file in ${safeText(temporary)}: ${reasonOf(error)}`);
      }
      return bytes;
    },
    close: () => closeSync(file),
  };
}

/** Returns the store of a run, which opens its file when rows come, and the end of it. */
export function rowStoreOf(memory: number, { split }: Manifest): { readonly store: RowStore; close(): void } {
  let file: BlockFile | undefined;
  return {
    store: {
      ...{ memory, split },
      open() {
        file = openBlockFile();
        return file;
      },
    },
    close: () => file?.close(),
  };
}

// Batches of the training rows for programs that look into a training: made as the training makes them, without its end.

/**
 * Makes the program, loads the rows to train on, sets the first weights, and does the work with them; returns its exit code, or that
 * of an interruption. Rows that take more memory than they may stay in a file until the end of the work.
 */
export async function withTrainingRows(
  run: Run,
  create: () => Promise<Program>,
  work: (program: Program, feed: Feed) => Promise<number>,
): Promise<number> {
  const { args, trainer, interrupts } = run;
  const { store, close } = rowStoreOf(args.memory, trainer.manifest);
  try {
    const program = await create();
    const { manifest } = program;
    const begin = await beginningOf(run, program);
    const source = await loadData(run, program, () => {}, store);
    if (source === undefined) return interrupts.code();
    const { encoders = {} } = trainer;
    const divided = dividedData(source, { manifest, encoders, seed: args.seed, limit: args.limit });
    reportPiecewise(run, divided.order);
    const { feeds } = divided.prepare(undefined, begin.adapt);
    begin.initialize();
    begin.report();
    return await work(program, feeds.train);
  } finally {
    close();
  }
}

/** Says so if the rows lie in a file. */
export function reportPiecewise({ reporter, args }: Pick<Run, "reporter" | "args">, order: DividedData["order"]): void {
  if (order.window === undefined) return;
  reporter.line(
    `the data takes more than ${sizeText(args.memory)} of memory (--memory): it is read piece by piece, ` +
      `and its order is random within windows of ${countText(order.window)} examples`,
  );
}

/** Puts the batch of a step, from 0, into the program's columns; returns its number of samples. */
export function batchFiller(program: Program, feed: Feed, seed: number): (step: number) => number {
  const { batch, columns } = program.manifest;
  const { count } = feed;
  const steps = Math.ceil(count / batch);
  let epoch = -1;
  let order: FeedOrder | undefined;
  return (step) => {
    const wanted = Math.floor(step / steps);
    if (order === undefined || wanted !== epoch) order = feed.epoch(seed, wanted, groupingOf(program.manifest));
    epoch = wanted;
    const start = (step % steps) * batch;
    const n = Math.min(batch, count - start);
    order.gather(start, n, columns, program.columns);
    return n;
  };
}

// Says what a step has damaged: in which rows, and what was kept. It also keeps the step for a program that finds the layer.

/** The most rows and weights that a message names. */
const MOST_NAMED = 6;

const listed = (names: readonly string[], between: string): string =>
  names.slice(0, MOST_NAMED).join(between) +
  (names.length > MOST_NAMED ? `${between}and ${names.length - MOST_NAMED} more` : "");

/** What is said about a step. */
export interface DamageSaid {
  readonly problem: string;
  /** The first layer whose numbers are not finite. */
  readonly layer?: string;
  /** Names of the rows of the batch. */
  readonly rows: readonly string[];
  /** The places in the batch of rows that are not finite by themselves. */
  readonly alone: readonly number[];
  /** The weights that the step damaged, if its loss was finite. */
  readonly weights: readonly string[];
  /** The places that hold the last good state. */
  readonly kept: readonly string[];
}

/** Names the rows by their places in files where these are known. */
export function damageSaid(
  { problem, batch, evaluated }: DamageError,
  { train }: Pick<Feeds, "train">,
  kept: readonly string[],
): DamageSaid {
  const { feed, rows, alone } = evaluated ?? {
    feed: train,
    rows: batch?.rows ?? [],
    alone: batch?.alone ?? [],
  };
  return {
    ...{ problem, alone, kept },
    rows: Array.from(rows, (row) => feed.place(row)),
    weights: batch === undefined || !Number.isFinite(batch.damage.loss) ? [] : batch.damage.weights,
  };
}

function rowsText(names: readonly string[], alone: readonly number[]): string {
  if (alone.length === 0) return `${listed(names, ", ")}: each alone has a finite loss`;
  if (alone.length === names.length) return `${listed(names, ", ")}: all of the batch`;
  const own = alone.length === 1 ? "its own loss is" : "their own losses are";
  return `${listed(
    alone.map((place) => names[place] ?? ""),
    ", ",
  )}: ${own} not finite`;
}

/** Returns the message for a person. */
export function damageText({ problem, layer, rows, alone, weights, kept }: DamageSaid): string {
  const lines: (readonly [string, string])[] = [];
  if (layer !== undefined) lines.push(["layer", layer]);
  if (weights.length > 0) lines.push(["weights", listed(weights.map(safeText), ", ")]);
  if (rows.length > 0) lines.push(["rows", rowsText(rows.map(safeText), alone)]);
  if (kept.length > 0) lines.push(["kept", `the last good state: ${kept.map(safeText).join(", ")}`]);
  lines.push(["what to do", damageHelp]);
  return `${problem}${lines.map(([head, text]) => `\n  ${head.padEnd(11)} ${text}`).join("")}`;
}

/** A step that was kept. */
export interface DamagedStep {
  /** The number of samples of its batch. */
  readonly n: number;
  readonly said: DamageSaid;
  /** Puts the state before it into a program, and the batch into its inputs. */
  restore(program: Program): void;
}

const COLUMN = "column:";

/** Writes the state of a program before a step, and the batch in its columns. */
export function writeDamaged(program: Program, said: DamageSaid): Uint8Array {
  const slots = program.slots.map(({ name, role, shape, values }) => ({ name: `${role}:${name}`, shape, values }));
  const columns = Object.entries(program.columns).map(([name, values]): NamedTensor => {
    const numbers = values instanceof Uint8Array ? Int32Array.from(values) : values;
    return { name: COLUMN + name, shape: [numbers.length], values: numbers };
  });
  return writeSafetensors([...slots, ...columns], new Map([["said", JSON.stringify(said)]]));
}

export function readDamaged(bytes: Uint8Array, where: string): DamagedStep {
  const { tensors, metadata } = readSafetensors(bytes, where);
  const said = JSON.parse(metadata.get("said") ?? "") as DamageSaid;
  const numbersOf = (name: string): Float32Array | Int32Array => {
    const tensor = tensors.get(name);
    return (tensor === undefined ? undefined : storedNumbers(tensor)) ?? new Float32Array();
  };
  return {
    n: said.rows.length,
    said,
    restore({ slots, inputs }) {
      for (const { name, role, values } of slots) values.set(numbersOf(`${role}:${name}`));
      for (const [name, values] of Object.entries(inputs)) values.set(numbersOf(COLUMN + name));
    },
  };
}

// Reads a file of weights that a person names.

/** Returns the bytes of the file. Throws a RunError that names it. */
export function readWeightsFile(path: string): Uint8Array {
  const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
  try {
    // A pipe would wait for its writer.
    if (!statSync(path).isFile()) throw new RunError(`cannot read ${safeText(path)}: it is not a regular file`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`cannot read ${safeText(path)}: ${reasonOf(error)}`);
  }
}

// Trained weights on the rows to test with, in place of a training.

/** Results beside those of the metrics: what to say, as a line and as a part of the event. Undefined if it was interrupted. */
export type FurtherResults = (
  run: Run,
  program: Program,
  rows: Rows,
  learned: Learned,
) => Promise<{ readonly line: string; readonly event: Readonly<Record<string, unknown>> } | undefined>;

/** Loads trained weights and reports the results on the test rows; on those of validation, or on all, where there are none. */
export async function evaluateWeights(
  run: Run,
  program: Program,
  data: DividedData,
  path: string,
  further?: FurtherResults,
): Promise<number> {
  const { trainer, args, reporter, interrupts } = run;
  const { manifest } = trainer;
  const bytes = readWeightsFile(path);
  const learned = learnedIn(bytes, path);
  program.initialize(args.seed);
  loadWeights(program, bytes, path);
  const { made, examples } = data;
  const columns = manifest.columns.map((info) => {
    const from = made[info.name];
    return from === undefined ? info : { ...info, from };
  });
  asLearned(columns, learned, path);
  const part: DividedPart = examples.test > 0 ? "test" : examples.validation > 0 ? "validation" : "train";
  const rows = further === undefined ? undefined : data.rows?.(part, learned);
  const feed = rows === undefined ? data.part(part, learned) : feedOf(rows);
  reporter.line(`evaluating ${manifest.model} on ${manifest.dataset}: ${countText(feed.count)} examples (${part})`);
  const values = await evaluateProgram(program, feed, interrupts.signal).catch((error: unknown) => {
    throw error instanceof DamageError ? new RunError(damageText(damageSaid(error, { train: feed }, []))) : error;
  });
  const more = values === undefined || rows === undefined ? undefined : await further?.(run, program, rows, learned);
  reporter.clear();
  if (values === undefined || interrupts.signal.aborted) return interrupts.code();
  report(run, part, values, more);
  return 0;
}

function report(
  { trainer: { manifest }, args, output }: Run,
  part: string,
  values: readonly MetricValue[],
  more: Awaited<ReturnType<FurtherResults>>,
): void {
  if (args.json) {
    output.event("evaluation", { part, metrics: metricsRecord(manifest.metrics, values), ...more?.event });
    return;
  }
  output.print(`${part} ${metricsText(manifest.metrics, values)}`);
  for (const text of tablesText(manifest.metrics, values)) output.print(text);
  if (more !== undefined) output.print(`${part} ${more.line}`);
}

// Keeps the state of a training in a folder: one file, replaced whole, so that at any moment the old or the new state is there.

export interface CheckpointKeeper {
  /** Returns the state to go on from; undefined where the training begins. Throws a RunError for another training's. */
  read(): Checkpoint | undefined;
  /** Whether so many seconds have passed since the last state. */
  due(): boolean;
  /**
   * Saves the state; on a failure the one before stays. A failure ends no training: the first one is returned to be said, the next
   * moment tries again.
   */
  save(program: Program, state: TrainState, learned: Learned): RunError | undefined;
  /** Why the last attempt failed, if it did. */
  failed(): RunError | undefined;
}

const CHECKPOINT_FILE = "checkpoint.safetensors";

/** Returns the keeper of the folder that the arguments name; undefined if they name none. */
export function checkpointKeeper(
  { checkpoint: folder, checkpointEvery: seconds, resume, force }: TrainerArguments,
  circumstances: Circumstances,
): CheckpointKeeper | undefined {
  if (folder === undefined) return undefined;
  const { existsSync, mkdirSync, readFileSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const path = join(folder, CHECKPOINT_FILE);
  const shown = safeText(path);
  if (existsSync(path) && !resume && !force)
    throw new SaveError(`${shown} is the state of a training; go on from it with --resume, or replace it with --force`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RunError(`cannot make the folder ${safeText(folder)}: ${reasonOf(error)}`);
  }
  let saved = performance.now();
  let problem: RunError | undefined;
  return {
    read() {
      if (!resume || !existsSync(path)) return undefined;
      let bytes: Uint8Array;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        throw new RunError(`cannot read ${shown}: ${reasonOf(error)}`);
      }
      const found = readCheckpoint(bytes, path);
      checkCircumstances(found.circumstances, circumstances, path);
      return found;
    },
    due: () => performance.now() - saved >= 1000 * seconds,
    save(program, state, learned) {
      const before = problem;
      try {
        saveFile(path, writeCheckpoint(program, state, circumstances, learned));
        problem = undefined;
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        problem = error;
      }
      saved = performance.now();
      return before === undefined ? problem : undefined;
    },
    failed: () => problem,
  };
}

// Keeps the history of a training in a folder, for people and other programs: `history.jsonl` and `history.csv` with a line
// for each epoch, `run.json` with what was trained, how, and the result, and `program.json` with what nnc says of the program.

export interface RunLog {
  /** Writes the settings and the epochs that an earlier run finished. */
  begin(done: readonly EpochResult[]): void;
  /** Adds an epoch. A failure ends the log, not the training: `end` throws it. */
  epoch(result: EpochResult): void;
  /** Writes the result. Throws a RunError if the log is not whole. */
  end(history: History): void;
}

/** The facts that the log states of a run. */
export interface LoggedRun {
  readonly program: Program;
  readonly circumstances: Circumstances;
  /** How an epoch orders its rows. */
  readonly order: object;
  /** Files that the run reads, and must not overwrite. */
  readonly inputs: readonly string[];
  /** The text of `program.json`. */
  readonly about?: string;
}

/** An epoch as programs read it: on standard output and in the log. */
export function epochRecord(names: readonly string[], result: EpochResult): Record<string, unknown> {
  const { epoch, epochs, steps, seconds, samplesPerSecond, metrics, validation } = result;
  return {
    ...{ epoch, epochs, steps, seconds, samplesPerSecond, metrics: metricsRecord(names, metrics) },
    ...(validation === undefined ? {} : { validation: metricsRecord(names, validation) }),
  };
}

const historyLine = (cells: readonly string[]): string => `${csvLine(cells)}\n`;
const historyValue = (value: MetricValue): string =>
  typeof value === "number" ? String(value) : JSON.stringify(value);

const historyHead = (names: readonly string[], validates: boolean): string =>
  historyLine([
    ...["epoch", "steps", "seconds", "samples_per_second", ...names],
    ...(validates ? names.map((name) => `val_${name}`) : []),
  ]);

const historyRow = ({ epoch, steps, seconds, samplesPerSecond, metrics, validation = [] }: EpochResult): string =>
  historyLine([
    ...[epoch, steps, seconds, samplesPerSecond].map(String),
    ...[...metrics, ...validation].map(historyValue),
  ]);

/** Whether the log in `path` is of a run with the same settings. */
function sameRun(path: string, circumstances: Circumstances): boolean {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    const settings = typeof found === "object" && found !== null && "settings" in found ? found.settings : undefined;
    return JSON.stringify(settings) === JSON.stringify(circumstances);
  } catch {
    return false;
  }
}

/** Makes the folder and returns the places of the files. Throws a SaveError rather than replace another run's log. */
function logPlaces(folder: string, { resume, force }: TrainerArguments, { circumstances, inputs }: LoggedRun) {
  const { existsSync, mkdirSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RunError(`cannot make the folder ${safeText(folder)}: ${reasonOf(error)}`);
  }
  const files = {
    run: "run.json",
    lines: "history.jsonl",
    table: "history.csv",
    about: "program.json",
    examples: "examples.json",
    profile: "profile.json",
  };
  const { run, lines, table, about, ...beside } = Object.fromEntries(
    Object.entries(files).map(([key, name]) => [key, join(folder, name)]),
  ) as typeof files;
  const there = [run, lines, table].find((path) => existsSync(path));
  if (there !== undefined && !force && !(resume && sameRun(run, circumstances)))
    throw new SaveError(`${safeText(there)} exists already; choose another folder, or replace it with --force`);
  const place = (path: string): string => saveTarget({ path, inputs, force: true });
  return {
    run: place(run),
    lines: place(lines),
    table: place(table),
    about: place(about),
    beside: Object.values(beside).map(place),
  };
}

function runSettings({ file, model, dataset, batch, parameters, strictMath }: Manifest, logged: LoggedRun): object {
  const { target, metrics } = logged.program.manifest;
  const { threads, variant } = logged.program;
  return {
    ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
    ...{ batch, parameters, metrics, settings: logged.circumstances, order: logged.order },
    ...{ started: new Date().toISOString(), node: process.version, system: `${process.platform} ${process.arch}` },
  };
}

/** Returns the log in the folder that the arguments name; undefined if they name none. */
export function runLog(args: TrainerArguments, logged: LoggedRun): RunLog | undefined {
  const { log: folder } = args;
  if (folder === undefined) return undefined;
  const { appendFileSync, rmSync } = process.getBuiltinModule("node:fs");
  const places = logPlaces(folder, args, logged);
  const { manifest } = logged.program;
  const { metrics: names } = manifest;
  const save = (path: string, text: string): void => saveFile(path, new TextEncoder().encode(text));
  const line = (result: EpochResult): string => `${safeJson(epochRecord(names, result))}\n`;
  const settings = runSettings(manifest, logged);
  let problem: RunError | undefined;
  const append = (path: string, text: string): void => {
    if (problem !== undefined) return;
    try {
      appendFileSync(path, text);
    } catch (error) {
      problem = new RunError(`the log is not whole: cannot write ${safeText(path)}: ${reasonOf(error)}`);
    }
  };
  return {
    begin(done) {
      save(places.run, `${safeJson(settings)}\n`);
      // What nnc wrote beside an earlier log is not about this run.
      for (const path of [places.about, ...places.beside]) rmSync(path, { force: true });
      if (logged.about !== undefined) save(places.about, logged.about);
      save(places.lines, done.map(line).join(""));
      save(
        places.table,
        historyHead(names, logged.circumstances.examples.validation > 0) + done.map(historyRow).join(""),
      );
    },
    epoch(result) {
      append(places.lines, line(result));
      append(places.table, historyRow(result));
    },
    end({ epochs, test, interrupted, spent, stopped, restored, damaged }) {
      if (problem !== undefined) throw problem;
      const result = {
        epochs: epochs.length,
        ...(interrupted === undefined ? {} : { interrupted }),
        ...(spent === undefined ? {} : { spent }),
        ...(stopped === undefined ? {} : { stopped }),
        ...(restored === undefined ? {} : { restored }),
        ...(damaged === undefined ? {} : { damaged }),
        ...(test === undefined ? {} : { test: metricsRecord(names, test) }),
      };
      save(places.run, `${safeJson({ ...settings, ended: new Date().toISOString(), result })}\n`);
    },
  };
}

// Writes TensorBoard's files of events: records with their lengths and checksums (TFRecord), each an Event as protocol buffers encode
// it. https://www.tensorflow.org/tutorials/load_data/tfrecord, tensorflow/core/util/event.proto

let castagnoli: Int32Array | undefined;
function castagnoliTable(): Int32Array {
  castagnoli ??= Int32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0x82f63b78 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  return castagnoli;
}

/** Returns the checksum CRC-32C (RFC 3720). */
export function crc32c(bytes: Uint8Array): number {
  const table = castagnoliTable();
  let crc = -1;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The checksum as records hold it: turned and moved, so that one of bytes that hold their own does not come out the same. */
const maskedCrc = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

/** Returns the bytes as one record. */
export function eventRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** What a field of a message holds: a whole number, a number in 8 or 4 bytes, a text, or a message. */
type WireValue =
  | { readonly whole: number }
  | { readonly double: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly message: Uint8Array };

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function wireField(number: number, value: WireValue): Uint8Array {
  if ("whole" in value) return Uint8Array.from([...varint(8 * number), ...varint(value.whole)]);
  if ("double" in value || "float" in value) {
    const size = "double" in value ? 8 : 4;
    const bytes = new Uint8Array(1 + size);
    const view = new DataView(bytes.buffer);
    bytes[0] = 8 * number + (size === 8 ? 1 : 5);
    if ("double" in value) view.setFloat64(1, value.double, true);
    else view.setFloat32(1, value.float, true);
    return bytes;
  }
  const content = "text" in value ? new TextEncoder().encode(value.text) : value.message;
  return Uint8Array.from([...varint(8 * number + 2), ...varint(content.length), ...content]);
}

/** Returns a message with these fields, by their numbers. */
function wireMessage(...fields: readonly (readonly [number: number, value: WireValue])[]): Uint8Array {
  const parts = fields.map(([number, value]) => wireField(number, value));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The first event of a file: the version of its form. */
export const versionEvent = (seconds: number): Uint8Array =>
  wireMessage([1, { double: seconds }], [3, { text: "brain.Event:2" }]);

/** The event of a training that begins: what an earlier file has from this step on no longer counts. */
export const startEvent = (seconds: number, step: number): Uint8Array =>
  wireMessage([1, { double: seconds }], [2, { whole: step }], [7, { message: wireMessage([1, { whole: 1 }]) }]);

/** The event of numbers at a step, by their names. */
export function scalarsEvent(
  seconds: number,
  step: number,
  scalars: readonly (readonly [name: string, value: number])[],
): Uint8Array {
  const values = scalars.map(([name, value]): readonly [number, WireValue] => [
    1,
    { message: wireMessage([1, { text: name }], [2, { float: value }]) },
  ]);
  return wireMessage([1, { double: seconds }], [2, { whole: step }], [5, { message: wireMessage(...values) }]);
}

// Keeps the results of a training as events for TensorBoard: a folder each for training, validation and test, as it shows runs.

const eventParts = ["train", "validation", "test"] as const;
type EventPart = (typeof eventParts)[number];

/** The most numbers of a list that are shown, each as a curve. */
const MOST_CURVES = 100;

/** The numbers of results by the names of their curves. A table has none. */
function curvesOf(names: readonly string[], values: readonly MetricValue[]): readonly (readonly [string, number])[] {
  return names.flatMap((name, i): readonly (readonly [string, number])[] => {
    const value = values[i];
    if (typeof value === "number") return [[name, value]];
    return (value ?? [])
      .slice(0, MOST_CURVES)
      .flatMap((one, at) => (typeof one === "number" ? [[`${name}/${at}`, one]] : []));
  });
}

/** Throws a SaveError where another training's events are. */
function checkEvents(folder: string, { resume, force }: TrainerArguments): void {
  const { existsSync, readdirSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  if (resume || force) return;
  const there = eventParts
    .map((part) => join(folder, part))
    .find((path) => existsSync(path) && readdirSync(path).some((name) => name.includes("tfevents")));
  if (there !== undefined)
    throw new SaveError(`${safeText(there)} holds events already; choose another folder, or add to them with --force`);
}

/** Returns the log for TensorBoard in the folder that the arguments name; undefined if they name none. */
export function tensorboardLog(args: TrainerArguments, { program, circumstances }: LoggedRun): RunLog | undefined {
  const { tensorboard: folder } = args;
  if (folder === undefined) return undefined;
  const { appendFileSync, mkdirSync } = process.getBuiltinModule("node:fs");
  const { hostname } = process.getBuiltinModule("node:os");
  const { join } = process.getBuiltinModule("node:path");
  try {
    checkEvents(folder, args);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`cannot read ${safeText(folder)}: ${reasonOf(error)}`);
  }
  const { metrics: names } = program.manifest;
  const now = (): number => Date.now() / 1000;
  const host = hostname().replace(/[^\w.-]/g, "_");
  const file = `events.out.tfevents.${Math.floor(now())}.${host}.${process.pid}.0`;
  let problem: RunError | undefined;
  const add = (part: EventPart, event: Uint8Array): void => {
    const path = join(folder, part, file);
    if (problem !== undefined) return;
    try {
      appendFileSync(path, eventRecord(event));
    } catch (error) {
      problem = new RunError(
        `the events for TensorBoard are not whole: cannot write ${safeText(path)}: ${reasonOf(error)}`,
      );
    }
  };
  const addResults = (part: EventPart, step: number, values: readonly MetricValue[] | undefined): void => {
    if (values !== undefined) add(part, scalarsEvent(now(), step, curvesOf(names, values)));
  };
  return {
    begin(done) {
      const { validation, test } = circumstances.examples;
      for (const part of eventParts) {
        if ((part === "validation" && validation === 0) || (part === "test" && test === 0)) continue;
        const path = join(folder, part);
        try {
          mkdirSync(path, { recursive: true });
        } catch (error) {
          throw new RunError(`cannot make the folder ${safeText(path)}: ${reasonOf(error)}`);
        }
        add(part, versionEvent(now()));
        add(part, startEvent(now(), done.length + 1));
      }
    },
    epoch({ epoch, metrics, validation }) {
      addResults("train", epoch, metrics);
      addResults("validation", epoch, validation);
    },
    end({ epochs, test }) {
      addResults("test", epochs.length, test);
      if (problem !== undefined) throw problem;
    },
  };
}

/** Returns one log that writes both; undefined if there is none. */
export function allLogs(...logs: readonly (RunLog | undefined)[]): RunLog | undefined {
  const kept = logs.filter((log) => log !== undefined);
  if (kept.length === 0) return undefined;
  return {
    begin(done) {
      for (const log of kept) log.begin(done);
    },
    epoch(result) {
      for (const log of kept) log.epoch(result);
    },
    end(history) {
      const [first, ...more] = kept;
      try {
        first?.end(history);
      } finally {
        for (const log of more) log.end(history);
      }
    },
  };
}

// The command line of a trainer: arguments → data → training → results and saved weights, with exit codes and Ctrl-C. A
// Trainer holds everything that is the program's own.

/** Runs a trainer's command line; returns the exit code: 0, 2 wrong usage, 3 failure while running, 128 + n for a signal. */
export async function runTrainer(trainer: Trainer, invocation: Invocation): Promise<number> {
  if (trainer.run !== undefined) return trainer.run(trainer, invocation);
  return withRun(trainer, invocation, async (run, program) => {
    targetOf(run);
    const { store, close } = rowStoreOf(run.args.memory, trainer.manifest);
    try {
      return await trainAndReport(run, await program(), store);
    } finally {
      close();
    }
  });
}

/** Returns the path for the weights, or a SaveError if they cannot go there. `data` lists the data files that were read. */
function targetOf({ args, invocation }: Run, data: readonly string[] = []): string | undefined {
  const { save: path, force } = args;
  if (path === undefined) return undefined;
  return saveTarget({ path, force, inputs: [...invocation.inputs, ...data] });
}

async function trainAndReport(run: Run, program: Program, store: RowStore): Promise<number> {
  const { args, output, reporter, interrupts } = run;
  const { manifest } = program;
  const paths: string[] = [];
  const begin = await beginningOf(run, program, (path) => paths.push(path));
  const source = await loadData(run, program, (path) => paths.push(path), store);
  const target = targetOf(run, paths);
  if (source === undefined) {
    reporter.line("interrupted before training began");
    if (args.json) output.event("interrupted", { epoch: 0, step: 0 });
    return interrupts.code();
  }
  const { encoders = {}, mark = "" } = run.trainer;
  const divided = dividedData(source, { manifest, encoders, seed: args.seed, limit: args.limit });
  if (args.evaluate !== undefined) return evaluateWeights(run, program, divided, args.evaluate);
  const circumstances = { program: `${mark} ${program.variant ?? ""}`.trim(), ...setting(args, divided) };
  const keeper = checkpointKeeper(args, circumstances);
  const before = keeper?.read();
  const { about, keep, facts } = run.invocation;
  const inputs = [...run.invocation.inputs, ...paths];
  const logged = { program, circumstances, inputs, order: divided.order, ...(about === undefined ? {} : { about }) };
  const log = allLogs(runLog(args, logged), tensorboardLog(args, logged));
  const { feeds: data, learned } = divided.prepare(before?.learned, begin.adapt);
  begin.initialize();
  before?.restore(program);
  reportDropped(run, divided);
  reportStart(run, program, divided);
  if (before === undefined) begin.report();
  if (before !== undefined) reporter.line(`going on from epoch ${before.state.epoch}, step ${before.state.step}`);
  const options = { ...trainOptions(run), ...(before === undefined ? {} : { from: before.state }) };
  log?.begin(before?.state.done ?? []);
  const kept = { keeper, log, target, learned };
  const events = { ...eventsOf(run, manifest, log), ...keepingEvents(run, program, kept) };
  const history = await trainProgram(program, data, options, events).catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    reporter.clear();
    leaveDamage(run, program, error, damageSaid(error, data, keepGood(run, program, error, kept)));
    return undefined;
  });
  reporter.clear();
  // Another program finds the layer, and says what happened.
  if (history === undefined) return 3;
  const { interrupted } = history;
  // Nobody reads the results any more, as with `train.js | head`. That is no failure.
  if (interrupted !== undefined && interrupts.code() === 0) return 0;
  if (interrupted !== undefined) {
    reporter.line(`interrupted in epoch ${interrupted.epoch}, after step ${interrupted.step}`);
    if (args.json) output.event("interrupted", interrupted);
  }
  reportEnding(run, history);
  if (target !== undefined) saveTrained(run, target, saveWeights(program, learned));
  if (keep !== undefined) saveFile(keep, saveWeights(program, learned));
  if (interrupted === undefined) reportResult(run, history, manifest);
  log?.end(history);
  if (facts !== undefined && interrupted === undefined) saveFile(facts, factsOf(program, circumstances, paths));
  const lost = keeper?.failed();
  if (lost !== undefined) throw lost;
  return interrupted === undefined ? 0 : interrupts.code();
}

export const trainOptions = ({ args, interrupts: { signal } }: Run): TrainOptions => ({
  ...{ epochs: args.epochs, seed: args.seed, signal },
  ...(args.maxSteps === undefined ? {} : { maxSteps: args.maxSteps }),
  ...(args.maxSeconds === undefined ? {} : { maxSeconds: args.maxSeconds }),
});

/** Throws what is said, or leaves the step for another program, which finds the layer and says it. */
function leaveDamage({ invocation }: Run, program: Program, error: DamageError, said: DamageSaid): void {
  const { damage } = invocation;
  if (damage === undefined || error.batch === undefined) throw new RunError(damageText(said));
  saveFile(damage, writeDamaged(program, said));
}

/** What a receipt needs to know of a run: what it depends on, and the paths of its data. */
function factsOf({ threads, variant }: Program, circumstances: Circumstances, data: readonly string[]): Uint8Array {
  const { program: _, ...setting } = circumstances;
  return new TextEncoder().encode(JSON.stringify({ ...setting, threads, variant, data }));
}

/** What a run keeps of its training. */
interface Kept {
  readonly keeper: CheckpointKeeper | undefined;
  readonly log: RunLog | undefined;
  readonly target: string | undefined;
  readonly learned: Learned;
}

/** Keeps states. Where that fails, it says so once; the training goes on, and the next state is tried again. */
function keepingEvents({ reporter }: Run, program: Program, { keeper, learned }: Kept): TrainEvents {
  if (keeper === undefined) return {};
  return {
    onState(state) {
      const problem = keeper.save(program, state, learned);
      if (problem !== undefined) reporter.line(`warning: ${problem.message}; the training goes on, and tries again`);
    },
    wantsState: () => keeper.due(),
  };
}

/** Keeps the state before the damage wherever the run keeps one; returns the names of those places. */
function keepGood(run: Run, program: Program, error: DamageError, kept: Kept): readonly string[] {
  const { args, output } = run;
  const { keeper, log, target, learned } = kept;
  const { state, batch } = error;
  const places: string[] = [];
  if (keeper !== undefined) {
    if (state !== undefined) keeper.save(program, state, learned);
    if (keeper.failed() === undefined) places.push(`${args.checkpoint ?? ""} (--checkpoint)`);
  }
  if (target !== undefined) {
    saveOrRescue(target, saveWeights(program, learned));
    if (args.json) output.event("saved", { file: args.save });
    places.push(`${args.save ?? target} (--save)`);
  }
  const damaged = batch === undefined ? {} : { damaged: { epoch: batch.epoch, step: batch.damage.step } };
  log?.end({ epochs: state?.done ?? [], ...damaged });
  return places;
}

function saveTrained({ args, output }: Run, target: string, bytes: Uint8Array): void {
  saveOrRescue(target, bytes);
  if (args.json) output.event("saved", { file: args.save });
  else output.print(`weights saved to ${safeText(args.save ?? target)}`);
}

/** What a checkpoint says of its training beside the program. */
const setting = ({ seed, epochs }: TrainerArguments, { examples, memory }: DividedData) => ({
  ...{ seed, epochs, examples },
  // The order of rows in a file depends on how many of them memory holds.
  ...(memory === undefined ? {} : { memory }),
});

function reportDropped({ reporter }: Run, { dropped }: DividedData): void {
  if (dropped > 0)
    reporter.line(`left out ${countText(dropped)} ${dropped === 1 ? "row" : "rows"}, as the program says`);
}

/** Says why a training ended early, and whose weights it ends with. */
function reportEnding({ args, output, reporter }: Run, { spent, stopped, restored }: History): void {
  if (spent !== undefined) {
    const budget = spent.budget === "steps" ? `${args.maxSteps} steps` : `${args.maxSeconds} s`;
    reporter.line(`the budget of ${budget} is spent: ended in epoch ${spent.epoch}, after step ${spent.step}`);
  }
  if (stopped !== undefined) reporter.line(`stopped after epoch ${stopped}: no better result`);
  if (restored !== undefined) reporter.line(`the weights are those of epoch ${restored}, the best one`);
  if (args.json && (spent !== undefined || stopped !== undefined || restored !== undefined))
    output.event("ending", {
      ...(spent === undefined ? {} : { spent }),
      ...(stopped === undefined ? {} : { stopped }),
      ...(restored === undefined ? {} : { restored }),
    });
}

/** Prints the first line, or the first event. */
function reportStart(
  { args, output, reporter }: Run,
  program: Program,
  { examples: counts, order }: DividedData,
): void {
  const { manifest, memoryBytes, threads, variant } = program;
  reporter.line(
    `training ${manifest.model} on ${manifest.dataset}: ${countText(counts.train)} ${counts.train === 1 ? "example" : "examples"}` +
      (counts.validation > 0 ? `, ${countText(counts.validation)} for validation` : "") +
      (counts.test > 0 ? `, ${countText(counts.test)} for testing` : "") +
      `; ${countText(manifest.parameters)} parameters, batch ${manifest.batch}, seed ${args.seed}` +
      threadsText(program),
  );
  reportPiecewise({ reporter, args }, order);
  if (!args.json) return;
  const { file, model, dataset, target, batch, parameters, strictMath } = manifest;
  output.event("start", {
    ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
    ...{ batch, parameters, memoryBytes },
    ...{ epochs: args.epochs, seed: args.seed, examples: counts, order },
  });
}

/** News of the training, for people and for programs. */
const eventsOf = (
  { args, output, reporter, interrupts }: Run,
  { metrics: names }: Manifest,
  log: RunLog | undefined,
): TrainEvents => ({
  onProgress(progress) {
    reporter.progress(progress);
    if (output.closed() && args.save === undefined) interrupts.stop();
  },
  onEpoch(result) {
    reporter.epoch(result);
    if (args.json) output.event("epoch", epochRecord(names, result));
    log?.epoch(result);
  },
});

/** Prints the last line, for the test rows, else for the validation rows, else for training. */
function reportResult({ args, output }: Run, history: History, { metrics: names }: Manifest): void {
  // The weights it ends with are not those of the last epoch, where the best ones are restored.
  const last = history.epochs.find(({ epoch }) => epoch === history.restored) ?? history.epochs.at(-1);
  if (args.json) {
    if (history.test !== undefined) output.event("test", { metrics: metricsRecord(names, history.test) });
    return;
  }
  const [part, values] =
    history.test !== undefined
      ? ["test", history.test]
      : last?.validation !== undefined
        ? ["validation", last.validation]
        : ["training", last?.metrics];
  if (values === undefined) return;
  output.print(`${part} ${metricsText(names, values)}`);
  for (const text of tablesText(names, values)) output.print(text);
}

// Tells whether Node was started with this trainer itself. If a program imports a trainer or bundles it, that must neither
// start a training nor take the program's arguments.

/** Whether Node runs text from its own command line, so that its arguments name no program. */
const evaluates = (flags: readonly string[]): boolean =>
  flags.some((flag) => /^(-[ep]+|--eval|--print)(=|$)/.test(flag));

/**
 * Whether the file at `path` is the trainer with this mark, as nnc writes it: it exports functions in place, and ends with
 * the call that has the mark. Bundlers gather exports in one place or drop them, and put the importing program behind the
 * imported one.
 */
function isTrainer(path: string, mark: string): boolean {
  const { closeSync, constants, fstatSync, openSync, readFileSync, readSync } = process.getBuiltinModule("node:fs");
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return false;
  }
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) return false;
    const tail = new Uint8Array(Math.min(size, 500));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const end = new TextDecoder().decode(tail).replace(/\s*(?:\/\/[#@] source[^\n]*)?\s*$/, "");
    if (!new RegExp(`\\brunWhenMain\\(\\s*["']${mark}["'],\\s*trainer,?\\s*\\);?$`).test(end)) return false;
    return /^export (?:async )?function /m.test(readFileSync(file, "utf8"));
  } finally {
    closeSync(file);
  }
}

/** Runs the command line where the trainer with this mark is the file that Node was started with; otherwise does nothing. */
export function runWhenMain(mark: string, trainer: Trainer): void {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return;
  const [, started] = process.argv;
  if (started === undefined || evaluates(process.execArgv)) return;
  if (!process.getBuiltinModule("node:worker_threads").isMainThread) return;
  // Node finds `train.js` for `train`, too.
  const path = [started, `${started}.js`].find((candidate) => isTrainer(candidate, mark));
  if (path === undefined) return;
  const { realpathSync } = process.getBuiltinModule("node:fs");
  const { dirname } = process.getBuiltinModule("node:path");
  const file = realpathSync(path);
  const invocation = { args: process.argv.slice(2), folder: dirname(file), inputs: [file] };
  void runTrainer(trainer, invocation).then((code) => {
    process.exitCode = code;
  });
}

// ─── The command line: it runs where Node was started with this file, not where a program holds it ───────

/** The parts that the command line runs. */
export const trainer: Trainer = { manifest, createProgram, loadSource, mark: "09ab8c3b" };

runWhenMain("09ab8c3b", trainer);
