import type { RunRequest } from '../../core/contracts/run-input.ts';

/** How Hone trains, by name. */
export const HONE: Readonly<Record<string, NonNullable<RunRequest['training']>>> = {
  'hone auto': {},
  'hone scale': { learningRate: 2e-5 },
  'hone scale, merged': { learningRate: 1e-4, merge: 0.5 },
  'hone llama-index': { recipe: 'llama-index' },
};

/** Scale and learning rate that sentence-transformers is tried with for its best recipe. */
export const PEER_GRID = [20, 50, 100].flatMap((scale) =>
  [2e-5, 5e-5, 1e-4].map((learningRate) => ({ scale, learningRate })),
);
export const PEER_DEFAULT = { scale: 20, learningRate: 2e-5 };
export const PEER = ['st default', 'st best'];

export const RECIPES = [...Object.keys(HONE), ...PEER];
