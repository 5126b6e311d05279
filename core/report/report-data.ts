import type { Chunk } from '../contracts/corpus.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import type { LossPoint } from '../contracts/training.ts';

/** Everything the report shows. */
export interface ReportData {
  record: RunRecord;
  /** The curve behind `record.training.losses`. */
  losses: readonly LossPoint[];
  /** One a evaluation of `record`, in order; see `evaluationDetails`. */
  details: readonly JudgementDetail[];
  /** Language of the report's own words; see `reportLanguage`. */
  language: ReportLanguage;
  /** ISO 8601. */
  writtenAt: string;
}

export type ReportLanguage = 'en' | 'zh';

/** What a evaluation's rankings come to beyond the means. */
export interface JudgementDetail {
  /** Share of queries answered by the first k passages, k = 1 to 10: base and tuned, then the others. */
  hitRates: { system: string; rates: number[] }[];
  slices: Slice[];
  examples: Examples;
}

/** Where a passage comes from, as far as that is known. */
export type PassageInfo = Pick<Chunk, 'path' | 'headings' | 'language'>;

/** Hit rate at 5 of parts of the queries. */
export interface Slice {
  /** `language` and `document`: of the passage; `length`: of the query, in characters. */
  by: 'language' | 'length' | 'document';
  rows: { label: string; queries: number; base: number; tuned: number }[];
}

export interface ExamplePassage {
  id: string;
  text: string;
  info: PassageInfo | undefined;
}

export interface Example {
  queryId: string;
  query: string;
  /** The relevant passage as the better of the two systems found it. */
  passage: ExamplePassage;
  /** 1-based; 0 is not found at all. */
  baseRank: number;
  tunedRank: number;
  /** What the system that missed it put first instead. */
  instead: ExamplePassage | undefined;
}

/** Queries on which base and tuned differ by whether the right passage is among the first five. */
export interface Examples {
  foundNow: Example[];
  foundNowCount: number;
  lostNow: Example[];
  lostNowCount: number;
}
