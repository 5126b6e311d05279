import { z } from 'zod';
import { ArtifactFolder } from './artifact.ts';

/** A base model pinned to exact bytes. */
export const BaseModel = z.object({
  /** As the user named it: a folder, `owner/name` on the hub, or `pypi:package`. */
  name: z.string(),
  /** Commit on the hub, version of the package, or `local`. */
  revision: z.string(),
  /** SHA-256 over the sorted (path, sha256) list of the files used. */
  sha256: z.string(),
  /** Most tokens the model reads at once, special tokens included. */
  maxTokens: z.number().int(),
  dimension: z.number().int(),
  /** How its token states become one row, where that is recorded. */
  pooling: z.enum(['mean', 'cls', 'lasttoken']).optional(),
});
export type BaseModel = z.infer<typeof BaseModel>;

/** What every text is turned into: one L2-normalised row a text. */
export interface TextEncoder {
  readonly dimension: number;
  /** Rows in the order of `texts`, each of length `dimension`. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

export interface EmbedOptions {
  /** What the texts are, for a model that puts a prompt before each; default: neither. */
  readonly as?: 'query' | 'passage';
  /** Texts embedded so far. */
  readonly onProgress?: (done: number) => void;
}

/** Counts tokens as the model would, special tokens included. */
export interface TokenCounter {
  readonly maxTokens: number;
  count(text: string): number;
}

export const TunedModel = z.object({
  /** A sentence-transformers folder plus `onnx/model.onnx`. */
  files: ArtifactFolder,
  /** SHA-256 of the file of trained weights: `model.safetensors`, or that of a query adapter. */
  sha256: z.string(),
});
export type TunedModel = z.infer<typeof TunedModel>;
