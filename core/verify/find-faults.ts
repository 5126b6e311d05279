import { ACCEPTED, ACCEPTED_TEXT, driftOf, EXACT, mean, scaled } from './drift.ts';
import { type Explanation, explain, isBetter } from './explain.ts';
import { findLength } from './find-length.ts';
import { type FaultId, type Hypothesis, POOLING_WORDS } from './hypotheses.ts';
import type { Reference } from './reference.ts';
import type { ServedSample } from './request-samples.ts';
import type { Sample } from './samples.ts';
import type { Variant } from './variant.ts';

/** Texts that hypotheses other than truncation are tried on: so short that no server truncates them. */
const BRIEF = { texts: 10, tokens: 16 };
/** How many times the drift of brief texts that of longer ones may have before a wrong length is looked for. */
const LONGER = 2;
/** Mean drift up to which vectors are the same in another order. */
const SAME = 2e-4;
/** Texts that a message names. */
const NAMED = 3;

/** Something that a server does otherwise than the model. */
export interface Finding {
  readonly fault: FaultId;
  /** A sentence. */
  readonly message: string;
}

export interface FindFaultsOptions {
  readonly reference: Reference;
  readonly own: Variant;
  readonly candidates: readonly Hypothesis[];
  readonly tokensOf: (sample: Sample) => number;
  /** Requests the vector of one text alone. */
  readonly requestAlone: (sample: Sample) => Promise<Float32Array>;
  /** The largest length that the model has positions for, and lengths that the server seems to have counted. */
  readonly lengths: { readonly most: number; readonly hints: readonly number[] };
  readonly onStep: (note: string) => void;
}

/** Finds out what explains the served vectors. Nothing is found if they are those of the model. */
export async function findFaults(served: readonly ServedSample[], options: FindFaultsOptions): Promise<Finding[]> {
  const notNumbers = served.filter(({ vector }) => !isVector(vector));
  if (notNumbers.length > 0) {
    const of = notNumbers.length === served.length ? 'all texts' : namesOf(notNumbers.map(({ sample }) => sample));
    const message = `The server sends vectors that hold no numbers (NaN), or only zeros, for ${of}.`;
    return [{ fault: 'not-numbers', message }];
  }
  const [first] = served;
  if (first && served.length > 1 && served.every(({ vector }) => driftOf(first.vector, vector) < EXACT))
    return [{ fault: 'same-for-all', message: 'The server sends the same vector for every text.' }];

  const { own, reference, candidates, tokensOf, onStep } = options;
  onStep('comparing');
  const sorted = served.toSorted((a, b) => tokensOf(a.sample) - tokensOf(b.sample));
  const lengths = sorted.map(({ sample }) => tokensOf(sample));
  const limit = Math.max(BRIEF.tokens, lengths[Math.min(BRIEF.texts, lengths.length) - 1] ?? 0);
  const brief = sorted.filter(({ sample }) => tokensOf(sample) <= limit);
  const longer = sorted.filter(({ sample }) => tokensOf(sample) > limit);
  const samples = samplesOf(brief);
  const expected = await reference.embed(samples, own);
  let vectors = brief.map(({ vector }) => vector);
  const findings: Finding[] = [];
  if (mean(vectors.map((vector, i) => driftOf(expected[i], vector))) > ACCEPTED) {
    if (await isShuffled(served, options)) return [SHUFFLED];
    onStep('requesting texts one by one');
    const alone: Float32Array[] = [];
    for (const sample of samples) alone.push(await options.requestAlone(sample));
    if (mean(vectors.map((vector, i) => driftOf(vector, alone[i]))) > ACCEPTED) {
      findings.push(PADDING);
      vectors = alone;
    }
  }
  onStep('looking for what explains the difference');
  const explanation = await explain(reference, own, candidates, samples, vectors);
  if (mean(explanation.drifts) > ACCEPTED)
    return [
      ...findings,
      unexplained(explanation, { served: first?.vector.length ?? 0, own: expected[0]?.length ?? 0 }),
    ];
  findings.push(...explanation.hypotheses.map((hypothesis) => describe(hypothesis, own)));
  // The vectors of longer texts say nothing if they depend on the batch.
  if (findings.includes(PADDING)) return findings;
  return [...findings, ...(await findLonger(longer, explanation, options))];
}

const SHUFFLED: Finding = {
  fault: 'order',
  message: 'The server sends the vectors of a request in another order than the texts.',
};

const PADDING: Finding = {
  fault: 'padding',
  message: 'The vector of a text depends on the longer texts that are requested together with it.',
};

/** Texts that a server may truncate, explained by a length, or by what it does to some of them. */
async function findLonger(
  longer: readonly ServedSample[],
  { variant, drifts: briefDrifts }: Explanation,
  { reference, own, candidates, tokensOf, lengths, onStep }: FindFaultsOptions,
): Promise<Finding[]> {
  if (longer.length === 0) return [];
  const [samples, vectors] = [samplesOf(longer), longer.map(({ vector }) => vector)];
  const driftsAt = async (of: Variant) =>
    (await reference.embed(samples, of)).map((expected, i) => driftOf(expected, vectors[i]));
  const findings: Finding[] = [];
  let found = variant;
  let drifts = await driftsAt(found);
  if (mean(drifts) > LONGER * Math.max(EXACT, mean(briefDrifts))) {
    onStep('looking for the length that texts are truncated to');
    const longest = longer.slice(-2);
    const length = await findLength(
      reference,
      variant,
      samplesOf(longest),
      longest.map(({ vector }) => vector),
      { ...lengths, near: mean(briefDrifts) },
    );
    const changed = length && { ...variant, maxLength: length.maxLength };
    const after = changed && (await driftsAt(changed));
    if (length && changed && after && isBetter(after, drifts)) {
      [found, drifts] = [changed, after];
      findings.push(
        describeLength(length.maxLength, own.maxLength, Math.max(...longest.map(({ sample }) => tokensOf(sample)))),
      );
    }
  }
  if (Math.max(...drifts) <= ACCEPTED_TEXT) return findings;
  const rewrites = candidates.filter(({ fault }) => fault === 'text-changed');
  const explanation = await explain(reference, found, rewrites, samples, vectors);
  if (explanation.hypotheses.length > 0 && Math.max(...explanation.drifts) <= ACCEPTED_TEXT)
    return [...findings, ...explanation.hypotheses.map((hypothesis) => describe(hypothesis, own))];
  const odd = samples.filter((_, i) => (drifts[i] as number) > ACCEPTED_TEXT);
  return [...findings, { fault: 'some-texts', message: `The server has other vectors for ${namesOf(odd)}.` }];
}

/** Whether each vector is that of another text, and that of each text is among them. */
async function isShuffled(served: readonly ServedSample[], { reference, own }: FindFaultsOptions): Promise<boolean> {
  const expected = await reference.embed(samplesOf(served), own);
  const vectors = served.map(({ vector }) => vector);
  const nearest = (vector: Float32Array, among: readonly Float32Array[]) =>
    Math.min(...among.map((one) => driftOf(one, vector)));
  const drifts = [
    ...vectors.map((vector) => nearest(vector, expected)),
    ...expected.map((vector) => nearest(vector, vectors)),
  ];
  return mean(drifts) <= SAME;
}

function describe({ fault, does }: Hypothesis, own: Variant): Finding {
  const instead = fault === 'pooling' ? `; the model ${POOLING_WORDS[own.pooling]}` : '';
  return { fault, message: `The server ${does}${instead}.` };
}

/** @param longest Tokens of the longest text. */
function describeLength(found: number, own: number, longest: number): Finding {
  if (found < own)
    return {
      fault: 'truncated',
      message: `The server truncates texts to ${found} tokens; the model reads ${own}.`,
    };
  const least = found >= longest ? `at least ${longest}` : String(found);
  return { fault: 'not-truncated', message: `The server reads ${least} tokens of a text; the model reads ${own}.` };
}

/** @param dimensions Of the vectors that the server sends, and of those of the model. */
function unexplained({ hypotheses, drifts }: Explanation, dimensions: { served: number; own: number }): Finding {
  const { served, own } = dimensions;
  const what =
    served === own
      ? `other vectors than the model (mean cosine ${(1 - mean(drifts)).toFixed(3)})`
      : `vectors of ${served} numbers, the model of ${own}`;
  const nearest =
    hypotheses.length > 0
      ? ` They are nearest if the server ${hypotheses.map(({ does }) => does).join(' and also ')}.`
      : '';
  const message = `The server sends ${what}, and none of the usual faults explains them.${nearest}`;
  return { fault: 'other-model', message };
}

function isVector(vector: Float32Array): boolean {
  return vector.every(Number.isFinite) && vector.some((x) => x !== 0) && scaled(vector).every(Number.isFinite);
}

function samplesOf(served: readonly ServedSample[]): Sample[] {
  return served.map(({ sample }) => sample);
}

function namesOf(samples: readonly Sample[]): string {
  const named = samples.slice(0, NAMED).map(({ label }) => `“${label}”`);
  const more = samples.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} other text${more === 1 ? '' : 's'}` : ''}`;
}
