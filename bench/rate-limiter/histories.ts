import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** The histories of a workflow, over all times that it continued as new. */
export interface Histories {
  /** Events in each. */
  sizes: number[];
  events: HistoryEvent[];
}

type HistoryEvent = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[0];

export async function readHistories(client: Client, workflowId: string): Promise<Histories> {
  const sizes: number[] = [];
  const events: HistoryEvent[] = [];
  // Each history names the run that continues it.
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

/** The time in which an activity asked about leased chunks. */
export interface LeaseUse {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

/** The uses of leases by activities that completed. */
export function leaseUses({ events }: Histories): LeaseUse[] {
  const began = new Map<string, number>();
  const uses: LeaseUse[] = [];
  for (const event of events) {
    const started = event.activityTaskStartedEventAttributes;
    if (started) began.set(String(started.scheduledEventId), millis(event));
    const scheduled = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    const from = scheduled == null ? undefined : began.get(String(scheduled));
    if (from !== undefined) uses.push({ from, to: millis(event) });
    // Event ids start again with each history.
    if (event.workflowExecutionStartedEventAttributes) began.clear();
  }
  return uses;
}

/** Milliseconds from each request for a lease to its grant, waits for quota included. */
export function leaseTimes({ events }: Histories): number[] {
  const requested = new Map<string, number>();
  const times: number[] = [];
  for (const event of events) {
    const sent = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (sent?.signalName === 'leaseRequested') requested.set(leaseIn(sent.input?.payloads?.[0]), millis(event));
    const received = event.workflowExecutionSignaledEventAttributes;
    const since =
      received?.signalName === 'leaseGranted' ? requested.get(leaseIn(received.input?.payloads?.[0])) : undefined;
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
