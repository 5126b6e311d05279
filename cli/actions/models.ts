import { hostname, userInfo } from 'node:os';
import type { ListedVersion, RegistryEvent } from '../../core/contracts/release.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { placeOf } from '../output/result.ts';
import type { Io } from '../runtime/io.ts';
import { inSession, type Session } from '../runtime/session.ts';

export interface RollbackOptions {
  to?: number;
  reason?: string;
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

export interface ModelsOptions {
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

/** `hone models`: what is published, or every version of one name. */
export async function models(name: string | undefined, options: ModelsOptions, io: Io): Promise<number> {
  return withWorker(options, io, async ({ hone }) => {
    const listed = await hone.models.list(name);
    const [first] = listed;
    if (options.json) {
      io.out.line(JSON.stringify(name === undefined ? listed : first));
    } else if (name !== undefined && first) {
      for (const line of columns(first.versions.map((version) => versionRow(version, io.cwd)))) io.out.line(line);
      io.out.line('');
      for (const line of columns(first.events.map(eventRow))) io.out.line(line);
    } else if (listed.length === 0) {
      io.err.line('Nothing is published yet. `hone run docs/ --publish NAME` publishes a model.');
    } else {
      const rows = listed.map(({ name, versions }) => [name, ...versionRow(versions[0] as ListedVersion, io.cwd)]);
      for (const line of columns(rows)) io.out.line(line);
    }
    return EXIT.done;
  });
}

/** `hone rollback`: events a name back, if it still stands for what it stood for when the command was called. */
export async function rollback(name: string, options: RollbackOptions, io: Io): Promise<number> {
  return withWorker(options, io, async ({ hone }) => {
    const [model] = await hone.models.list(name);
    const { to, reason } = options;
    const done = await hone.models.rollBack({
      name,
      by: `${userInfo().username}@${hostname()}`,
      ...(model ? { expected: model.current } : {}),
      ...(to === undefined ? {} : { to }),
      ...(reason === undefined ? {} : { reason }),
    });
    if (options.json) {
      io.out.line(JSON.stringify(done));
    } else {
      io.out.line(`${name} stands for v${done.to} again, no longer for v${done.from}.`);
      io.out.line(`Model   ${placeOf(done.modelUri, io.cwd)}`);
    }
    return EXIT.done;
  });
}

/** Workers know the store; where hone runs Temporal itself there may be none but this one. */
async function withWorker(
  { store }: { store?: string },
  io: Io,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  return inSession({ worker: 'models', ...(store === undefined ? {} : { store }) }, io, work);
}

function versionRow(listed: ListedVersion, cwd: string): string[] {
  const { version, current, rolledBack, promotedAt, metric, score, gain, comparedWith, bytes, workflowId, modelUri } =
    listed;
  const points = `${gain.value < 0 ? '' : '+'}${(gain.value * 100).toFixed(1)} points over ${comparedWith}`;
  return [
    `v${version}`,
    current ? 'current' : rolledBack ? 'rolled back' : '',
    moment(promotedAt),
    `${metric} ${score.value.toFixed(3)}, ${points}`,
    `${(bytes / 1e6).toFixed(1)} MB`,
    `run ${workflowId}`,
    placeOf(modelUri, cwd),
  ];
}

function eventRow({ kind, from, to, at, by, reason }: RegistryEvent): string[] {
  const back = to < from ? 'rolled back' : 'moved';
  const what = kind === 'rollback' ? `${back} from v${from} to v${to}` : `v${to} promoted`;
  return [moment(at), what, `by ${by}`, reason];
}

function moment(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE');
}
