import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { hashFile } from '../primitives/hash.ts';
import { reasonOf } from './download.ts';
import { hub, type Listing, listModel } from './hugging-face.ts';

export interface PushModelOptions {
  /** Folder of the model. All its files are pushed. */
  readonly folder: string;
  /** `owner/name` */
  readonly repository: string;
  /** First line of the commit. */
  readonly title: string;
  /** Names that stand for these files for ever: `v3`. */
  readonly tags: readonly string[];
  /** Whether a repository that does not exist yet becomes public. Default false. */
  readonly isPublic?: boolean | undefined;
  /** Whether to change nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** `HF_ENDPOINT` (default `https://huggingface.co`) and `HF_TOKEN` are read. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Milliseconds before the second attempt at a request, doubled from one to the next. Default 1,000. */
  readonly firstPauseMs?: number | undefined;
}

export interface PushedFile {
  /** Relative and `/`-separated. */
  readonly path: string;
  readonly bytes: number;
}

export interface PushedModel {
  readonly repository: string;
  /** Address for people. */
  readonly url: string;
  /** Commit that holds the files; undefined if nothing was changed, as in a dry run. */
  readonly commit?: string | undefined;
  readonly created: boolean;
  /** Files that the repository did not have, or had otherwise. */
  readonly changed: readonly PushedFile[];
  readonly unchanged: readonly PushedFile[];
  /** Paths of files that the model does not have. */
  readonly deleted: readonly string[];
  readonly tags: readonly string[];
}

const REPOSITORY = /^[\w-][\w.-]*\/[\w.-]+$/;
const ATTEMPTS = 5;
/** Belongs to the hub, which keeps in it which files are large. */
const HUB_FILE = '.gitattributes';

/**
 * Makes the main branch of a model repository hold the files of a folder, and tags the commit. The repository is
 * created, private, if it does not exist. Files that the hub has already, also those of an interrupted push, are not
 * sent again; nothing of a push is visible before its commit.
 * @throws Fault `input` if the name is none, or a tag stands for other files; `credentials` if the token is missing or
 *   may not write; `unavailable` if the hub cannot be reached, or somebody else has changed the repository meanwhile.
 */
export async function pushModel(options: PushModelOptions): Promise<PushedModel> {
  const { folder, repository, title, tags, isPublic = false, dryRun = false, env, signal } = options;
  if (!REPOSITORY.test(repository) || repository.includes('..'))
    throw new Fault(
      'input',
      `${JSON.stringify(repository)} is not the name of a repository.`,
      'Give it as owner/name.',
    );
  if (!env.HF_TOKEN)
    throw new Fault(
      'credentials',
      'HF_TOKEN is not set.',
      'Set it to a token of the hub that may write to the repository.',
    );
  const { endpoint } = hub(env);
  const files = await localFiles(folder);
  const before = await listModel(repository, 'main', { env, signal });
  const client = new HubClient(options, endpoint);
  const kept = await client.checkTags(before !== undefined, files);
  const plan = await compare(files, before);
  const result = {
    repository,
    url: `${endpoint}/${repository}`,
    created: before === undefined,
    ...plan,
    tags,
  };
  if (dryRun) return result;
  if (before === undefined) await client.create(isPublic);
  const isChanged = plan.changed.length > 0 || plan.deleted.length > 0;
  const commit = isChanged ? await client.commit(title, folder, plan, before?.sha) : before?.sha;
  for (const tag of tags) if (commit !== undefined && !kept.includes(tag)) await client.tag(tag, commit);
  return { ...result, commit };
}

interface LocalFile extends PushedFile {
  readonly file: string;
}

type Plan = Pick<PushedModel, 'changed' | 'unchanged' | 'deleted'>;

async function localFiles(folder: string): Promise<LocalFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(folder.length).split(sep).filter(Boolean).join('/');
      return { path, file, bytes: (await stat(file)).size };
    });
  const found = (await Promise.all(files)).filter(({ path }) => path !== HUB_FILE);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Which files a revision of the repository lacks, or has otherwise. */
async function compare(files: readonly LocalFile[], listing: Listing | undefined): Promise<Plan> {
  const remote = new Map(listing?.siblings.map((sibling) => [sibling.rfilename, sibling]));
  const [changed, unchanged]: [PushedFile[], PushedFile[]] = [[], []];
  for (const { path, file, bytes } of files) {
    const there = remote.get(path);
    remote.delete(path);
    const isSame =
      there?.size === bytes &&
      (there.lfs ? there.lfs.sha256 === (await hashFile(file)) : there.blobId === (await gitHash(file, bytes)));
    (isSame ? unchanged : changed).push({ path, bytes });
  }
  remote.delete(HUB_FILE);
  return { changed, unchanged, deleted: [...remote.keys()].sort() };
}

/** The hash of a blob in git. */
async function gitHash(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

const Refs = z.looseObject({ tags: z.array(z.looseObject({ name: z.string() })) });

/** Requests of a push, with the token, tried again as long as that can help. */
class HubClient {
  readonly #options: PushModelOptions;
  readonly #endpoint: string;
  readonly #api: string;

  constructor(options: PushModelOptions, endpoint: string) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.#api = `${endpoint}/api/models/${options.repository}`;
  }

  /** The tags that stand for these files already. @throws Fault `input` if one stands for others. */
  async checkTags(exists: boolean, files: readonly LocalFile[]): Promise<string[]> {
    if (!exists) return [];
    const { repository, tags, env, signal } = this.#options;
    const refs = Refs.parse(await (await this.#request(`${this.#api}/refs`)).json());
    const existing = tags.filter((tag) => refs.tags.some(({ name }) => name === tag));
    for (const tag of existing) {
      const { changed, deleted } = await compare(files, await listModel(repository, tag, { env, signal }));
      if (changed.length + deleted.length === 0) continue;
      throw new Fault(
        'input',
        `The tag ${tag} of ${repository} stands for other files.`,
        'A published version never changes: push to another repository, or delete the tag there.',
        { details: [...changed.map(({ path }) => path), ...deleted].slice(0, 10) },
      );
    }
    return existing;
  }

  async create(isPublic: boolean): Promise<void> {
    const [organization, name] = this.#options.repository.split('/');
    const visibility = isPublic ? 'public' : 'private';
    await this.#post(`${this.#endpoint}/api/repos/create`, { type: 'model', name, organization, visibility });
  }

  /** @param parent the commit that the plan was made for. @returns the new commit. */
  async commit(title: string, folder: string, plan: Plan, parent: string | undefined): Promise<string> {
    const { repository, signal } = this.#options;
    const { commit } = await import('@huggingface/hub');
    const made = await this.#asFault(() =>
      commit({
        repo: { type: 'model', name: repository },
        title,
        operations: [
          ...plan.changed.map(({ path }) => ({
            operation: 'addOrUpdate' as const,
            path,
            content: pathToFileURL(join(folder, path)),
          })),
          ...plan.deleted.map((path) => ({ operation: 'delete' as const, path })),
        ],
        ...(parent !== undefined && { parentCommit: parent }),
        ...(signal && { abortSignal: signal }),
        // Whole files by Git LFS, which every hub and mirror has.
        useXet: false,
        hubUrl: this.#endpoint,
        // The library would refuse the tokens of mirrors, so it gets none: `#send` adds the token.
        fetch: this.#reportingFetch(plan),
      }),
    );
    if (!made) throw new Error('a commit to a repository of models has an id');
    return made.commit.oid;
  }

  async tag(tag: string, commit: string): Promise<void> {
    await this.#post(`${this.#api}/tag/${commit}`, { tag });
  }

  /** What exists already is no failure: an attempt whose answer was lost has made it. */
  async #post(url: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await this.#request(url, { method: 'POST', headers, body: JSON.stringify(body) }, [409]);
  }

  /** @param accepted Statuses that are no failure. @throws Fault */
  async #request(url: string, init: RequestInit = {}, accepted: readonly number[] = []): Promise<Response> {
    const response = await this.#asFault(() => this.#send(url, init));
    if (response.ok || accepted.includes(response.status)) return response;
    throw this.#faultOf(response.status, (await response.text()).slice(0, 200));
  }

  /** `fetch` for the library, which reports what was sent of the files of a plan. */
  #reportingFetch({ changed }: Plan): typeof fetch {
    const total = changed.reduce((sum, { bytes }) => sum + bytes, 0);
    let sent = 0;
    const report = () => this.#options.onProgress?.(megabytes(sent, total));
    report();
    return async (input, init = {}) => {
      const response = await this.#send(String(input), init);
      if (init.method === 'PUT' && init.body instanceof Blob && response.ok) {
        sent += init.body.size;
        report();
      }
      return response;
    };
  }

  /** Sends a request until it is answered; a commit only once, as it may have been made. */
  async #send(url: string, init: RequestInit): Promise<Response> {
    const { env, signal, firstPauseMs = 1_000 } = this.#options;
    const headers = new Headers(init.headers);
    // Storage elsewhere has its own signature in the address, and must not get the token.
    if (new URL(url).origin === new URL(this.#endpoint).origin) headers.set('authorization', `Bearer ${env.HF_TOKEN}`);
    const attempts = url.includes('/commit/') ? 1 : ATTEMPTS;
    for (let attempt = 1; ; attempt++) {
      const pause = firstPauseMs * 2 ** (attempt - 1);
      try {
        const response = await fetch(url, { ...init, headers, signal: init.signal ?? signal ?? null });
        const isPassing = response.status === 429 || response.status >= 500;
        if (!isPassing || attempt === attempts) return response;
        await response.body?.cancel();
      } catch (error) {
        signal?.throwIfAborted();
        if (attempt === attempts) throw error;
      }
      await sleep(pause, undefined, signal ? { signal } : {});
    }
  }

  async #asFault<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const { statusCode, message } = error as { statusCode?: number; message: string };
      if (error instanceof Fault) throw error;
      if (statusCode !== undefined) throw this.#faultOf(statusCode, message);
      const text = `The model hub ${this.#endpoint} cannot be reached for ${this.#options.repository}: ${reasonOf(error)}.`;
      throw new Fault('unavailable', text, AGAIN, { cause: error });
    }
  }

  #faultOf(status: number, said: string): Fault {
    const { repository } = this.#options;
    if (status === 401 || status === 403)
      return new Fault(
        'credentials',
        `${this.#endpoint} does not let this token write to ${repository} (${status}).`,
        'Set HF_TOKEN to a token with the permission to write to it, and check its owner.',
      );
    if (status === 409 || status === 412)
      return new Fault('unavailable', `${repository} has been changed meanwhile (${status}).`, AGAIN);
    return new Fault('unavailable', `${this.#endpoint} answered ${status} for ${repository}: ${said}`, AGAIN);
  }
}

const AGAIN = 'Run the command again: files that have been sent are not sent again.';

function megabytes(done: number, total: number): StageProgress {
  const rounded = (bytes: number) => Math.round(bytes / 1e5) / 10;
  return { done: rounded(done), total: rounded(Math.max(done, total)), unit: 'MB' };
}
