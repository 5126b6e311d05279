import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** What the histories of a workflow say, over all the times it was begun anew. */
export interface Histories {
  /** Events of each. */
  sizes: number[];
  events: HistoryEvent[];
}

type HistoryEvent = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[0];

export async function readHistories(client: Client, workflowId: string): Promise<Histories> {
  const sizes: number[] = [];
  const events: HistoryEvent[] = [];
  // From the first run on: each names the one that goes on.
  let runId = await firstRun(client, workflowId);
  while (runId) {
    const history = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    sizes.push(history.length);
    events.push(...history);
    runId = history.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return { sizes, events };
}

async function firstRun(client: Client, workflowId: string): Promise<string | undefined> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.firstRunId ?? raw.workflowExecutionInfo?.execution?.runId ?? undefined;
}

export interface Batch {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

/** When each batch was at work on a worker. */
export function batchesOf({ events }: Histories): Batch[] {
  const began = new Map<string, number>();
  const batches: Batch[] = [];
  for (const event of events) {
    const started = event.activityTaskStartedEventAttributes;
    if (started) began.set(String(started.scheduledEventId), millis(event));
    const scheduled = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    const from = scheduled == null ? undefined : began.get(String(scheduled));
    if (from !== undefined) batches.push({ from, to: millis(event) });
    // Numbers begin anew with each history.
    if (event.workflowExecutionStartedEventAttributes) began.clear();
  }
  return batches;
}

/** Milliseconds from each wish for a lease to the lease, waits for quota included. */
export function leaseTimes({ events }: Histories): number[] {
  const wished = new Map<string, number>();
  const times: number[] = [];
  for (const event of events) {
    const out = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (out?.signalName === 'leaseRequested') wished.set(leaseIn(out.input?.payloads?.[0]), millis(event));
    const back = event.workflowExecutionSignaledEventAttributes;
    const since = back?.signalName === 'leaseGranted' ? wished.get(leaseIn(back.input?.payloads?.[0])) : undefined;
    if (since !== undefined) times.push(millis(event) - since);
  }
  return times;
}

function leaseIn(payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0] | null | undefined): string {
  return payload ? defaultPayloadConverter.fromPayload<{ lease: string }>(payload).lease : '';
}

function millis({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + Number(eventTime?.nanos ?? 0) / 1e6;
}
