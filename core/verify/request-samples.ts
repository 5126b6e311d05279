import { RequestRefused } from '../contracts/provider.ts';
import type { EmbeddingServer } from '../provider/embedding-server.ts';
import type { Sample } from './samples.ts';

export interface ServedSample {
  readonly sample: Sample;
  /** As it was sent. */
  readonly vector: Float32Array;
}

/** What the server counted for the texts of one call. */
export interface CountedTokens {
  readonly samples: readonly Sample[];
  readonly tokens: number;
}

export interface ServedSamples {
  readonly served: readonly ServedSample[];
  /** Texts that the server refuses, too long for it. */
  readonly refused: readonly Sample[];
  readonly counted: readonly CountedTokens[];
}

export interface RequestSamplesOptions {
  /** What the client puts before texts. */
  readonly prompts: Readonly<Record<Sample['as'], string>>;
  /** Texts that are requested together, the others one by one: a server may refuse a long one. */
  readonly isShort: (sample: Sample) => boolean;
}

/**
 * Requests the vectors of samples, in their order.
 * @throws what `EmbeddingServer.embed` throws, except RequestRefused for a long text.
 */
export async function requestSamples(
  server: EmbeddingServer,
  samples: readonly Sample[],
  { prompts, isShort }: RequestSamplesOptions,
): Promise<ServedSamples> {
  const vectors = new Map<Sample, Float32Array>();
  const refused: Sample[] = [];
  const counted: CountedTokens[] = [];
  const request = async (part: readonly Sample[], as: Sample['as']) => {
    const { vectors: sent, tokens } = await server.embed(
      part.map(({ text }) => prompts[as] + text),
      { as },
    );
    for (const [i, sample] of part.entries()) vectors.set(sample, sent[i] as Float32Array);
    if (tokens !== undefined) counted.push({ samples: part, tokens });
  };
  for (const as of ['passage', 'query'] as const) {
    const ofKind = samples.filter((sample) => sample.as === as);
    const short = ofKind.filter(isShort);
    if (short.length > 0) await request(short, as);
    for (const sample of ofKind) {
      if (short.includes(sample)) continue;
      try {
        await request([sample], as);
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error;
        refused.push(sample);
      }
    }
  }
  const served = samples.flatMap((sample) => {
    const vector = vectors.get(sample);
    return vector ? [{ sample, vector }] : [];
  });
  return { served, refused, counted };
}
