// The error function and its inverse, in f64: once as functions for evaluation, once as text for generated programs. Both
// forms read their coefficients from here.

/** Highest power first. */
type Coefficients = readonly number[];

const horner = (coefficients: Coefficients, x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0);
const hornerText = (coefficients: Coefficients, x: string): string => {
  const [highest = 0, ...rest] = coefficients;
  return rest.reduce(
    (text, c, i) => `${i === 0 ? text : `(${text})`} * ${x} ${c < 0 ? "-" : "+"} ${Math.abs(c)}`,
    String(highest),
  );
};

// FreeBSD msun, s_erf.c (Sun Microsystems 1993): rational approximations on four ranges, error below 1 ulp.
const small = {
  top: [
    -0.000023763016656650163, -0.005770270296489442, -0.02848174957559851, -0.3250421072470015, 0.12837916709551256,
  ],
  bottom: [
    -0.000003960228278775368, 0.00013249473800432164, 0.005081306281875766, 0.0650222499887673, 0.39791722395915535, 1,
  ],
};
const middle = {
  start: 0.8450629115104675,
  top: [
    -0.002166375594868791, 0.035478304325618236, -0.11089469428239668, 0.31834661990116175, -0.3722078760357013,
    0.41485611868374833, -0.0023621185607526594,
  ],
  bottom: [
    0.011984499846799107, 0.01363708391202905, 0.12617121980876164, 0.07182865441419627, 0.540397917702171,
    0.10642088040084423, 1,
  ],
};
const large = {
  top: [
    -9.814329344169145, -81.2874355063066, -184.60509290671104, -162.39666946257347, -62.375332450326006,
    -10.558626225323291, -0.6938585727071818, -0.009864944034847148,
  ],
  bottom: [
    -0.0604244152148581, 6.570249770319282, 108.63500554177944, 429.00814002756783, 645.3872717332679,
    434.56587747522923, 137.65775414351904, 19.651271667439257, 1,
  ],
};
const tail = {
  top: [
    -483.5191916086514, -1025.0951316110772, -637.5664433683896, -160.63638485582192, -17.757954917754752,
    -0.799283237680523, -0.0098649429247001,
  ],
  bottom: [
    -22.44095244658582, 474.52854120695537, 2553.0504064331644, 3199.8582195085955, 1536.729586084437,
    325.7925129965739, 30.33806074348246, 1,
  ],
};

/** The error function, `2/√π ∫₀ˣ exp(-t²) dt`. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return x + (x * horner(small.top, x * x)) / horner(small.bottom, x * x);
  if (a < 1.25) return Math.sign(x) * (middle.start + horner(middle.top, a - 1) / horner(middle.bottom, a - 1));
  if (a >= 6) return Math.sign(x);
  const s = 1 / (a * a);
  const { top, bottom } = a < 1 / 0.35 ? large : tail;
  return Math.sign(x) * (1 - Math.exp(-a * a - 0.5625 + horner(top, s) / horner(bottom, s)) / a);
}

export const erfHelper = `function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) {
    const t = x * x;
    return x + (x * (${hornerText(small.top, "t")})) / (${hornerText(small.bottom, "t")});
  }
  if (a < 1.25) {
    const t = a - 1;
    return Math.sign(x) * (${middle.start} + (${hornerText(middle.top, "t")}) / (${hornerText(middle.bottom, "t")}));
  }
  if (!(a < 6)) return Math.sign(x);
  const s = 1 / (a * a);
  const r =
    a < ${1 / 0.35}
      ? (${hornerText(large.top, "s")}) / (${hornerText(large.bottom, "s")})
      : (${hornerText(tail.top, "s")}) / (${hornerText(tail.bottom, "s")});
  return Math.sign(x) * (1 - Math.exp(-a * a - 0.5625 + r) / a);
}`;

// Giles 2012, Approximating the erfinv function, table 3: polynomials in w = -log(1 - x²), or in its root in the tails.
const near: Coefficients = [
  -3.64441206401782e-21, -1.6850591381820166e-19, 1.28584807152564e-18, 1.1157877678025181e-17, -1.333171662854621e-16,
  2.0972767875968562e-17, 6.637638134358324e-15, -4.054566272975207e-14, -8.151934197605472e-14, 2.6335093153082323e-12,
  -1.2975133253453532e-11, -5.415412054294628e-11, 1.0512122733215323e-9, -4.112633980346984e-9, -2.9070369957882005e-8,
  4.2347877827932404e-7, -0.0000013654692000834679, -0.000013882523362786469, 0.00018673420803405714,
  -0.000740702534166267, -0.006033670871430149, 0.24015818242558962, 1.6536545626831027,
];
const farther: Coefficients = [
  2.2137376921775787e-9, 9.075656193888539e-8, -2.7517406297064545e-7, 1.8239629214389228e-8, 0.0000015027403968909828,
  -0.000004013867526981546, 0.0000029234449089955446, 0.000012475304481671779, -0.000047318229009055734,
  0.00006828485145957318, 0.000024031110387097894, -0.0003550375203628475, 0.0009532893797373805,
  -0.0016882755560235047, 0.002491442096107851, -0.003751208507569241, 0.005370914553590064, 1.0052589676941592,
  3.0838856104922208,
];
const farthest: Coefficients = [
  -2.7109920616438573e-11, -2.555641816996525e-10, 1.5076572693500548e-9, -3.789465440126737e-9, 7.61570120807834e-9,
  -1.496002662714924e-8, 2.914795345090108e-8, -6.771199775845234e-8, 2.2900482228026655e-7, -9.9298272942317e-7,
  0.000004526062597223154, -0.00001968177810553167, 0.00007599527703001776, -0.00021503011930044477,
  -0.00013871931833623122, 1.0103004648645344, 4.849906401408584,
];

/** The inverse of the error function on (-1, 1); infinite at the ends. */
export function erfinv(x: number): number {
  if (Math.abs(x) === 1) return x * Number.POSITIVE_INFINITY;
  const w = -Math.log((1 - x) * (1 + x));
  if (w < 6.25) return x * horner(near, w - 3.125);
  if (w < 16) return x * horner(farther, Math.sqrt(w) - 3.25);
  return x * horner(farthest, Math.sqrt(w) - 5);
}

export const erfinvHelper = `function erfinv(x: number): number {
  if (Math.abs(x) === 1) return x * Infinity;
  const w = -Math.log((1 - x) * (1 + x));
  const polynomial = (coefficients: readonly number[], t: number): number =>
    coefficients.reduce((sum, c) => sum * t + c, 0);
  if (w < 6.25) return x * polynomial([${near.join(", ")}], w - 3.125);
  if (w < 16) return x * polynomial([${farther.join(", ")}], Math.sqrt(w) - 3.25);
  return x * polynomial([${farthest.join(", ")}], Math.sqrt(w) - 5);
}`;
