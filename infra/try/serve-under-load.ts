import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Api } from './api.ts';
import { Clients, type Load } from './clients.ts';
import { EXAMPLE } from './installation.ts';
import type { ApiRun, WatchedRun } from './run-by-api.ts';
import { until } from './until.ts';

export interface LoadedSwaps extends Load {
  /** Published name. */
  readonly name: string;
  /** The run that published the second version. */
  readonly run: ApiRun;
  /** The versions that the name stood for, in this order. */
  readonly order: readonly string[];
}

interface LoadOptions {
  /** Published name; it stands for its first version. */
  readonly name: string;
  readonly clients: number;
  readonly signal: AbortSignal;
}

/** How long a server may take to notice a promotion and load the model beside the old one, on a busy machine. */
const SWAPPED_WITHIN_MS = 120_000;

/**
 * Has clients embed without a pause while a second run evaluates and publishes its model, while the name is rolled back
 * to the first version, and while it is moved forward to the second again. Each version answers a request of each
 * client at least, on average, before the next change.
 */
export async function serveUnderLoad(
  api: Api,
  { name, clients: count, signal }: LoadOptions,
  run: (watched: WatchedRun) => Promise<ApiRun>,
): Promise<LoadedSwaps> {
  const watched: WatchedRun = { latest: undefined };
  const publishing = run(watched);
  // Not before the training has ended: the clients would slow it down, and it has no part in the exchange.
  const isTrained = () =>
    watched.latest?.state === 'done' ||
    watched.latest?.stages.some(({ name, state }) => name === 'train' && ['done', 'reused'].includes(state)) ||
    undefined;
  await Promise.race([until('The end of the training', isTrained, { signal, withinMs: 3_600_000 }), publishing]);
  const clients = new Clients(api, name, (await questions()).slice(0, count));
  let load: Load;
  try {
    await publishing;
    const moveTo = async (to: number) => {
      await api.ok(`/api/v1/models/${name}/rollback`, { role: 'admin', body: { to, reason: 'tried under load' } });
    };
    const answered = async (version: number) => {
      const model = `${name}@${version}`;
      const before = clients.answeredBy(model);
      const isEnough = () => clients.answeredBy(model) >= before + count || undefined;
      await until(`${count} answers of ${model}`, isEnough, { signal, withinMs: SWAPPED_WITHIN_MS });
    };
    await answered(2);
    await moveTo(1);
    await answered(1);
    await moveTo(2);
    await answered(2);
  } finally {
    load = await clients.stop();
  }
  return { ...load, name, run: await publishing, order: [1, 2, 1, 2].map((version) => `${name}@${version}`) };
}

/** The example's questions. */
async function questions(): Promise<string[]> {
  const documents: Record<string, Record<string, string[]>> = parse(
    await readFile(join(EXAMPLE, 'questions.yaml'), 'utf8'),
  );
  return Object.values(documents).flatMap((byHeading) => Object.values(byHeading).flat());
}
