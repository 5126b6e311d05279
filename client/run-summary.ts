import type { WorkflowExecutionInfo } from '@temporalio/client';
import { Cost } from '../core/contracts/spending.ts';
import { whyUnreadable } from '../core/contracts/unreadable.ts';
import type { RunState } from './follow.ts';

/**
 * A run tunes a model. A retraining decides whether a model has to be tuned, and starts a run for it. An estimate,
 * which lists leave out, tells what a run needs.
 */
export type RunKind = 'run' | 'retrain' | 'estimate';

/** A run or retraining, as `list` returns it. */
export interface RunSummary {
  kind: RunKind;
  workflowId: string;
  runId: string;
  state: RunState;
  startedAt: Date;
  closedAt?: Date | undefined;
  /** Why a running one does not continue until a person acts. */
  hold?: 'paused' | 'approval' | undefined;
  /** Its title; absent if it was started by another client. */
  title?: string | undefined;
  /**
   * What it has paid for questions, once it has asked for all of them or has failed or been cancelled meanwhile.
   * Absent if it has not asked, if it was terminated while it asked, or if the ledger could not be read.
   */
  cost?: Cost | undefined;
  /**
   * Why its title and hold cannot be read, if so: they are encrypted with a key that is not here, or another program
   * started the run.
   */
  unreadable?: string | undefined;
}

export interface RunDescription extends RunSummary {
  /** The request as it was sent; not validated if it was started by another client. Absent if `unreadable`. */
  request?: unknown;
}

/** The part of a workflow description that a summary is made of. */
export type DescribedRun = Pick<
  WorkflowExecutionInfo,
  'type' | 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime' | 'memo'
>;

export function stateOf({ status }: Pick<WorkflowExecutionInfo, 'status'>): RunState {
  switch (status.name) {
    case 'COMPLETED':
      return 'done';
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'failed';
    default:
      return 'running';
  }
}

export function summaryOf(described: DescribedRun): RunSummary {
  const { type, workflowId, runId, startTime, closeTime, memo } = described;
  const { title, hold, cost } = memo ?? {};
  return {
    kind: type === 'retrain' || type === 'estimate' ? type : 'run',
    workflowId,
    runId,
    state: stateOf(described),
    startedAt: startTime,
    closedAt: closeTime,
    hold: closeTime === undefined && (hold === 'paused' || hold === 'approval') ? hold : undefined,
    title: typeof title === 'string' ? title : undefined,
    cost: Cost.safeParse(cost).data,
    unreadable: whyUnreadable(Object.values(memo ?? {}))?.message,
  };
}
