import { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsEstimate, QuestionsEstimateResult } from '../../core/contracts/estimate.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { openTokenMeter } from '../../core/provider/count-tokens.ts';
import { estimateQuestions as estimateFrom } from '../../core/provider/estimate-questions.ts';
import { type PilotQuestions, pilotQuestions } from '../../core/questions/asking/pilot-questions.ts';
import { importLedger } from '../../core/questions/ledger/ledger.ts';
import { whatIsMissing } from '../../core/questions/ledger/what-is-missing.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { readNamedFile } from '../runtime/locations.ts';
import { findProfile, openProfile } from '../runtime/profiles.ts';

/** Says what the questions of a run will take: what the ledger lacks, its tokens, price and time. Never reused, as the ledger grows. */
export async function estimateQuestions(
  context: StepContext,
  { chunks, options, pilotQuestions: wanted }: QuestionsInput & { pilotQuestions: number },
): Promise<StepResult<QuestionsEstimateResult>> {
  const { store, signal, progress } = context;
  const started = performance.now();
  const { model, profile, mode, batchFrom } = options;
  if (options.ledger) {
    await importLedger(await readNamedFile(context, options.ledger, 'questions.ledger'), store, options.ledger);
  }
  const all = await readJsonLines(store, chunks, Chunk);
  const meter = await openTokenMeter(model);
  const look = () => whatIsMissing(all, options, { store, count: meter.chat, signal, onProgress: progress });
  let missing = await look();
  let pilot: PilotQuestions | undefined;
  if (wanted > 0 && missing.open.length > 0) {
    const provider = openProfile(context, profile);
    pilot = await pilotQuestions(missing.open, wanted, options, { store, provider, signal, onProgress: progress });
    missing = await look();
  }
  const known = findProfile(context, profile);
  const estimate = estimateFrom(missing.need, {
    profileName: profile,
    profile: known instanceof Fault ? undefined : known,
    model,
    meter,
    batched: mode === 'batch' || (mode === 'auto' && missing.open.length >= batchFrom),
    pilot,
  });
  return {
    output: { estimate, questions: await putJsonLines(store, missing.questions) },
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
