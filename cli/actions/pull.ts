import { join } from 'node:path';
import type { Stage } from '../../core/contracts/progress.ts';
import { pullModel } from '../../core/hub/pull-model.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import { progressView } from '../output/progress-view.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

/** `hone model pull`: downloads a base model, or a tuned one from a bucket, and prints its folder. */
export async function pull(name: string, { json }: { json?: boolean }, { out, err, cwd }: Io): Promise<number> {
  const { models, roots } = await loadSettings();
  const interrupt = interruptible();
  const view = progressView(err);
  const stage: Stage = { name: 'model', state: 'running' };
  const show = () => view.update({ title: 'model pull', model: name, state: 'running', stages: [stage] });
  try {
    show();
    const pulled = await pullModel(await fetchFromBucket(name, models, interrupt.signal), {
      cache: models,
      baseDir: cwd,
      ...(name.startsWith('s3://') ? {} : { roots }),
      signal: interrupt.signal,
      onProgress(progress) {
        stage.progress = progress;
        show();
      },
    });
    view.close();
    out.line(json ? JSON.stringify(pulled) : pulled.folder);
    return EXIT.done;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    view.close();
    err.line(t('Interrupted; what was downloaded is kept.'));
    err.line(t(`Continue  npx hone model pull ${name}`));
    return EXIT.interrupted;
  } finally {
    view.close();
    interrupt.dispose();
  }
}

/** Downloads a model from a bucket and returns its folder; returns any other name as it is. */
async function fetchFromBucket(name: string, models: string, signal: AbortSignal): Promise<string> {
  if (!name.startsWith('s3://')) return name;
  const { fetchFolder } = await import('../../core/artifacts/s3/fetch-folder.ts');
  return fetchFolder(name, join(models, 's3'), signal);
}
