// Names that Keras has, or nnc will have, and this version may not have yet, so that no message calls them unknown. Serves only
// unknown names, so an entry that has become a name does no harm.

/** Removes differences of spelling: `BinaryFocalCrossentropy`, `binary_focal_crossentropy`. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const listed = (names: string): ReadonlySet<string> => new Set(names.split(" ").map(plain));

const tables = {
  layer: listed(
    "ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D " +
      "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D AdditiveAttention AlphaDropout Attention " +
      "AugMix AutoContrast Bidirectional CategoryEncoding CenterCrop " +
      "ContrastLimitedAdaptiveHistogramEqualization Conv1DTranspose Conv2DTranspose Conv3DTranspose ConvLSTM1D " +
      "ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution2D Convolution2DTranspose " +
      "Convolution3D Convolution3DTranspose CutMix DepthwiseConv1D DepthwiseConv2D Discretization Dot " +
      "EinsumDense Embedding Equalization GRU GRUCell GaussianDropout GaussianNoise GroupNormalization " +
      "GroupQueryAttention HashedCrossing Hashing IntegerLookup LSTM LSTMCell Masking MelSpectrogram MixUp " +
      "MultiHeadAttention Normalization RNN RandAugment RandomBrightness RandomColorDegeneration " +
      "RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip " +
      "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization " +
      "RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Rescaling " +
      "Resizing ReversibleEmbedding STFTSpectrogram SeparableConv1D SeparableConv2D SeparableConvolution1D " +
      "SeparableConvolution2D SimpleRNN SimpleRNNCell Solarization SpatialDropout1D SpatialDropout2D " +
      "SpatialDropout3D SpectralNormalization StackedRNNCells StringLookup TextVectorization TimeDistributed " +
      "UpSampling2D UpSampling3D",
  ),
  function: listed(
    "all any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort bincount " +
      "broadcast_to cast cbrt clip conv conv_transpose cosh count_nonzero cross cumprod cumsum depth_to_space " +
      "depthwise_conv diag diagonal diff digitize divide_no_nan dot dot_product_attention einsum equal erfc " +
      "erfinv exp2 expand_dims expm1 extract_sequences eye fft flip floor_divide fmod full greater " +
      "greater_equal heaviside hypot in_top_k inner isfinite isinf isnan kron less less_equal linspace log10 " +
      "log2 logaddexp logical_and logical_not logical_or logical_xor logsumexp max mean median meshgrid min mod " +
      "moments moveaxis multi_hot nan_to_num negative normalize not_equal one_hot ones_like outer pad " +
      "percentile prod quantile reciprocal repeat rfft roll round scan scatter segment_max segment_sum select " +
      "sinc sinh slice sort space_to_depth sparsemax split squeeze stack std stft stop_gradient sum swapaxes " +
      "take take_along_axis tan tensordot tile top_k trace transpose tri tril triu trunc unfold unstack var " +
      "vdot where zeros_like " +
      // Of columns of data sets.
      "standardize vocabulary characters shift",
  ),
  activation: new Set(),
  loss: listed(""),
  metric: listed("bleu character_error_rate mean_average_precision rouge_l rouge_n word_error_rate"),
  optimizer: listed("loss_scale_optimizer multi_optimizer"),
  schedule: new Set(),
  regularizer: new Set(),
  constraint: new Set(),
  initializer: listed("orthogonal stft"),
  source: listed(
    "audio boston_housing california_housing cifar10 cifar100 csv fashion_mnist folder images imdb json npy " +
      "npz parquet reuters text",
  ),
} satisfies Readonly<Record<string, ReadonlySet<string>>>;

export type PlannedTier = keyof typeof tables;

/** The clauses of trainings and data sets that later versions have. */
const clauses: ReadonlySet<string> = new Set(["early_stopping", "checkpoint", "callbacks"]);

export const isPlannedClause = (word: string): boolean => clauses.has(word);

/** Whether a later version has the name, and `known` does not have it in another spelling. */
export function isPlanned(tier: PlannedTier, name: string, known: Iterable<string>): boolean {
  const own = plain(name);
  if (!tables[tier].has(own)) return false;
  for (const other of known) if (plain(other) === own) return false;
  return true;
}
