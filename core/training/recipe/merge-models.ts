import { embeddingDimension } from '../../encoder/architectures/index.ts';
import { readModelFolder } from '../../encoder/files/model-folder.ts';
import { saveModel } from '../../encoder/files/save-model.ts';
import { ModelWeights } from '../../encoder/files/weights.ts';

export interface MergeOptions {
  /** Share of the tuned model in the weights, 0 to 1; the base model has the rest. */
  readonly merge: number;
  /** Whether to write `onnx/model.onnx` too; default true. */
  readonly onnx?: boolean | undefined;
}

/**
 * Writes the model whose weights are interpolated linearly between those of the base and of the tuned model
 * (Wortsman et al. 2022, WiSE-FT; Xiao et al. 2023, LM-Cocktail). A query adapter is interpolated with the identity.
 * @param base Folder of the model that `tuned` was trained from.
 * @param target Folder; an existing one is replaced.
 * @returns SHA-256 of the file with the merged weights.
 */
export async function mergeModels(
  base: string,
  tuned: string,
  target: string,
  { merge, onnx }: MergeOptions,
): Promise<string> {
  const model = await readModelFolder(tuned);
  const { prompts, queryAdapter, encoder, maxTokens } = model;
  if (queryAdapter) {
    const identity = identityMatrix(embeddingDimension(encoder));
    const maxLength = maxTokens === (await readModelFolder(base)).maxTokens ? undefined : maxTokens;
    const merged = interpolate(identity, queryAdapter, merge);
    return saveModel(base, target, { queryAdapter: merged, prompts, maxLength, onnx });
  }
  const before = await ModelWeights.open((await readModelFolder(base)).weightsFile, encoder);
  const after = await ModelWeights.open(model.weightsFile, encoder);
  try {
    return await saveModel(tuned, target, {
      tuned: async (name) => interpolate(await before.read(name), await after.read(name), merge),
      onnx,
    });
  } finally {
    await before.close();
    await after.close();
  }
}

function interpolate(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return from.map((value, i) => value + share * ((to[i] as number) - value));
}

function identityMatrix(width: number): Float32Array {
  return Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
}
