import { embeddingDimension } from '../encoder/architectures/index.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { POOLINGS } from '../encoder/forward/pooling.ts';
import { REWRITES, type Rewrite, type Variant } from './variant.ts';

/** What may be wrong with a server. */
export const FAULT_IDS = [
  'pooling',
  'prompt-missing',
  'prompt-added',
  'prompt-of-other-kind',
  'dense-missing',
  'adapter-missing',
  'dimensions',
  'truncated',
  'not-truncated',
  'not-normalised',
  'special-tokens',
  'text-changed',
  'base-model',
  'order',
  'padding',
  'not-numbers',
  'same-for-all',
  'some-texts',
  'other-model',
] as const;
export type FaultId = (typeof FAULT_IDS)[number];

/** One thing that a server may do otherwise than the model. */
export interface Hypothesis {
  readonly fault: FaultId;
  /** What it does, as a predicate of the server: `takes the mean of all tokens`. */
  readonly does: string;
  readonly change: Partial<Variant>;
}

/** How pooling modes are spoken of. */
export const POOLING_WORDS: Record<Variant['pooling'], string> = {
  mean: 'takes the mean of all tokens (mean pooling)',
  cls: 'takes the first token (CLS pooling)',
  lasttoken: 'takes the last token (last-token pooling)',
};

export interface HypothesisContext {
  readonly own: Variant;
  readonly model: Pick<ModelFolder, 'encoder' | 'queryAdapter'>;
  /** The prompts of the model. */
  readonly prompts: Variant['prompts'];
  /** Prompts that the families of well-known models were trained with. */
  readonly knownPrompts: readonly string[];
  readonly hasBase: boolean;
  /** Of the vectors that the server sends. */
  readonly servedDimension: number;
}

/**
 * All hypotheses about a single change, the more usual ones first. Some may change nothing for a model: lower-casing
 * texts of a model that does so itself.
 */
export function hypotheses(context: HypothesisContext): Hypothesis[] {
  const { own, model, hasBase, servedDimension } = context;
  const list: Hypothesis[] = [];
  for (const pooling of POOLINGS)
    if (pooling !== own.pooling) list.push({ fault: 'pooling', does: POOLING_WORDS[pooling], change: { pooling } });
  list.push(...promptHypotheses(context));
  if (model.encoder.projections?.length)
    list.push({ fault: 'dense-missing', does: 'leaves out the Dense modules', change: { withoutDense: true } });
  if (model.queryAdapter)
    list.push({
      fault: 'adapter-missing',
      does: 'leaves out the query adapter (3_Router)',
      change: { withoutAdapter: true },
    });
  if (hasBase)
    list.push({ fault: 'base-model', does: 'has the base model instead of the tuned one', change: { base: true } });
  if (servedDimension < embeddingDimension(model.encoder))
    list.push({
      fault: 'dimensions',
      does: `sends the first ${servedDimension} numbers of each vector alone`,
      change: { dimensions: servedDimension },
    });
  list.push({
    fault: 'special-tokens',
    does: 'leaves out the special tokens before and after a text',
    change: { specialTokens: false },
  });
  if (own.lowerCase)
    list.push({ fault: 'text-changed', does: 'does not lower-case texts', change: { lowerCase: false } });
  for (const rewrite of Object.keys(REWRITES) as Rewrite[])
    if (rewrite !== 'none') list.push({ fault: 'text-changed', does: `embeds texts ${rewrite}`, change: { rewrite } });
  return list;
}

function promptHypotheses({ own, prompts, knownPrompts }: HypothesisContext): Hypothesis[] {
  const { query, passage } = own.prompts;
  const list: Hypothesis[] = [];
  const add = (fault: FaultId, does: string, changed: Variant['prompts']) => {
    const known = [own.prompts, ...list.map(({ change }) => change.prompts)];
    if (known.some((one) => one?.query === changed.query && one.passage === changed.passage)) return;
    list.push({ fault, does, change: { prompts: changed } });
  };
  add('prompt-missing', 'embeds texts without their prompts', { query: '', passage: '' });
  add('prompt-missing', 'embeds queries without their prompt', { query: '', passage });
  add('prompt-missing', 'embeds passages without their prompt', { query, passage: '' });
  add('prompt-added', 'puts the prompts before texts that have them already', {
    query: query + query,
    passage: passage + passage,
  });
  for (const [kind, prompt] of Object.entries(prompts)) {
    if (prompt === '') continue;
    add('prompt-added', `puts the prompt for ${plural(kind)} before all texts`, {
      query: prompt + query,
      passage: prompt + passage,
    });
    add('prompt-of-other-kind', `embeds all texts with the prompt for ${plural(kind)}`, {
      query: prompt,
      passage: prompt,
    });
  }
  add('prompt-of-other-kind', 'embeds queries as passages and passages as queries', { query: passage, passage: query });
  for (const prompt of knownPrompts)
    add('prompt-added', `puts ${JSON.stringify(prompt)} before all texts`, {
      query: prompt + query,
      passage: prompt + passage,
    });
  return list;
}

function plural(kind: string): string {
  return kind === 'query' ? 'queries' : 'passages';
}
