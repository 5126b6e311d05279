/** One way of training that is timed. */
export interface Variant {
  readonly side: 'hone' | 'sentence-transformers';
  /** bf16: torch's autocast. */
  readonly precision: 'fp32' | 'bf16';
  readonly dropout: boolean;
}

/** In the order they take turns. */
export const VARIANTS: readonly Variant[] = [false, true].flatMap((dropout): Variant[] => [
  { side: 'hone', precision: 'fp32', dropout } as const,
  { side: 'sentence-transformers', precision: 'fp32', dropout },
  { side: 'sentence-transformers', precision: 'bf16', dropout },
]);

export function labelOf({ side, precision, dropout }: Variant): string {
  return `${side} ${precision} dropout ${dropout ? 'on' : 'off'}`;
}
