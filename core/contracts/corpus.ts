import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/** A table in the text of a section: one line for each row, the cells joined by ` | `. */
export const Table = z.object({
  /** Index of the line of the first row, from 0. */
  line: z.number().int(),
  /** Number of rows, and lines, header rows included. */
  rows: z.number().int(),
  /** How many of the first rows name the columns. */
  headerRows: z.number().int(),
});
export type Table = z.infer<typeof Table>;

/** Consecutive text under one heading path, in document order. */
export const Section = z.object({
  /** Headings, the outermost first; empty before the first heading. */
  headings: z.array(z.string()),
  text: z.string(),
  /** In the order of the text; absent if there are none. */
  tables: z.array(Table).optional(),
});
export type Section = z.infer<typeof Section>;

export const MEDIA = [
  'md',
  'txt',
  'html',
  'pdf',
  'docx',
  'rtf',
  'xlsx',
  'pptx',
  'odf',
  'epub',
  'csv',
  'ipynb',
  'rst',
  'asciidoc',
  'eml',
] as const;

/** Why a reader leaves out text that people can see in a document, or text that they cannot see. */
export const OMISSIONS = [
  'navigation',
  'consent',
  'running-head',
  'watermark',
  'contents',
  'hidden',
  'comment',
  'repeated',
] as const;

/** What a reader left out of a document, by reason. */
export const Omission = z.object({
  reason: z.enum(OMISSIONS),
  /** Letters and digits that were left out. */
  characters: z.number().int(),
  /** How the first of it begins. */
  sample: z.string(),
});
export type Omission = z.infer<typeof Omission>;

/** Signs that the text of a document is not what people read in it. */
export const DOUBTS = [
  'replacement-characters',
  'presentation-forms',
  'doubled-letters',
  'no-spaces',
  'single-letters',
  'guessed-encoding',
  'pages-without-text',
  'formulas-without-values',
  'equations-not-read',
] as const;

export const Doubt = z.object({
  kind: z.enum(DOUBTS),
  /** Where it shows, or what was guessed. */
  sample: z.string(),
});
export type Doubt = z.infer<typeof Doubt>;

/** How completely a document was read. */
export const Reading = z.object({
  /** Letters and digits in headings and text. */
  characters: z.number().int(),
  omitted: z.array(Omission),
  doubts: z.array(Doubt),
});
export type Reading = z.infer<typeof Reading>;

/** One document as clean text. */
export const Document = z.object({
  /** First 16 hex digits of the SHA-256 of the file's bytes. */
  id: z.string(),
  /** Relative to the document root, `/`-separated. */
  path: z.string(),
  title: z.string(),
  media: z.enum(MEDIA),
  /** BCP 47 primary language subtag: `zh`, `en`, `ja`…; `und` if it could not be detected. */
  language: z.string(),
  sections: z.array(Section),
  reading: Reading,
});
export type Document = z.infer<typeof Document>;

export const Skipped = z.object({ path: z.string(), reason: z.string() });
export type Skipped = z.infer<typeof Skipped>;

/** How many files were skipped for a reason. */
export const SkippedGroup = z.object({ reason: z.string(), count: z.number().int() });
export type SkippedGroup = z.infer<typeof SkippedGroup>;

/** A document that a person should look at: much of it was left out, or its text looks broken. */
export const DocumentToCheck = z.object({
  path: z.string(),
  /** Share of its letters and digits that were kept, 0 to 1. */
  kept: z.number(),
  omitted: z.array(Omission),
  doubts: z.array(Doubt),
});
export type DocumentToCheck = z.infer<typeof DocumentToCheck>;

/** A passage: the unit that is embedded, asked about and retrieved. */
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

/** Result of reading the documents. */
export const IngestResult = z.object({
  /** JSON Lines of `Document`, ordered by path. */
  documents: ArtifactRef,
  read: z.number().int(),
  /** The first skipped files; the list is short so that a workflow's history stays small. */
  skipped: z.array(Skipped),
  /** Number of skipped files that are not in `skipped`. */
  skippedMore: z.number().int(),
  /** All skipped files by reason, the most frequent reasons first. */
  skippedBy: z.array(SkippedGroup).optional(),
  /** The first documents to look at. */
  toCheck: z.array(DocumentToCheck).optional(),
  /** Number of documents to look at that are not in `toCheck`. */
  toCheckMore: z.number().int().optional(),
});
export type IngestResult = z.infer<typeof IngestResult>;

export const ChunkResult = z.object({
  /** JSON Lines of `Chunk`, ordered by path and position. */
  chunks: ArtifactRef,
  count: z.number().int(),
  medianTokens: z.number(),
  /** Chunks left out because another has the same text. */
  duplicates: z.number().int(),
});
export type ChunkResult = z.infer<typeof ChunkResult>;

/**
 * Ids of the training chunks and of the validation chunks; all chunks of a document are on one side, unless `by` is
 * `chunks`.
 */
export const Split = z.object({ train: z.array(z.string()), validation: z.array(z.string()) });
export type Split = z.infer<typeof Split>;

export const SplitResult = z.object({
  /** JSON of `Split`. */
  split: ArtifactRef,
  /** `chunks` if the only document had to be divided, or if `firstChunks` was set. */
  by: z.enum(['documents', 'chunks']),
  trainDocuments: z.number().int(),
  validationDocuments: z.number().int(),
  /** Share of validation chunks that have a near-duplicate among the training chunks (8-gram overlap), 0 to 1. */
  leakage: z.number(),
});
export type SplitResult = z.infer<typeof SplitResult>;

/** Differences between two states of the documents, by path and content. */
export const DocumentChanges = z.object({
  unchanged: z.number().int(),
  changed: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
  /** Changed, added and removed documents as a share of all documents before and after, 0 to 1. */
  share: z.number(),
  /** Paths of some changed, added and removed documents. */
  paths: z.array(z.string()),
});
export type DocumentChanges = z.infer<typeof DocumentChanges>;
