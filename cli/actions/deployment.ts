import { t } from '../i18n/translate.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

export interface ListOptions {
  json?: boolean;
}

export interface PromoteOptions extends ListOptions {
  deployment?: string;
}

/** `hone deployment list`: lists deployments and their versions. */
export async function list({ json }: ListOptions, io: Io): Promise<number> {
  return inSession({ worker: false }, io, async ({ hone }) => {
    const listed = await hone.deployments.list();
    if (json) io.out.line(JSON.stringify(listed));
    else if (listed.length === 0) {
      io.err.line(t('No worker belongs to a deployment. `hone worker --deployment NAME` starts one that does.'));
    } else {
      const rows = listed.flatMap(({ name, versions }) =>
        versions.map(({ buildId, state, createdAt }) => [name, buildId, t(state), createdAt.toLocaleString('sv-SE')]),
      );
      for (const line of columns(rows)) io.out.line(line);
    }
    return EXIT.done;
  });
}

/** `hone deployment promote`: has new runs begin with a version. */
export async function promote(build: string | undefined, options: PromoteOptions, io: Io): Promise<number> {
  return inSession({ worker: false }, io, async ({ hone }) => {
    const buildId = await hone.deployments.promote({ name: options.deployment, buildId: build });
    if (options.json) io.out.line(JSON.stringify({ buildId }));
    else
      io.out.line(
        t(`New runs begin with ${buildId}. \`hone deployment list\` says when earlier versions are drained.`),
      );
    return EXIT.done;
  });
}
