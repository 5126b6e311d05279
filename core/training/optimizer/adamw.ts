import { kernelsOf, paddedLength } from '../kernels/kernels.ts';
import type { Parameter } from './parameters.ts';

export interface AdamWStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this L2 norm over all parameters. */
  readonly maxGradientNorm: number;
}

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/**
 * The factor that weight decay applies to a parameter in one step. Matrices decay; biases and the vectors of LayerNorm
 * do not (the convention of transformers' Trainer).
 */
export function decay({ shape }: { shape: readonly number[] }, learningRate: number, weightDecay: number): number {
  return shape.length > 1 ? 1 - learningRate * weightDecay : 1;
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019; torch.optim.AdamW with betas 0.9 and 0.999, epsilon 1e-8), in place,
 * with the gradients clipped to a norm.
 * @returns The L2 norm of the gradients before clipping. If it is not finite, no parameter was changed.
 */
export function adamW(parameters: readonly Parameter[], options: AdamWStep): number {
  const squared = parameters.reduce(
    (total, { gradient }) => total + kernelsOf(gradient).squares(gradient.byteOffset, paddedLength(gradient.length)),
    0,
  );
  const norm = Math.sqrt(squared);
  if (!Number.isFinite(norm)) return norm;
  const clip = Math.min(1, options.maxGradientNorm / (norm + 1e-6));
  const rate = options.learningRate / (1 - BETA1 ** options.step);
  const correction = 1 / Math.sqrt(1 - BETA2 ** options.step);
  for (const parameter of parameters) {
    const { weights, first, second, gradient } = parameter;
    kernelsOf(weights).adamW(
      weights.byteOffset,
      first.byteOffset,
      second.byteOffset,
      gradient.byteOffset,
      paddedLength(weights.length),
      clip,
      BETA1,
      BETA2,
      rate,
      correction,
      EPSILON,
      decay(parameter, options.learningRate, options.weightDecay),
    );
  }
  return norm;
}
