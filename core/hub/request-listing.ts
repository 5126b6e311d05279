import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import { reasonOf } from './download.ts';

/** Time-out for the list of files, which is a few kilobytes; after it the hub is treated as unreachable. */
const TIMEOUT_MS = 8_000;

export interface ListingRequest<T> {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: z.ZodType<T>;
  readonly signal?: AbortSignal | undefined;
  /** The fault for a status that is no success. */
  faultOf(status: number): Fault;
  /** The fault if there is no usable response, with the reason. */
  unreachable(reason: string, cause: unknown): Fault;
}

/** Asks a hub for the list of the files of a model. */
export async function requestListing<T>(request: ListingRequest<T>): Promise<T> {
  const { url, headers, response: expected, signal, faultOf, unreachable } = request;
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    });
    if (!response.ok) throw faultOf(response.status);
    return expected.parse(await response.json());
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw unreachable(why(error), error);
  }
}

function why(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'its response is not that of a hub';
  if (error instanceof Error && error.name === 'TimeoutError') return `no response in ${TIMEOUT_MS / 1000} s`;
  return reasonOf(error);
}
