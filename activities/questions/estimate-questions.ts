import { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsEstimate, QuestionsEstimateResult } from '../../core/contracts/estimate.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { openTokenCounter } from '../../core/provider/count-tokens.ts';
import { estimateQuestions as fromNeed } from '../../core/provider/estimate-questions.ts';
import { importRecording } from '../../core/questions/ledger/ledger.ts';
import { findQuestionsNeed } from '../../core/questions/ledger/questions-need.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { findProfile, ledgerEndpoint } from '../runtime/profiles.ts';
import { type PaidQuestions, readRecording } from './collect-questions.ts';

/**
 * Estimates what the questions of a run will take: the answers that the ledger lacks, their tokens, price and time.
 * Never reused, as the ledger grows.
 * @param input `run`: the estimate; `secondsPerAnswer`: what its pilot measured.
 */
export async function estimateQuestions(
  context: StepContext,
  { chunks, options, run, secondsPerAnswer }: PaidQuestions & { secondsPerAnswer?: number | undefined },
): Promise<StepResult<QuestionsEstimateResult>> {
  const { store, signal, progress: onProgress } = context;
  const started = performance.now();
  const { model, profile: profileName, mode, batchFrom } = options;
  const recorded = await readRecording(context, options);
  const recording = recorded && (await importRecording(recorded, store, options.ledger));
  const all = await readJsonLines(store, chunks, Chunk);
  const counter = await openTokenCounter(model);
  const found = await findQuestionsNeed(all, options, {
    ...{ store, recording, endpoint: ledgerEndpoint(context, profileName), run, signal, onProgress },
    countTokens: counter.chat,
  });
  // An estimate has paid for the answers of its pilot, and for nothing else.
  const { spending } = found.bill;
  const profile = findProfile(context, profileName);
  const estimate = fromNeed(found.need, {
    profileName,
    profile: profile instanceof Fault ? undefined : profile,
    model,
    counter,
    batched: mode === 'batch' || (mode === 'auto' && found.open.length >= batchFrom),
    pilot: spending.answers > 0 ? { spending, secondsPerRequest: secondsPerAnswer } : undefined,
  });
  return {
    output: { estimate, questions: await putJsonLines(store, found.questions) },
    reused: false,
    seconds: (performance.now() - started) / 1000,
    summary: describe(estimate),
  };
}

function describe({ answered, requests, promptTokens, price }: QuestionsEstimate): string {
  const parts = [`${counted(answered + requests, 'request')}, ${answered.toLocaleString('en')} answered already`];
  if (requests > 0) parts.push(`${counted(promptTokens, 'prompt token')}`);
  if (price) parts.push(`about $${price.likely.toFixed(2)}`);
  return parts.join(', ');
}
