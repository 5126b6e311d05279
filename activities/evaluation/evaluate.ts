import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { Evaluation, type System } from '../../core/contracts/evaluation.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { evaluateBm25, evaluateEncoder } from '../../core/retrieval/evaluate.ts';
import type { DocumentOf } from '../../core/retrieval/question-groups.ts';
import { documentsOf, putJsonLines, readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { tunedHash } from '../runtime/models.ts';
import { endpointOf, openProfile } from '../runtime/profiles.ts';
import { type ClosableEncoder, openBaseEncoder, openTunedEncoder } from '../runtime/stored-encoder.ts';

type Input = {
  system: System;
  /** JSON of `QADataset`. */
  dataset: ArtifactRef;
  /**
   * Tokens to which the base model's texts are truncated; default: its own limit. A tuned model has its limit in its
   * folder, and is evaluated as whoever loads it will use it. BM25 and hosted models ignore it.
   */
  maxLength?: number | undefined;
  /** JSON Lines of `Chunk`, whose documents the intervals go by; absent if the dataset was imported. */
  chunks?: ArtifactRef | undefined;
};

/**
 * Ranks all passages of a dataset for each query with one system, and computes the retrieval metrics. Stores the
 * rankings as JSON Lines of `Ranking`. Reused for the same system, dataset and options.
 * @throws Fault `config` or `credentials` if a hosted model cannot be used; `quality` if a model returns no unit
 *   vectors; `unavailable` while an endpoint or a download does not respond.
 */
export async function evaluate(context: StepContext, input: Input): Promise<StepResult<Evaluation>> {
  const { store } = context;
  const { system, dataset } = input;
  const maxLength = system.kind === 'base' ? input.maxLength : undefined;
  const step = {
    name: 'evaluate',
    version: 3,
    inputs: {
      dataset: dataset.sha256,
      ...(input.chunks && { chunks: input.chunks.sha256 }),
      ...identity(context, system),
    },
    options: { kind: system.kind, maxLength, prompts: promptsOf(system) },
  };
  const outcome = await doStep(store, step, Evaluation, async () => {
    const started = performance.now();
    const data = await readDataset(store, dataset);
    const documentOf = input.chunks && (await documentsOf(store, input.chunks));
    const { metrics, rankings, documents } = await rank(context, { system, maxLength }, data, documentOf);
    return {
      system: nameOf(system),
      queries: Object.keys(data.queries).length,
      passages: Object.keys(data.corpus).length,
      documents,
      metrics,
      rankings: await putJsonLines(store, rankings),
      seconds: (performance.now() - started) / 1000,
    };
  });
  return { ...outcome, summary: `${nameOf(system)} hit rate @5 ${outcome.output.metrics['hit@5']?.value.toFixed(3)}` };
}

async function rank(
  context: StepContext,
  { system, maxLength }: Pick<Input, 'system' | 'maxLength'>,
  dataset: QADataset,
  documentOf: DocumentOf | undefined,
) {
  if (system.kind === 'bm25') return evaluateBm25(dataset, { documentOf });
  const encoder = await open(context, system, maxLength);
  try {
    return await evaluateEncoder(encoder, dataset, {
      documentOf,
      onProgress: (done, total) => context.progress({ done, total, unit: 'texts', note: nameOf(system) }),
    });
  } finally {
    await encoder.close();
  }
}

/**
 * Opens the encoder of a system. Local models compute in a child process, as matrix products would delay heartbeats.
 */
async function open(
  context: StepContext,
  system: Exclude<System, { kind: 'bm25' }>,
  maxLength: number | undefined,
): Promise<ClosableEncoder> {
  if (system.kind === 'hosted') {
    const { store, signal, measure } = context;
    const encoder = await openProfile(context, system.profile).embedder(system.model, {
      store: retryingStore(store, { signal, measure }),
      signal,
    });
    return { dimension: encoder.dimension, embed: (...args) => encoder.embed(...args), close: async () => {} };
  }
  if (system.kind === 'tuned') return openTunedEncoder(context, system.model);
  return openBaseEncoder(context, system.model, { maxLength, prompts: system.prompts });
}

/** Hashes, names and addresses that identify the system in the step's key. */
function identity(context: StepContext, system: System): Record<string, string> {
  switch (system.kind) {
    case 'bm25':
      return {};
    case 'hosted':
      return { model: system.model, endpoint: endpointOf(context, system.profile) };
    case 'base':
      return { model: system.model.sha256 };
    case 'tuned':
      return { model: tunedHash(system.model.files) };
  }
}

function promptsOf(system: System): TrainingOptions['prompts'] {
  return system.kind === 'base' ? system.prompts : undefined;
}

/** The system's name in tables. */
function nameOf(system: System): string {
  switch (system.kind) {
    case 'bm25':
      return 'BM25';
    case 'hosted':
      return system.model;
    default:
      return system.kind;
  }
}
