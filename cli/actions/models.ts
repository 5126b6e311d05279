import { hostname, userInfo } from 'node:os';
import type { ListedVersion, RegistryEvent } from '../../core/contracts/release.ts';
import { t } from '../i18n/translate.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { megabytes } from '../output/megabytes.ts';
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

/** `hone models`: lists the published names, or the versions and events of one name. */
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
      if (first.unreadable !== undefined) io.err.line(t(first.unreadable));
    } else if (listed.length === 0) {
      io.err.line(t('Nothing is published yet. `hone run docs/ --publish NAME` publishes a model.'));
    } else {
      const rows = listed.map(({ name, current, versions }) => {
        const listedVersion = versions.find(({ version }) => version === current);
        return listedVersion ? [name, ...versionRow(listedVersion, io.cwd)] : [name];
      });
      for (const line of columns(rows)) io.out.line(line);
      for (const { unreadable } of listed) if (unreadable !== undefined) io.err.line(t(unreadable));
    }
    return EXIT.done;
  });
}

/** `hone rollback`: makes a name stand for an earlier version, unless it changes while the command runs. */
export async function rollback(name: string, options: RollbackOptions, io: Io): Promise<number> {
  return withWorker(options, io, async ({ hone }) => {
    const [model] = await hone.models.list(name);
    const { to, reason, json } = options;
    const by = `${userInfo().username}@${hostname()}`;
    const rolledBack = await hone.models.rollBack({ name, by, expected: model?.current, to, reason });
    if (json) {
      io.out.line(JSON.stringify(rolledBack));
    } else {
      io.out.line(t(`${name} stands for v${rolledBack.to} again, no longer for v${rolledBack.from}.`));
      io.out.line(t(`Model   ${placeOf(rolledBack.modelUri, io.cwd)}`));
    }
    return EXIT.done;
  });
}

/** Only workers know the store; where Hone runs its own server, there may be no other worker. */
async function withWorker(
  { store }: { store?: string },
  io: Io,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  return inSession({ worker: 'models', store }, io, work);
}

function versionRow(listed: ListedVersion, cwd: string): string[] {
  const { version, current, rolledBack, promotedAt, metric, score, gain, comparedWith, bytes, workflowId, modelUri } =
    listed;
  const points = `${gain.value < 0 ? '' : '+'}${(gain.value * 100).toFixed(1)} points over ${comparedWith}`;
  return [
    `v${version}`,
    current ? t('current') : rolledBack ? t('rolled back') : '',
    moment(promotedAt),
    t(`${metric} ${score.value.toFixed(3)}, ${points}`),
    megabytes(bytes),
    t(`run ${workflowId}`),
    placeOf(modelUri, cwd),
  ];
}

function eventRow({ kind, from, to, at, by, reason }: RegistryEvent): string[] {
  const change = to < from ? 'rolled back' : 'moved';
  const what = kind === 'rollback' ? `${change} from v${from} to v${to}` : `v${to} promoted`;
  return [moment(at), t(what), t(`by ${by}`), t(reason)];
}

function moment(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE');
}
