import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { Download } from './download.ts';
import { type FetchOptions, fetchFiles } from './fetch-files.ts';
import { copyFolder, recordCopy } from './hub-cache.ts';
import { checkComplete, type ModelCopy, usedFiles } from './model-files.ts';
import { requestListing } from './request-listing.ts';

export interface HubOptions extends Omit<FetchOptions, 'headers' | 'advice'> {
  /** Folder for models of the hub; see hub-cache.ts. */
  readonly cache: string;
  /** Environment; `HF_ENDPOINT` (default `https://huggingface.co`) and `HF_TOKEN` are read. */
  readonly env: NodeJS.ProcessEnv;
}

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
export type Listing = z.infer<typeof Listing>;

/**
 * Downloads a model from the Hugging Face hub, at the commit to which the revision (branch, tag or commit) points.
 * @throws Fault if it does not exist (`input`), is private or gated (`credentials`), has no weights that Hone
 *   reads (`input`), or the hub cannot be reached (`unavailable`).
 */
export async function pullFromHub(repository: string, revision: string, options: HubOptions): Promise<ModelCopy> {
  const listing = await list(repository, revision, options);
  checkComplete(
    listing.siblings.map(({ rfilename }) => rfilename),
    repository,
  );
  const folder = copyFolder(options.cache, repository, listing.sha);
  const { endpoint, headers } = hub(options.env);
  const files = new Map(listing.siblings.map((file) => [file.rfilename, file]));
  await fetchFiles(
    usedFiles([...files.keys()]).map((path) => ({
      path,
      url: `${endpoint}/${repository}/resolve/${listing.sha}/${path}`,
      bytes: files.get(path)?.size,
      digest: digestOf(files.get(path)?.lfs?.sha256, files.get(path)?.blobId),
    })),
    folder,
    { ...options, headers, advice: elsewhere(repository) },
  );
  return recordCopy(options.cache, repository, { name: repository, commit: listing.sha, revision });
}

/**
 * The files of a revision of a repository that may be written to; undefined if there is none. Without a token that may
 * read it, a private one seems not to exist.
 */
export async function listModel(
  repository: string,
  revision: string,
  options: Pick<HubOptions, 'env' | 'signal'>,
): Promise<Listing | undefined> {
  try {
    return await list(repository, revision, options);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'input') return undefined;
    throw error;
  }
}

function list(
  repository: string,
  revision: string,
  { env, signal }: Pick<HubOptions, 'env' | 'signal'>,
): Promise<Listing> {
  const { endpoint, headers } = hub(env);
  return requestListing({
    url: `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`,
    headers,
    response: Listing,
    signal,
    faultOf: (status) => faultOf(status, repository, revision, endpoint),
    unreachable: (reason, cause) =>
      new Fault(
        'unavailable',
        `The model hub ${endpoint} cannot be reached for ${repository}: ${reason}.`,
        elsewhere(repository),
        { cause },
      ),
  });
}

function elsewhere(repository: string): string {
  return `Set a mirror (in China HF_ENDPOINT=https://hf-mirror.com), take the model from ModelScope (modelscope:${repository}) or from a Python package (pypi:NAME), or give its folder.`;
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
    'Try again later, or set HF_ENDPOINT to a mirror, such as https://hf-mirror.com.',
  );
}

function digestOf(sha256: string | undefined, gitSha1: string | undefined): Download['digest'] {
  if (sha256 !== undefined) return { algorithm: 'sha256', hex: sha256 };
  return gitSha1 === undefined ? undefined : { algorithm: 'git-sha1', hex: gitSha1 };
}

/** Address of the hub, and the headers of requests. @throws Fault `config` */
export function hub({ HF_ENDPOINT, HF_TOKEN }: NodeJS.ProcessEnv): {
  endpoint: string;
  headers: Record<string, string>;
} {
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
