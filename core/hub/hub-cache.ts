import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeFolder, intactCopy, type ModelCopy, writeAtomically } from './model-files.ts';

/*
 * Copies of the models of one hub: `OWNER--NAME/COMMIT/` with a manifest `COMMIT.json` beside it, and in `refs.json`
 * the commit that each branch or tag pointed to when it was downloaded.
 */

export const COMMIT = /^[0-9a-f]{40}$/;

/** Folder of a commit of a model. */
export function copyFolder(cache: string, repository: string, commit: string): string {
  return join(homeOf(cache, repository), commit);
}

/**
 * The copy that an earlier pull downloaded, without network access. For a branch it is the commit to which the branch
 * pointed at that time.
 */
export async function cachedCopy(cache: string, repository: string, revision: string): Promise<ModelCopy | undefined> {
  const home = homeOf(cache, repository);
  const commit = COMMIT.test(revision) ? revision : (await readRefs(home))[revision];
  if (commit === undefined) return undefined;
  // The manifest is written last, so if it exists, all files have been downloaded.
  const manifest = await intactCopy(join(home, commit), join(home, `${commit}.json`));
  return manifest && { folder: join(home, commit), manifest };
}

/**
 * Records that a commit, to which a revision points now, has been downloaded completely.
 * @param name What a user calls the model.
 */
export async function recordCopy(
  cache: string,
  repository: string,
  { name, commit, revision }: { name: string; commit: string; revision: string },
): Promise<ModelCopy> {
  const home = homeOf(cache, repository);
  const folder = join(home, commit);
  const manifest = await describeFolder(folder, join(home, `${commit}.json`), { name, revision: commit });
  await writeAtomically(join(home, 'refs.json'), JSON.stringify({ ...(await readRefs(home)), [revision]: commit }));
  return { folder, manifest };
}

const homeOf = (cache: string, repository: string) => join(cache, repository.replaceAll('/', '--'));

async function readRefs(home: string): Promise<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(join(home, 'refs.json'), 'utf8')));
  } catch {
    return {};
  }
}
