import type { BatchJob } from '../../contracts/batch-api.ts';
import type { ReceivedAnswers } from '../../contracts/batch-jobs.ts';
import { Fault } from '../../contracts/fault.ts';
import { countReason } from '../../contracts/quarantine.ts';
import { addSpending, NO_SPENDING, spendingOf } from '../../contracts/spending.ts';
import { LEDGER_KEY, type LedgerEntry, toEntry, writeLedger } from '../ledger/ledger.ts';
import { findJob, type JobContext } from './find-job.ts';
import { changeClaims, claimsOf, dropClaim, type JobClaim, readKeys } from './job-claims.ts';

const WRITES_AT_ONCE = 32;

/**
 * Stores the answers of jobs that have ended in the ledger, as if they had been asked for one by one; other jobs are
 * left alone. What a job answered before it expired, failed or was cancelled counts like any other answer.
 *
 * May be called again after any failure: a claim is dropped once the answers of all jobs are stored, and an answer that
 * is stored again is the same payment. Jobs are received in the name of who pays for them, whoever receives them.
 * @param onAnswer called after every few answers, with how many there are by now.
 * @throws Fault `credentials` or `config` if a line says that no request can be answered.
 */
export async function receiveJobs(
  jobs: readonly { label: string }[],
  context: JobContext,
  onAnswer?: (answered: number) => void,
): Promise<ReceivedAnswers> {
  const done = new Set<string>();
  const received: ReceivedAnswers = { answered: 0, spending: NO_SPENDING, problems: {}, queueFull: false };
  for (const claim of await claimsOf(context.store, jobs)) {
    const job = await findJob(claim, context);
    if (!job?.ended) continue;
    try {
      await receiveJob(claim, job, context, received, onAnswer);
    } catch (error) {
      // Otherwise a job of which no line can be answered would end every later run as well.
      if (error instanceof Fault && !error.retryable) await dropClaim(context.store, claim.label);
      throw error;
    }
    done.add(claim.label);
  }
  if (done.size > 0) await changeClaims(context.store, (claims) => claims.filter(({ label }) => !done.has(label)));
  return received;
}

async function receiveJob(
  claim: JobClaim,
  job: BatchJob,
  { store, batchApi, endpoint, run, payer, signal }: JobContext,
  received: ReceivedAnswers,
  onAnswer?: (answered: number) => void,
): Promise<void> {
  const countProblem = (problem: string, lines: number) => countReason(received.problems, problem, lines);
  for (const reason of job.refusedFor) countProblem(reason, claim.lines);
  received.queueFull ||= job.queueFull;

  const chunkOf = await readKeys(store, claim);
  const layer = endpoint === undefined ? undefined : { endpoint };
  const pending: LedgerEntry[] = [];
  const flush = async () => {
    await Promise.all(pending.splice(0).map((entry) => writeLedger(store, entry, layer)));
    onAnswer?.(received.answered);
  };
  try {
    for await (const line of batchApi().results(job, claim.model, signal)) {
      // A key that was not sent is ignored.
      if (chunkOf ? !chunkOf.has(line.key) : !LEDGER_KEY.test(line.key)) continue;
      if ('problem' in line) {
        countProblem(line.problem, 1);
        continue;
      }
      received.answered++;
      const paid = claim.payer && { run: claim.payer, answer: claim.label, batchApi: true as const };
      const entry = toEntry(line.key, chunkOf?.get(line.key), claim.model, line.reply, paid || undefined);
      if (claim.payer === undefined ? claim.run === run : claim.payer === payer) {
        received.spending = addSpending(received.spending, spendingOf(line.reply, { batchApi: true }));
      }
      pending.push(entry);
      if (pending.length === WRITES_AT_ONCE) await flush();
    }
  } finally {
    await flush();
  }
}
