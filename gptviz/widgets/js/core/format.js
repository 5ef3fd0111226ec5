import { format } from "d3-format";

const fixed = [0, 1, 2, 3, 4].map((digits) => format(`,.${digits}f`));
const minus = format(".2f");

/** 0.1234 → "12.3 %". Below a tenth of a percent "< 0.1 %", so that nothing possible reads as 0; an exact 0 is "0 %". */
export function percent(p) {
  if (p === 0) return "0 %";
  if (p < 0.0005) return "< 0.1 %";
  return p > 0.9995 && p < 1 ? "> 99.9 %" : p === 1 ? "100 %" : `${fixed[1](100 * p)} %`;
}

/** A logit: two decimals and a true minus sign. */
export const number = (x) => minus(x);

/** Three decimals, where two would not let a reader check the next step by hand. */
export const thousandths = (x) => x.toFixed(3).replace("-", "−");

/** A number that says which way it pushes: "+1.20", "−0.35". */
export const signed = (x) => `${x < 0 ? "−" : "+"}${number(Math.abs(x))}`;

/** [mantissa, exponent] of eˣ, given x: "671.8" and "" as long as it reads easily, else powers of ten. Never overflows. */
export function exponential(x) {
  const tens = x / Math.LN10;
  if (tens > -3 && tens < 5) return [fixed[tens < 0 ? 3 : tens < 2 ? 2 : tens < 3 ? 1 : 0](Math.exp(x)), ""];
  let exponent = Math.floor(tens);
  let mantissa = fixed[1](10 ** (tens - exponent));
  if (mantissa === "10.0") [mantissa, exponent] = ["1.0", exponent + 1];
  return [`${mantissa} × 10`, minusSign(exponent)];
}

const minusSign = (n) => String(n).replace("-", "−");
