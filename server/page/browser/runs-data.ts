import type { Progress, Stage } from '../../../core/contracts/progress.ts';
import type { RetrainResult } from '../../../core/contracts/retrain.ts';
import type { RunResult } from '../../../core/contracts/run-result.ts';
import type { Cost } from '../../../core/contracts/spending.ts';

/** A run as the API lists it. */
export interface RunSummary {
  readonly kind: 'run' | 'retrain' | 'estimate';
  readonly workflowId: string;
  readonly runId: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly hold?: 'paused' | 'approval';
  readonly title?: string;
  readonly cost?: Cost;
  /** Why its title and request cannot be read. */
  readonly unreadable?: string;
}

/** What the forms hold at first. */
export const EXAMPLE_INPUT = 'documents: [docs]\npublish:\n  name: handbook\n';

export interface RunDescription extends RunSummary {
  readonly request?: unknown;
}

/** What the stream of events tells of a run. */
export interface Followed extends Progress {
  readonly state: RunSummary['state'];
  readonly notice?: string;
}

export type Ended = RunResult | RetrainResult;

export function isRetrain(ended: Ended): ended is RetrainResult {
  return 'decision' in ended;
}

/** How long an ended run took. */
export function secondsOf({ startedAt, closedAt }: RunSummary): number | undefined {
  return closedAt === undefined ? undefined : (Date.parse(closedAt) - Date.parse(startedAt)) / 1000;
}

/** The stage that a run is at. */
export function currentStage(stages: readonly Stage[]): Stage | undefined {
  return stages.find(({ state }) => state === 'running' || state === 'paused');
}

/** US dollars; undefined if no stage says what it cost. */
export function paidFor(stages: readonly Stage[]): number | undefined {
  const costs = stages.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return costs.length > 0 ? costs.reduce((sum, one) => sum + one, 0) : undefined;
}
