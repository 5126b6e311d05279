import type { TrainingInput, TrainingOptions } from '../contracts/training.ts';

/** What a run input says about training, with what is still to be chosen as `auto`. */
export interface RecipeRequest {
  /** The options that nothing has to be chosen for. */
  readonly fixed: Omit<TrainingOptions, 'learningRate' | 'scale'>;
  readonly learningRate: number | 'auto';
  readonly scale: number | 'auto';
  readonly merge: number | 'auto';
  readonly generalSet: string | undefined;
}

/** The recipe of llama-index 0.8's `SentenceTransformersFinetuneEngine`, which is sentence-transformers' defaults. */
const LLAMA_INDEX = { learningRate: 2e-5, scale: 20, merge: 1 } as const;
const AUTO = { learningRate: 'auto', scale: 'auto', merge: 'auto' } as const;

/** Fills in what the recipe says about fields that are not given. */
export function recipeOf({ recipe, learningRate, scale, merge, generalSet, ...fixed }: TrainingInput): RecipeRequest {
  const preset = recipe === 'auto' ? AUTO : LLAMA_INDEX;
  return {
    fixed,
    learningRate: learningRate ?? preset.learningRate,
    scale: scale ?? preset.scale,
    // A given learning rate leaves nothing to try, and a merge alone is not worth a second training.
    merge: merge ?? (typeof learningRate === 'number' ? LLAMA_INDEX.merge : preset.merge),
    generalSet,
  };
}

/** Learning rates that are tried where all weights are trained, for low-rank adapters, and for a query adapter. */
const LEARNING_RATES = { all: [2e-5, 5e-5, 1e-4], lora: [2e-4, 5e-4, 1e-3], adapter: [1e-3, 2e-3, 5e-3] };
/** Shares of the tuned model that are tried (Xiao et al. 2023, LM-Cocktail). */
const MERGES = [1, 0.75, 0.5, 0.25];

export interface Candidates {
  readonly learningRates: readonly number[];
  readonly merges: readonly number[];
  /** Whether there is anything to try. */
  readonly open: boolean;
}

/** What trials have to choose from. The first of each is trained with where they cannot be made. */
export function candidatesOf({ learningRate, merge, fixed }: RecipeRequest): Candidates {
  const trained = fixed.adapter ? 'adapter' : fixed.lora ? 'lora' : 'all';
  const learningRates = learningRate === 'auto' ? LEARNING_RATES[trained] : [learningRate];
  const merges = merge === 'auto' ? MERGES : [merge];
  return { learningRates, merges, open: learningRates.length * merges.length > 1 };
}
