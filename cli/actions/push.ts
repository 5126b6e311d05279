import type { Stage } from '../../core/contracts/progress.ts';
import { type PushedModel, pushModel } from '../../core/hub/push-model.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { findPublishedModel } from '../input/served-model.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { megabytes } from '../output/megabytes.ts';
import { progressView } from '../output/progress-view.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

export interface PushOptions {
  public?: boolean;
  dryRun?: boolean;
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

/** `hone model push`: pushes a published version to a repository of a hub. */
export async function push(name: string, repository: string, options: PushOptions, io: Io): Promise<number> {
  const settings = await loadSettings({ store: options.store });
  const interrupt = interruptible();
  const view = progressView(io.err);
  const stage: Stage = { name: 'publish', state: 'running' };
  try {
    const { name: title, folder, published } = await findPublishedModel(name, settings, interrupt.signal);
    const { version, model } = published.release;
    const show = () => view.update({ title: 'model push', model: title, state: 'running', stages: [stage] });
    show();
    const pushed = await pushModel({
      folder,
      repository,
      title,
      tags: [`v${version}`, `sha256-${model.sha256.slice(0, 16)}`],
      isPublic: options.public,
      dryRun: options.dryRun,
      env: process.env,
      signal: interrupt.signal,
      onProgress(progress) {
        stage.progress = progress;
        show();
      },
    });
    view.close();
    if (options.json) io.out.line(JSON.stringify({ model: title, ...pushed }));
    else for (const line of describePush(title, pushed, options.dryRun === true)) io.out.line(line);
    return EXIT.done;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    view.close();
    io.err.line(t('Interrupted; files that have been sent are not sent again.'));
    io.err.line(t(`Continue  npx hone model push ${name} ${repository}`));
    return EXIT.interrupted;
  } finally {
    view.close();
    interrupt.dispose();
  }
}

function* describePush(title: string, pushed: PushedModel, isDryRun: boolean): Generator<string> {
  const { changed, unchanged, deleted, created, repository, url, tags } = pushed;
  yield* columns([
    ...changed.map(({ path, bytes }) => [t(isDryRun ? 'send' : 'sent'), megabytes(bytes), path]),
    ...unchanged.map(({ path, bytes }) => [t('there'), megabytes(bytes), path]),
    ...deleted.map((path) => [t(isDryRun ? 'delete' : 'deleted'), '', path]),
  ]);
  yield '';
  if (isDryRun) {
    yield t(
      created
        ? `Nothing was changed. Without --dry-run, ${title} is pushed to ${url}, which does not exist yet.`
        : `Nothing was changed. Without --dry-run, ${title} is pushed to ${url}.`,
    );
    return;
  }
  yield t(`${title} is at ${url}, tagged ${tags.join(', ')}.`);
  yield t(`Elsewhere  npx hone model pull ${repository}@${tags[0]}`);
}
