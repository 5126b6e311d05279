import type { BatchJob } from '../../contracts/batch-api.ts';
import type { ReceivedAnswers } from '../../contracts/batch-jobs.ts';
import { Fault } from '../../contracts/fault.ts';
import { addSpending, NO_SPENDING, spendingOf } from '../../contracts/spending.ts';
import { type LedgerEntry, toEntry, writeLedger } from '../ledger/ledger.ts';
import { type BatchClaim, claimsOf, dropClaim, keysOf } from './batch-claims.ts';
import { type Batching, batchOf } from './batching.ts';

const WRITES_AT_ONCE = 32;

/**
 * Puts the answers of batches that have ended into the ledger, as if they had been asked for one by one; the others are
 * left for later. What was done before a batch expired, failed or was cancelled counts like any other answer.
 * @param onAnswer called after every few answers with how many there are by now.
 * @throws Fault `credentials` or `config` if a line says that no request can be answered.
 */
export async function receiveBatches(
  batches: readonly { label: string }[],
  batching: Batching,
  onAnswer?: (answered: number) => void,
): Promise<ReceivedAnswers> {
  const received: ReceivedAnswers = {
    answered: 0,
    spending: NO_SPENDING,
    problems: {},
    queueFull: false,
  };
  for (const claim of await claimsOf(batching.store, batches)) {
    const state = await batchOf(claim, batching);
    if (!state?.ended) continue;
    try {
      await receive(claim, state, batching, received, onAnswer);
    } catch (error) {
      // A batch whose lines are all hopeless would otherwise stop every later run as well.
      if (error instanceof Fault && !error.retryable) await dropClaim(batching.store, claim.label);
      throw error;
    }
    await dropClaim(batching.store, claim.label);
  }
  return received;
}

async function receive(
  claim: BatchClaim,
  state: BatchJob,
  { store, batchApi, run, signal }: Batching,
  received: ReceivedAnswers,
  onAnswer?: (answered: number) => void,
): Promise<void> {
  const note = (problem: string, lines: number) => {
    received.problems[problem] = (received.problems[problem] ?? 0) + lines;
  };
  for (const reason of state.refusedFor) note(reason, claim.lines);
  received.queueFull ||= state.queueFull;

  const chunkOf = await keysOf(store, claim);
  const pending: LedgerEntry[] = [];
  const flush = async () => {
    await Promise.all(pending.splice(0).map((entry) => writeLedger(store, entry)));
    onAnswer?.(received.answered);
  };
  try {
    for await (const answer of batchApi().results(state, claim.model, signal)) {
      const chunkId = chunkOf.get(answer.key);
      // A server that answers what it was not asked has nothing to say here.
      if (chunkId === undefined) continue;
      if ('problem' in answer) {
        note(answer.problem, 1);
        continue;
      }
      received.answered++;
      if (claim.run === run) {
        received.spending = addSpending(received.spending, spendingOf(answer.reply, { batchApi: true }));
      }
      pending.push(toEntry(answer.key, chunkId, claim.model, answer.reply));
      if (pending.length === WRITES_AT_ONCE) await flush();
    }
  } finally {
    await flush();
  }
}
