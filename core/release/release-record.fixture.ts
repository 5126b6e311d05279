import type { ReleaseRecord } from '../contracts/release.ts';

const gain = { value: 0.1, low: 0.05, high: 0.15 };
const artifact = { uri: 'file:///x', sha256: '0'.repeat(64), bytes: 1 };

/** A release whose model has this hash, and no files. */
export function releaseRecordOf(sha256: string): ReleaseRecord {
  return {
    model: { files: [], sha256 },
    modelUri: `file:///published/${sha256}`,
    workflowId: `run-${sha256}`,
    base: 'tiny',
    metric: 'hit@5',
    score: { value: 0.8, low: 0.7, high: 0.9 },
    gain,
    comparedWith: 'base',
    train: artifact,
    validation: artifact,
  };
}
