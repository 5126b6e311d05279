import { type Collection, collectGarbage, type Garbage } from '../../core/artifacts/collector/collect.ts';
import { runFolder } from '../../core/artifacts/key.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { milliseconds } from '../input/length-of-time.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { megabytes } from '../output/megabytes.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

export interface GcOptions {
  olderThan: string;
  grace: string;
  delete?: boolean;
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

/** `hone gc`: what can go from the store, and with `--delete` goes. */
export async function gc(options: GcOptions, io: Io): Promise<number> {
  const olderThanMs = milliseconds('--older-than', options.olderThan, 0);
  const graceMs = milliseconds('--grace', options.grace, 0);
  const store = await openStore((await loadSettings({ store: options.store })).store);
  return inSession({ worker: false }, io, async ({ hone }) => {
    const runs = hone.openRuns();
    const collection = await collectGarbage(store, {
      olderThanMs,
      graceMs,
      apply: options.delete === true,
      runs: {
        hashes: () => runs.hashes(),
        folders: async () => new Set((await runs.workflowIds()).map(runFolder)),
      },
    });
    if (options.json) io.out.line(JSON.stringify(collection));
    else for (const line of summary(collection, options)) io.out.line(t(line));
    return EXIT.done;
  });
}

const KINDS: Record<Garbage['kind'], string> = {
  step: 'step',
  checkpoint: 'checkpoints',
  index: 'index of documents',
  failure: 'list of a failure',
  vectors: 'vectors',
  run: 'folder of a run',
  staged: 'unfinished write',
  object: 'object, into the trash',
  trash: 'object in the trash',
};

function* summary({ applied, garbage, freedBytes, retiredBytes, kept, store }: Collection, { grace }: GcOptions) {
  yield* columns(garbage.map(({ kind, key, bytes, writtenAt }) => [t(KINDS[kind]), megabytes(bytes), writtenAt, key]));
  if (garbage.length > 0) yield '';
  yield `Store   ${store}`;
  yield `Stays   ${kept.objects} objects, ${megabytes(kept.bytes)}`;
  yield `${applied ? 'Deleted' : 'Goes'}${applied ? ' ' : '    '}${megabytes(freedBytes)}`;
  yield `Trash   ${megabytes(retiredBytes)}, which \`hone gc --delete\` deletes ${grace} from now`;
  if (!applied && garbage.length > 0) yield 'Nothing was changed. `hone gc --delete` deletes it.';
}
