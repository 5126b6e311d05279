import { z } from 'zod';
import { ArtifactFolder } from './artifact.ts';

/** A base model pinned to exact bytes. */
export const BaseModel = z.object({
  /** As the user gave it: a folder, `owner/name` on the hub, `modelscope:owner/name`, or `pypi:package`. */
  name: z.string(),
  /** Commit on the hub, version of the package, or `local`. */
  revision: z.string(),
  /** SHA-256 over the sorted (path, sha256) list of the files used. */
  sha256: z.string(),
  /** Maximum number of tokens of a text, special tokens included. */
  maxTokens: z.number().int(),
  /** Length of an embedding. */
  dimension: z.number().int(),
  /** How token states become one embedding; absent if the model folder does not record it. */
  pooling: z.enum(['mean', 'cls', 'lasttoken']).optional(),
  /** Whether the pooling is the default of sentence-transformers, for a folder without modules.json. */
  poolingIsDefault: z.boolean().optional(),
  /** Prompts that the model was trained with, by its family; absent if the folder names prompts, or none are known. */
  prompts: z.object({ family: z.string(), query: z.string(), passage: z.string() }).optional(),
});
export type BaseModel = z.infer<typeof BaseModel>;

/** Turns texts into embeddings: one L2-normalised vector per text. */
export interface TextEncoder {
  readonly dimension: number;
  /** Embeddings in the order of `texts`, each of length `dimension`. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

export interface EmbedOptions {
  /** Which prompt to put before the texts, for a model that has prompts; default: none. */
  readonly as?: 'query' | 'passage';
  /** Called with the number of texts embedded so far. */
  readonly onProgress?: (done: number) => void;
  /** Called at the end with the number of tokens of each text, in order: prompt and special tokens included, cut. */
  readonly onTokens?: (tokens: Uint32Array) => void;
}

/** Counts tokens as the model does, special tokens included. */
export interface TokenCounter {
  readonly maxTokens: number;
  count(text: string): number;
}

export const TunedModel = z.object({
  /** A sentence-transformers folder plus `onnx/model.onnx`. */
  files: ArtifactFolder,
  /** SHA-256 over the sorted (path, sha256) list of the files, without `onnx/`, as of a base model. */
  sha256: z.string(),
});
export type TunedModel = z.infer<typeof TunedModel>;
