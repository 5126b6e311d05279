import type { QADataset } from '../contracts/dataset.ts';
import { embeddingDimension } from '../encoder/architectures/index.ts';
import { type ModelFolder, readModelFolder } from '../encoder/files/model-folder.ts';
import { KNOWN_PROMPTS } from '../encoder/files/prompt-families.ts';
import { openTokenizer } from '../encoder/tokenizer/tokenizer.ts';
import { dot } from '../primitives/dot.ts';
import type { EmbeddingServer } from '../provider/embedding-server.ts';
import { advise } from './advise.ts';
import { driftOf, greatestDifference, mean, roundingOf } from './drift.ts';
import { evaluateServed, findDifferent, type ServedEvaluation } from './evaluate-served.ts';
import { type Finding, findFaults } from './find-faults.ts';
import { type FaultId, hypotheses } from './hypotheses.ts';
import { Reference, type ReferenceOptions } from './reference.ts';
import { type CountedTokens, requestSamples, type ServedSample } from './request-samples.ts';
import { type Sample, sampleTexts } from './samples.ts';
import type { Variant } from './variant.ts';

/** How far the length of a vector may be from 1: float16 and decimals round it. */
const UNIT = 0.01;

/** Faults after which it says nothing that vectors have another length. */
const UNKNOWN: readonly FaultId[] = ['not-numbers', 'same-for-all', 'other-model'];

export interface VerifyOptions extends Pick<ReferenceOptions, 'folder' | 'baseFolder' | 'threads' | 'signal' | 'open'> {
  readonly server: EmbeddingServer;
  /** Whether the server puts the prompts before texts, by the kind that a request names. Default: the client does. */
  readonly serverAddsPrompts?: boolean | undefined;
  /** Is ranked by the vectors of the server and by those of Hone. */
  readonly dataset?: QADataset | undefined;
  /** Called with the number of texts that were embedded so far, of how many (0: not known), and what is done. */
  readonly onProgress?: ((texts: number, total: number, note: string) => void) | undefined;
}

/** A fault of a server, and what to do about it. */
export interface FoundFault extends Finding {
  /** As sentences. */
  readonly advice: string;
}

export interface Drift {
  /** Of 1 − cosine, over all texts. */
  readonly mean: number;
  readonly highest: number;
  /** Between two numbers of vectors of length 1; absent if the dimensions differ. */
  readonly greatestDifference?: number | undefined;
  /** The number format whose rounding explains the mean: `float16`; absent if none does. */
  readonly rounding?: string | undefined;
}

export interface Verification {
  /** Whether the server serves the model: no fault was found. */
  readonly serves: boolean;
  readonly faults: readonly FoundFault[];
  /** What is good to know, and does not make it another model. */
  readonly notes: readonly string[];
  /** Texts that were compared. */
  readonly texts: number;
  readonly dimension: { readonly expected: number; readonly served: number };
  /** Over all texts; absent if the server does not count tokens. */
  readonly tokens?: { readonly expected: number; readonly served: number } | undefined;
  /** Tokens of the longest text that was compared, before truncation. */
  readonly longest: number;
  /** Tokens that the model reads. */
  readonly maxLength: number;
  readonly pooling: Variant['pooling'];
  /** Whether all served vectors have length 1. */
  readonly normalised: boolean;
  readonly drift: Drift;
  /** Absent without a dataset, or if the server sends no vectors. */
  readonly evaluation?: ServedEvaluation | undefined;
}

/**
 * Compares the vectors of a server with those of a model folder over sample texts, and finds what explains a drift.
 * @throws Fault `input` if the folder is not a valid model; what `EmbeddingServer.embed` throws.
 */
export async function verifyServer(options: VerifyOptions): Promise<Verification> {
  const { server, folder, serverAddsPrompts = false, onProgress } = options;
  const model = await readModelFolder(folder);
  const tokenizer = await openTokenizer(folder);
  const own = ownVariant(model);
  const kinds =
    own.prompts.query !== own.prompts.passage || model.queryAdapter
      ? (['query', 'passage'] as const)
      : (['passage'] as const);
  const tokensOf = ({ text, as }: Sample) => tokenizer.count(own.prompts[as] + text);
  const samples = sampleTexts(tokenizer, model.maxTokens, kinds).toSorted((a, b) => tokensOf(a) - tokensOf(b));

  onProgress?.(0, 0, `asking ${server.software}`);
  const prompts = serverAddsPrompts ? { query: '', passage: '' } : own.prompts;
  const isShort = (sample: Sample) => tokensOf(sample) <= model.maxTokens;
  const { served, refused, counted } = await requestSamples(server, samples, { prompts, isShort });

  let embedded = 0;
  let note = '';
  const report = () => onProgress?.(embedded, 0, note);
  const onEmbedded = (texts: number) => {
    embedded += texts;
    report();
  };
  const reference = new Reference({ ...options, model, onEmbedded }, own);
  try {
    const servedDimension = served[0]?.vector.length ?? 0;
    const findings = await findFaults(served, {
      reference,
      own,
      candidates: hypotheses({
        own,
        model,
        prompts: own.prompts,
        knownPrompts: KNOWN_PROMPTS,
        hasBase: options.baseFolder !== undefined,
        servedDimension,
      }),
      tokensOf,
      requestAlone: async ({ text, as }) =>
        (await server.embed([prompts[as] + text], { as })).vectors[0] as Float32Array,
      lengths: { most: model.encoder.maxTokens, hints: lengthHints(counted, tokensOf) },
      onStep: (step) => {
        note = step;
        report();
      },
    });
    const normalised = served.every(({ vector }) => Math.abs(Math.sqrt(dot(vector, vector)) - 1) <= UNIT);
    if (!normalised && model.normalises && findings.every(({ fault }) => !UNKNOWN.includes(fault)))
      findings.push({
        fault: 'not-normalised',
        message: 'The server does not normalise vectors; those of the model have length 1.',
      });
    const drift = await measureDrift(served, reference, own);
    await reference.close();
    const evaluation =
      options.dataset && findings.every(({ fault }) => fault !== 'not-numbers')
        ? await evaluateServed({
            ...options,
            dataset: options.dataset,
            prompts,
            onProgress: (done, total) => onProgress?.(done, total, 'dataset'),
          })
        : undefined;
    if (evaluation && findings.length === 0) findings.push(...findDifferent(evaluation));
    const context = { api: server.api, own, serverAddsPrompts };
    return {
      serves: findings.length === 0,
      faults: findings.map((finding) => ({ ...finding, advice: advise(finding.fault, context) })),
      notes: [
        ...refusals(refused, tokensOf, model.maxTokens),
        ...(normalised || model.normalises
          ? []
          : ['Vectors do not have length 1, as the model has no Normalize module: compare them by cosine.']),
      ],
      texts: served.length,
      dimension: { expected: embeddingDimension(model.encoder), served: servedDimension },
      tokens: tokenSums(counted, tokensOf, model.maxTokens),
      longest: Math.max(0, ...served.map(({ sample }) => tokensOf(sample))),
      maxLength: model.maxTokens,
      pooling: model.pooling,
      normalised,
      drift,
      evaluation,
    };
  } finally {
    await reference.close();
  }
}

function ownVariant({ pooling, lowerCase, maxTokens, prompts: { query, passage } }: ModelFolder): Variant {
  return {
    base: false,
    pooling,
    withoutDense: false,
    withoutAdapter: false,
    lowerCase,
    specialTokens: true,
    maxLength: maxTokens,
    prompts: { query, passage },
    rewrite: 'none',
    dimensions: undefined,
  };
}

async function measureDrift(served: readonly ServedSample[], reference: Reference, own: Variant): Promise<Drift> {
  const expected = await reference.embed(
    served.map(({ sample }) => sample),
    own,
  );
  const drifts = served.map(({ vector }, i) => driftOf(expected[i], vector));
  const differences = served.map(({ vector }, i) => greatestDifference(expected[i] as Float32Array, vector));
  const greatest = Math.max(0, ...differences);
  return {
    mean: mean(drifts),
    highest: Math.max(0, ...drifts),
    ...(Number.isFinite(greatest) && { greatestDifference: greatest }),
    rounding: roundingOf(mean(drifts)),
  };
}

/** Lengths that the server has counted for single texts that are longer. */
function lengthHints(counted: readonly CountedTokens[], tokensOf: (sample: Sample) => number): number[] {
  return counted.flatMap(({ samples: [sample, ...others], tokens }) =>
    sample && others.length === 0 && tokens < tokensOf(sample) ? [tokens] : [],
  );
}

function tokenSums(counted: readonly CountedTokens[], tokensOf: (sample: Sample) => number, maxTokens: number) {
  if (counted.length === 0) return undefined;
  const expected = counted.flatMap(({ samples }) => samples.map((sample) => Math.min(tokensOf(sample), maxTokens)));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  return { expected: sum(expected), served: sum(counted.map(({ tokens }) => tokens)) };
}

function refusals(refused: readonly Sample[], tokensOf: (sample: Sample) => number, maxTokens: number): string[] {
  if (refused.length === 0) return [];
  const shortest = Math.min(...refused.map(tokensOf));
  return [
    `The server refuses texts that the model truncates (of ${shortest} tokens, for example): clients have to truncate them to ${maxTokens} tokens.`,
  ];
}
