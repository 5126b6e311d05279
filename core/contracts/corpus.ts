import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/** A run of text under one heading path, in document order. */
export const Section = z.object({
  /** Headings from the outermost inwards; empty before the first heading. */
  headings: z.array(z.string()),
  text: z.string(),
});
export type Section = z.infer<typeof Section>;

export const MEDIA = ['md', 'txt', 'html', 'pdf', 'docx'] as const;

/** One document read, as clean text. */
export const Document = z.object({
  /** First 16 hex digits of the SHA-256 of the file's bytes. */
  id: z.string(),
  /** Path as the user would name it: relative to the document root, `/`-separated. */
  path: z.string(),
  title: z.string(),
  media: z.enum(MEDIA),
  /** BCP 47 primary language subtag: `zh`, `en`, `ja`…; `und` where it cannot be told. */
  language: z.string(),
  sections: z.array(Section),
});
export type Document = z.infer<typeof Document>;

export const Skipped = z.object({ path: z.string(), reason: z.string() });
export type Skipped = z.infer<typeof Skipped>;

/** A passage: what is embedded, asked about and retrieved. */
export const Chunk = z.object({
  /** First 16 hex digits of the SHA-256 of `text`; equal texts are one chunk. */
  id: z.string(),
  documentId: z.string(),
  path: z.string(),
  headings: z.array(z.string()),
  text: z.string(),
  /** Length by the model's own tokenizer, special tokens included. */
  tokens: z.number().int(),
  language: z.string(),
});
export type Chunk = z.infer<typeof Chunk>;

/** What reading the documents came to. */
export const IngestResult = z.object({
  /** JSON Lines of `Document`, ordered by path. */
  documents: ArtifactRef,
  read: z.number().int(),
  skipped: z.array(Skipped),
  /** Skipped files beyond the ones listed (the list is kept short enough for a workflow's history). */
  skippedMore: z.number().int(),
});
export type IngestResult = z.infer<typeof IngestResult>;

export const ChunkResult = z.object({
  /** JSON Lines of `Chunk`, ordered by path and position. */
  chunks: ArtifactRef,
  count: z.number().int(),
  medianTokens: z.number(),
  duplicates: z.number().int(),
});
export type ChunkResult = z.infer<typeof ChunkResult>;

/** Which chunk is trained on and which is judged by; decided by document, never by chunk. */
export const Split = z.object({ train: z.array(z.string()), validation: z.array(z.string()) });
export type Split = z.infer<typeof Split>;

export const SplitResult = z.object({
  /** JSON of `Split` (chunk ids). */
  split: ArtifactRef,
  /** `chunks` where a single document had to be cut in two, or `firstChunks` was asked for. */
  by: z.enum(['documents', 'chunks']),
  trainDocuments: z.number().int(),
  validationDocuments: z.number().int(),
  /** Share of validation chunks that have a near-duplicate among the training chunks (8-gram overlap), 0 to 1. */
  leakage: z.number(),
});
export type SplitResult = z.infer<typeof SplitResult>;

/** What became of the documents since they were last looked at, by their content. */
export const DocumentChanges = z.object({
  unchanged: z.number().int(),
  changed: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
  /** Changed, added and removed ones among all there were or are, 0 to 1. */
  share: z.number(),
  /** Some of those that are not as they were. */
  paths: z.array(z.string()),
});
export type DocumentChanges = z.infer<typeof DocumentChanges>;
