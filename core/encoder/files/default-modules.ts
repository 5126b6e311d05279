import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Pooling } from '../forward/pooling.ts';

/** The modules that sentence-transformers makes of a folder without modules.json, such as transformers saves. */
export const DEFAULT_MODULES: readonly { path: string; type: string }[] = [
  { path: '', type: 'sentence_transformers.models.Transformer' },
  { path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
];

const Config = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  is_causal: z.boolean().nullish(),
});

/**
 * The pooling that sentence-transformers gives these modules: the mean, or the last token of a causal language model.
 * @param config The content of config.json.
 */
export function defaultPooling(config: unknown): Pooling {
  const { architectures, is_causal: isCausal } = Config.safeParse(config).data ?? {};
  return architectures?.[0]?.endsWith('ForCausalLM') && isCausal !== false ? 'lasttoken' : 'mean';
}

/**
 * Writes the modules and the pooling into a folder that has no modules.json, so that every reader uses the same.
 * @param width of a token state.
 */
export async function writeDefaultModules(folder: string, pooling: Pooling, width: number): Promise<void> {
  await writeJson(
    join(folder, 'modules.json'),
    DEFAULT_MODULES.map((module, idx) => ({ idx, name: String(idx), ...module })),
  );
  await mkdir(join(folder, '1_Pooling'), { recursive: true });
  await writeJson(join(folder, '1_Pooling', 'config.json'), {
    word_embedding_dimension: width,
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_lasttoken: pooling === 'lasttoken',
  });
}

function writeJson(file: string, value: unknown): Promise<void> {
  return writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
