import type { Chunk } from '../contracts/corpus.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import type { LossPoint } from '../contracts/training.ts';

/** Everything the report shows. */
export interface ReportData {
  record: RunRecord;
  /** The loss curve, read from `record.training.losses`. */
  losses: readonly LossPoint[];
  /** One per evaluation of `record`, in the same order; see `evaluationDetails`. */
  details: readonly EvaluationDetails[];
  /** See `reportLanguage`. */
  language: ReportLanguage;
  /** ISO 8601. */
  writtenAt: string;
}

export type ReportLanguage = 'en' | 'zh';

/** Result of a comparison, once chance is taken into account. */
export type Verdict = 'better' | 'worse' | 'undecided';

/** What the rankings of an evaluation show besides the metrics. */
export interface EvaluationDetails {
  /** Share of queries whose passage is among the first k, k = 1 to 10: base, tuned, then the other systems. */
  hitRates: { system: string; rates: number[] }[];
  slices: Slice[];
  examples: Examples;
}

/** Origin of a passage. */
export type PassageInfo = Pick<Chunk, 'path' | 'headings' | 'language'>;

/** Hit rate at 5 of groups of queries. */
export interface Slice {
  /** `language` and `document` of the passage; `length` of the query, in characters. */
  by: 'language' | 'length' | 'document';
  groups: { label: string; queries: number; base: number; tuned: number }[];
}

export interface ExamplePassage {
  id: string;
  text: string;
  /** Undefined for passages of an imported dataset. */
  info: PassageInfo | undefined;
}

export interface Example {
  queryId: string;
  query: string;
  /** The relevant passage, as the better system ranked it. */
  passage: ExamplePassage;
  /** 1-based; 0: not found. */
  baseRank: number;
  /** 1-based; 0: not found. */
  tunedRank: number;
  /** The passage that the worse system ranked first. */
  instead: ExamplePassage | undefined;
}

/** Queries whose passage only one of base and tuned model ranks among the first five. */
export interface Examples {
  foundNow: Example[];
  foundNowCount: number;
  lostNow: Example[];
  lostNowCount: number;
}
