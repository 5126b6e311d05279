import type { BatchApi } from '../../contracts/batch-api.ts';
import { Fault } from '../../contracts/fault.ts';
import type { RunInput } from '../../contracts/run-input.ts';

/**
 * Whether so many open requests go through the Batch API, by the run's mode.
 * @throws Fault `config` where they must, and the endpoint has none; what `BatchApi.offered` throws.
 */
export async function isWorthABatch(
  open: number,
  { mode, batchFrom, profile }: RunInput['questions'],
  batches: () => BatchApi,
  signal?: AbortSignal,
): Promise<boolean> {
  if (mode === 'live' || open === 0) return false;
  if (mode === 'auto') return open >= batchFrom && (await batches().offered(signal).catch(unlessDenied));
  if (await batches().offered(signal)) return true;
  throw new Fault(
    'config',
    `The endpoint of profile "${profile}" has no Batch API.`,
    'Ask one by one (questions.mode: live), or name a profile whose endpoint has one.',
  );
}

/** A key may be good for questions and not for batches; if it is good for nothing, asking one by one will say so. */
function unlessDenied(error: unknown): false {
  if (error instanceof Fault && error.kind === 'credentials') return false;
  throw error;
}
