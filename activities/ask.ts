import { sha256 } from '../core/artifacts/digest.ts';
import { doStep } from '../core/artifacts/step.ts';
import type { Activities } from '../core/contracts/activities.ts';
import { Chunk } from '../core/contracts/corpus.ts';
import { type Question, QuestionsResult } from '../core/contracts/questions.ts';
import { askQuestions } from '../core/questions/ask-questions.ts';
import { headingQuestions } from '../core/questions/heading-questions.ts';
import { importLedger } from '../core/questions/ledger.ts';
import { putJsonLines, readJsonLines } from './artifacts.ts';
import type { StepContext } from './context.ts';
import { readNamedFile } from './locations.ts';
import { openProfile } from './profiles.ts';
import { counted } from './wording.ts';

/** Quarantined chunks named in the result; more are only counted, so that a workflow's history stays small. */
const LISTED = 40;

type Input = Parameters<Activities['ask']>[0];

/** Has questions worded for every chunk: by a language model, each answer paid for once, or by the headings. */
export async function ask(context: StepContext, { chunks, options }: Input): ReturnType<Activities['ask']> {
  const { store, signal, progress } = context;
  const recording = options.ledger && (await readNamedFile(context, options.ledger, 'questions.ledger'));
  const { ledger: _, maxFailedShare: __, ...worded } = options;
  const step = {
    name: 'ask',
    version: 1,
    inputs: { chunks: chunks.sha256, ...(recording ? { recording: sha256(recording) } : {}) },
    options: worded,
  };
  const outcome = await doStep(store, step, QuestionsResult, async () => {
    const all = await readJsonLines(store, chunks, Chunk);
    if (options.from === 'headings') return { ...NOTHING_ASKED, ...(await put(context, headingQuestions(all))) };
    if (recording) await importLedger(recording, store, options.ledger);
    const { questions, quarantined, ...figures } = await askQuestions(all, options, {
      store,
      provider: () => openProfile(context, options.profile),
      signal,
      onProgress: progress,
    });
    return {
      ...(await put(context, questions)),
      ...figures,
      quarantined: quarantined.slice(0, LISTED),
      quarantinedCount: quarantined.length,
    };
  });
  return { ...outcome, summary: describe(outcome.output) };
}

const NOTHING_ASKED = {
  replayed: 0,
  asked: 0,
  promptTokens: 0,
  completionTokens: 0,
  quarantined: [],
  quarantinedCount: 0,
};

async function put({ store }: StepContext, questions: readonly Question[]) {
  return { questions: await putJsonLines(store, questions), count: questions.length };
}

function describe({ count, replayed, asked, cost, quarantinedCount }: QuestionsResult): string {
  const parts = [counted(count, 'question')];
  if (replayed > 0) parts.push(`${counted(replayed, 'recorded answer')} replayed`);
  if (replayed + asked > 0) parts.push(`${asked} asked`);
  if (cost !== undefined || asked === 0) parts.push(`$${(cost ?? 0).toFixed(2)}`);
  if (quarantinedCount > 0) parts.push(`${counted(quarantinedCount, 'chunk')} left without`);
  return parts.join(', ');
}
