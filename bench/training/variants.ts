/** One way of training that is measured. */
export interface Variant {
  readonly library: 'hone' | 'sentence-transformers';
  /** bf16: torch's autocast. */
  readonly precision: 'fp32' | 'bf16';
  readonly dropout: boolean;
}

/** In the order in which they run. */
export const VARIANTS: readonly Variant[] = [false, true].flatMap((dropout): Variant[] => [
  { library: 'hone', precision: 'fp32', dropout } as const,
  { library: 'sentence-transformers', precision: 'fp32', dropout },
  { library: 'sentence-transformers', precision: 'bf16', dropout },
]);

export function labelOf({ library, precision, dropout }: Variant): string {
  return `${library} ${precision} dropout ${dropout ? 'on' : 'off'}`;
}
