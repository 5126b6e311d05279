import { type EncoderOptions, openEncoder } from '../encoder.ts';
import { openExported } from './exported-encoder.ts';

/** How far the embeddings of an exported model differ from those of the model it was made from. */
export interface Drift {
  /** Number of texts compared. */
  readonly texts: number;
  /** Smallest and mean cosine between the two embeddings of a text. */
  readonly minCosine: number;
  readonly meanCosine: number;
  /** Share of texts whose nearest other text is the same with both models. */
  readonly sameNearest: number;
}

/**
 * Compares the exported files of a folder with the folder's own weights, over some texts.
 * @param files Paths inside the folder: `onnx/model.onnx`.
 * @param texts Two or more.
 * @returns One result for each file.
 */
export async function measureDrift(
  folder: string,
  files: readonly string[],
  texts: readonly string[],
  options: EncoderOptions = {},
): Promise<Drift[]> {
  const source = await (await openEncoder(folder, options)).embed(texts);
  const drifts: Drift[] = [];
  for (const file of files) drifts.push(drift(source, await (await openExported(folder, file, options)).embed(texts)));
  return drifts;
}

/** @param source,exported Embeddings of the same texts, two or more, in the same order. */
export function drift(source: readonly Float32Array[], exported: readonly Float32Array[]): Drift {
  const cosines = source.map((embedding, i) => cosine(embedding, exported[i] as Float32Array));
  const same = source.filter((_, i) => nearest(source, i) === nearest(exported, i)).length;
  return {
    texts: source.length,
    minCosine: Math.min(...cosines),
    meanCosine: cosines.reduce((sum, x) => sum + x, 0) / source.length,
    sameNearest: same / source.length,
  };
}

function nearest(embeddings: readonly Float32Array[], to: number): number {
  const target = embeddings[to] as Float32Array;
  const scores = embeddings.map((embedding, i) => (i === to ? Number.NEGATIVE_INFINITY : cosine(embedding, target)));
  return scores.indexOf(Math.max(...scores));
}

function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}
