/** A tensor under training, with its moments and the gradient of the step at hand. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: Float32Array<ArrayBuffer>;
  /** Running means of the gradient and of its square. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
}

export interface AdamWStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this L2 norm over all parameters. */
  readonly maxGradientNorm: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export function newParameter(name: string, shape: readonly number[], weights: Float32Array<ArrayBuffer>): Parameter {
  const zeros = () => new Float32Array(weights.length);
  return { name, shape, weights, first: zeros(), second: zeros(), gradient: zeros() };
}

/** Matrices decay; biases and LayerNorm's vectors do not (the convention of transformers' Trainer). */
export function decay({ shape }: { shape: readonly number[] }, learningRate: number, weightDecay: number): number {
  return shape.length > 1 ? 1 - learningRate * weightDecay : 1;
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019; torch.optim.AdamW with betas 0.9 and 0.999, epsilon 1e-8), in place.
 * @returns The gradients' L2 norm before clipping.
 */
export function adamW(parameters: readonly Parameter[], options: AdamWStep): number {
  const norm = Math.sqrt(parameters.reduce((total, { gradient }) => total + squares(gradient), 0));
  const clip = Math.min(1, options.maxGradientNorm / (norm + 1e-6));
  const rate = options.learningRate / (1 - BETA1 ** options.step);
  const correction = 1 / Math.sqrt(1 - BETA2 ** options.step);
  for (const parameter of parameters) {
    const { weights, first, second, gradient } = parameter;
    const kept = decay(parameter, options.learningRate, options.weightDecay);
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i] * clip;
      const m = BETA1 * first[i] + (1 - BETA1) * g;
      const v = BETA2 * second[i] + (1 - BETA2) * g * g;
      first[i] = m;
      second[i] = v;
      weights[i] = weights[i] * kept - (rate * m) / (Math.sqrt(v) * correction + EPSILON);
    }
  }
  return norm;
}

function squares(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ** 2;
  return total;
}
