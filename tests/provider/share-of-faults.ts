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
    switch (ofRequest) {
      case undefined:
        break;
      case 'slow':
        return { do: 'slow', ms: slowMs };
      case 'reset':
      case 'hang':
      case 'truncate':
      case 'garbage':
        return { do: ofRequest };
      default:
        return { do: 'status', status: Number(ofRequest) };
    }
    const ofPassage = draw(ofPassages, seed, 'passage', model, first);
    if (ofPassage === undefined) return undefined;
    return isShape(ofPassage) ? { do: 'shape', shape: ofPassage } : { do: ofPassage };
  };
}

/** Draws a number from a hash of the parts. @returns the kind whose share it falls into, if any. */
function draw<Kind extends string>(
  shares: Readonly<Partial<Record<Kind, number>>>,
  ...parts: unknown[]
): Kind | undefined {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  let left = digest.readUInt32LE(0) / 2 ** 32;
  for (const [kind, share] of Object.entries(shares) as [Kind, number][]) {
    if (left < share) return kind;
    left -= share;
  }
  return undefined;
}

function isShape(kind: PassageFault): kind is (typeof SHAPES)[number] {
  return (SHAPES as readonly string[]).includes(kind);
}
