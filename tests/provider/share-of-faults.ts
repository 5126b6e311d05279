import { createHash } from 'node:crypto';
import type { AnswerShape } from './answer.ts';
import type { Injected } from './injected.ts';
import type { Incoming } from './options.ts';

const SHAPES = ['numbered', 'bullets', 'chinese', 'labelled', 'preamble', 'fenced', 'thinking', 'unusable'] as const;

/** Fault of a passage: each request about this passage fails in the same way. */
type PassageFault = 'refuse' | 'too-long' | 'filter' | 'filter-answer' | (AnswerShape & (typeof SHAPES)[number]);
/** Fault of a single request: the same prompt may succeed when it is sent again. */
type RequestFault = 'reset' | 'hang' | 'truncate' | 'garbage' | 'slow' | '408' | '409' | '429' | '500' | '503';

export interface FaultShares {
  /** Default 1. */
  seed?: number;
  /** Shares (0 to 1) of the passages. */
  ofPassages?: Partial<Record<PassageFault, number>>;
  /** Shares (0 to 1) of the requests. */
  ofRequests?: Partial<Record<RequestFault, number>>;
  /** Delay of a slow answer in milliseconds; default 1,000. */
  slowMs?: number;
}

/**
 * An `inject` option that lets given shares of passages and requests fail. The same seed selects the same ones, in any
 * order of arrival.
 */
export function shareOfFaults(shares: FaultShares): (request: Incoming) => Injected | undefined {
  const { seed = 1, ofPassages = {}, ofRequests = {}, slowMs = 1000 } = shares;
  return ({ model, first, prompt, earlierRequests }) => {
    const ofRequest = draw(ofRequests, seed, 'request', prompt, earlierRequests);
    if (ofRequest === 'slow') return { do: 'slow', ms: slowMs };
    if (ofRequest && /^\d+$/.test(ofRequest)) return { do: 'status', status: Number(ofRequest) };
    if (ofRequest) return { do: ofRequest } as Injected;
    const ofPassage = draw(ofPassages, seed, 'passage', model, first);
    if (!ofPassage) return undefined;
    return isShape(ofPassage) ? { do: 'shape', shape: ofPassage } : ({ do: ofPassage } as Injected);
  };
}

/** Draws a number from a hash of the parts. @returns the kind whose share it falls into, if any. */
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
