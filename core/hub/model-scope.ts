import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import { type FetchOptions, fetchFiles } from './fetch-files.ts';
import { COMMIT, copyFolder, recordCopy } from './hub-cache.ts';
import { checkComplete, type ModelCopy, usedFiles } from './model-files.ts';
import { requestListing } from './request-listing.ts';

/*
 * ModelScope (魔搭), a model hub that can be reached from mainland China, by the interface that its Python client
 * uses (modelscope/hub/api.py and file_download.py).
 */

export interface ModelScopeOptions extends Omit<FetchOptions, 'headers' | 'advice'> {
  /** Folder for models of ModelScope; see hub-cache.ts. */
  readonly cache: string;
  /** Environment; `MODELSCOPE_DOMAIN` (default `www.modelscope.cn`) is read, as by its Python client. */
  readonly env: NodeJS.ProcessEnv;
}

/** The branch of a repository that a name without a revision means. */
export const MAIN_BRANCH = 'master';

/** Its servers refuse some requests that do not name their client. */
const HEADERS = { 'user-agent': 'hone' };

const File = z.object({
  Path: z.string(),
  /** `tree` for a folder. */
  Type: z.string(),
  Size: z.number().optional(),
  Sha256: z.string().nullish(),
  /** The commit that changed the file last. */
  Revision: z.string().regex(COMMIT),
  /** Seconds since 1970. */
  CommittedDate: z.number(),
});
type File = z.infer<typeof File>;

/** Response of `/api/v1/models/NAME/repo/files`, without the fields that are not used. */
const Listing = z.object({ Data: z.object({ Files: z.array(File) }) });

/**
 * Downloads a public model from ModelScope, as it is at a branch, tag or commit. The listing does not name the commit
 * of a branch, so the newest commit of its files stands for it.
 * @throws Fault if it does not exist or is no model that Hone reads (`input`), is not public (`credentials`), or
 *   ModelScope cannot be reached (`unavailable`).
 */
export async function pullFromModelScope(
  repository: string,
  revision: string,
  options: ModelScopeOptions,
): Promise<ModelCopy> {
  const files = await list(repository, revision, options);
  const byPath = new Map(files.map((file) => [file.Path, file]));
  checkComplete([...byPath.keys()], repository);
  const commit = newest(files);
  const folder = copyFolder(options.cache, repository, commit);
  const model = modelUrl(repository, options.env);
  await fetchFiles(
    usedFiles([...byPath.keys()]).map((path) => {
      const { Revision, Size, Sha256 } = byPath.get(path) as File;
      return {
        path,
        url: `${model}/repo?Revision=${Revision}&FilePath=${encodeURIComponent(path)}`,
        bytes: Size,
        digest: Sha256 ? { algorithm: 'sha256', hex: Sha256 } : undefined,
      };
    }),
    folder,
    { ...options, headers: HEADERS, advice: elsewhere(repository) },
  );
  return recordCopy(options.cache, repository, { name: `modelscope:${repository}`, commit, revision });
}

function newest(files: readonly File[]): string {
  const [last] = files.toSorted((a, b) => b.CommittedDate - a.CommittedDate || (a.Revision < b.Revision ? -1 : 1));
  return (last as File).Revision;
}

/** Files of a repository, without its folders. */
async function list(repository: string, revision: string, { env, signal }: ModelScopeOptions): Promise<File[]> {
  const url = `${modelUrl(repository, env)}/repo/files?Revision=${encodeURIComponent(revision)}&Recursive=true`;
  const { Data } = await requestListing({
    url,
    headers: HEADERS,
    response: Listing,
    signal,
    faultOf: (status) => faultOf(status, repository, revision, env),
    unreachable: (reason, cause) =>
      new Fault(
        'unavailable',
        `ModelScope (${domain(env)}) cannot be reached for ${repository}: ${reason}.`,
        elsewhere(repository),
        { cause },
      ),
  });
  return Data.Files.filter(({ Type }) => Type !== 'tree');
}

function elsewhere(repository: string): string {
  return `Try again later, take the model from the Hugging Face hub (${repository}) or its mirror (HF_ENDPOINT=https://hf-mirror.com), or give its folder.`;
}

function faultOf(status: number, repository: string, revision: string, env: NodeJS.ProcessEnv): Fault {
  if (status === 404)
    return new Fault(
      'input',
      `ModelScope (${domain(env)}) has no model ${repository} at revision ${revision}.`,
      'Check the name (modelscope:owner/name) and the revision after the @.',
    );
  if (status === 401 || status === 403)
    return new Fault(
      'credentials',
      `ModelScope (${domain(env)}) denies access to ${repository}; Hone downloads public models from there.`,
      `Download it with its own client (modelscope download --model ${repository}) and give the folder.`,
    );
  return new Fault(
    'unavailable',
    `ModelScope (${domain(env)}) returned status ${status} for ${repository}.`,
    elsewhere(repository),
  );
}

function modelUrl(repository: string, env: NodeJS.ProcessEnv): string {
  return `${domain(env)}/api/v1/models/${repository}`;
}

/** As a URL without a slash at its end. The variable holds a host name; a URL is accepted too. */
function domain({ MODELSCOPE_DOMAIN: given }: NodeJS.ProcessEnv): string {
  const host = (given || 'www.modelscope.cn').replace(/\/+$/, '');
  const url = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (URL.canParse(url)) return url;
  throw new Fault(
    'config',
    `MODELSCOPE_DOMAIN is not a host name: ${given}.`,
    'Set it to a host name such as www.modelscope.cn.',
  );
}
