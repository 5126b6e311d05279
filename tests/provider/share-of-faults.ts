import { createHash } from 'node:crypto';
import type { AnswerShape } from './answer.ts';
import type { Injected } from './injected.ts';
import type { Incoming } from './options.ts';

const SHAPES = ['numbered', 'bullets', 'chinese', 'labelled', 'preamble', 'fenced', 'thinking', 'unusable'] as const;

/** Clings to a passage: whoever asks about it, however often, meets it again. */
type Clinging = 'refuse' | 'too-long' | 'filter' | 'filter-answer' | (AnswerShape & (typeof SHAPES)[number]);
/** Strikes one request; the same prompt sent again may well get through. */
type Passing = 'reset' | 'hang' | 'truncate' | 'garbage' | 'slow' | '408' | '409' | '429' | '500' | '503';

export interface FaultShares {
  /** Default 1. */
  seed?: number;
  /** Shares (0 to 1) of the passages. */
  ofPassages?: Partial<Record<Clinging, number>>;
  /** Shares (0 to 1) of the requests. */
  ofRequests?: Partial<Record<Passing, number>>;
  /** Delay of a slow answer; default 1,000 ms. */
  slowMs?: number;
}

/** An `inject` that strikes given shares of passages and requests: the same ones for the same seed, in whatever order they come. */
export function shareOfFaults(shares: FaultShares): (request: Incoming) => Injected | undefined {
  const { seed = 1, ofPassages = {}, ofRequests = {}, slowMs = 1000 } = shares;
  return ({ model, first, prompt, asked }) => {
    const passing = draw(ofRequests, seed, 'request', prompt, asked);
    if (passing === 'slow') return { do: 'slow', ms: slowMs };
    if (passing && /^\d+$/.test(passing)) return { do: 'status', status: Number(passing) };
    if (passing) return { do: passing } as Injected;
    const clinging = draw(ofPassages, seed, 'passage', model, first);
    if (!clinging) return undefined;
    return isShape(clinging) ? { do: 'shape', shape: clinging } : ({ do: clinging } as Injected);
  };
}

/** The kind whose share a number drawn from the parts falls into, if any. */
function draw(shares: Readonly<Record<string, number | undefined>>, ...parts: unknown[]): string | undefined {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  let left = digest.readUInt32LE(0) / 2 ** 32;
  for (const [kind, share = 0] of Object.entries(shares)) {
    if (left < share) return kind;
    left -= share;
  }
  return undefined;
}

function isShape(kind: string): kind is (typeof SHAPES)[number] {
  return (SHAPES as readonly string[]).includes(kind);
}
