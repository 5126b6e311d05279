import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach } from 'vitest';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const gitSha1 = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

type Files = ReadonlyMap<string, Buffer>;

interface Repository {
  visibility: string;
  /** Commit of the main branch. */
  head: string;
  readonly commits: Map<string, { title: string; files: Files }>;
  readonly tags: Map<string, string>;
}

export interface FakeHub {
  /** For `HF_ENDPOINT`. */
  readonly endpoint: string;
  readonly repositories: Map<string, Repository>;
  /** Method and path of each request, without the query. */
  readonly requests: string[];
  /** Bytes of Git LFS that were received. */
  readonly received: { bytes: number };
  /** Answers a request in place of the hub and returns true, or returns false. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Files of this kind or more bytes are kept by Git LFS. */
const LFS = { names: /\.(safetensors|onnx|bin)$/, bytes: 50_000 };
/** Parts of an upload, as of the hub for large files. */
const PART = 100_000;

const running: (() => void)[] = [];
afterEach(() => {
  for (const close of running.splice(0)) close();
});

/**
 * Starts a server that behaves like the API of the Hugging Face hub for models: create, list, preupload, Git LFS with
 * uploads to a storage at another origin, in parts if they are large, commit, tags, download. Ends with the test.
 */
export async function startFakeHub({ token = 'hf_token' } = {}): Promise<FakeHub> {
  const objects = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  const hub: FakeHub = {
    endpoint: '',
    repositories: new Map(),
    requests: [],
    received: { bytes: 0 },
    intercept: () => false,
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    hub.requests.push(`${request.method} ${path}`);
    if (hub.intercept(request, response)) return;
    const body = await buffer(request);
    const send = (status: number, content: unknown = {}) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    const storage = /^\/storage\/([0-9a-f]{64})(?:\/(\d+|complete))?$/.exec(path);
    if (storage) return store(storage[1] as string, storage[2], request, body, response);
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(401, { error: 'Invalid username or password.' });
    answer(request.method ?? '', path, body, send, response);
  });

  function store(
    oid: string,
    part: string | undefined,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): unknown {
    // Addresses of the storage are signed.
    if (request.headers.authorization !== undefined) return response.writeHead(400).end('unexpected token');
    if (part === 'complete') {
      const { parts: listed } = JSON.parse(body.toString()) as { parts: { partNumber: number; etag: string }[] };
      objects.set(oid, Buffer.concat(listed.map(({ etag }) => parts.get(etag) as Buffer)));
      return response.end('{}');
    }
    hub.received.bytes += body.length;
    if (part === undefined) objects.set(oid, body);
    else parts.set(`${oid}-${part}`, body);
    return response.writeHead(200, { etag: `${oid}-${part}` }).end();
  }

  function answer(
    method: string,
    path: string,
    body: Buffer,
    send: (status: number, content?: unknown) => unknown,
    response: ServerResponse,
  ): unknown {
    if (path === '/api/repos/create') {
      const { organization, name, visibility } = JSON.parse(body.toString());
      const key = `${organization}/${name}`;
      if (hub.repositories.has(key)) return send(409, { error: 'You already created this model repo' });
      const head = randomBytes(20).toString('hex');
      const files = new Map([['.gitattributes', Buffer.from('*.safetensors filter=lfs\n')]]);
      const commits = new Map([[head, { title: 'initial commit', files }]]);
      hub.repositories.set(key, { visibility, head, commits, tags: new Map() });
      return send(200, { url: `${hub.endpoint}/${key}`, id: key });
    }
    const [, inApi, name = '', rest = ''] =
      /^\/(api\/models\/)?([\w.-]+\/[\w-]+(?:\.(?!git\/)[\w-]+)*)(.*)$/.exec(path) ?? [];
    const repository = hub.repositories.get(name);
    if (!repository) return send(404, { error: 'Repository not found' });
    const commitOf = (revision: string) =>
      revision === 'main' ? repository.head : (repository.tags.get(revision) ?? revision);
    const [, action = '', argument = ''] = /^\/([\w-]+)\/?(.*)$/.exec(rest) ?? [];
    if (rest === '.git/info/lfs/objects/batch') {
      const asked = (JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] }).objects;
      return send(200, { transfer: 'basic', objects: asked.map((object) => ({ ...object, ...uploadOf(object) })) });
    }
    if (!inApi && action === 'resolve') {
      const [, revision = '', file = ''] = /^([^/]+)\/(.*)$/.exec(argument) ?? [];
      const bytes = repository.commits.get(commitOf(revision))?.files.get(file);
      return bytes ? response.end(bytes) : send(404);
    }
    switch (`${method} ${action}`) {
      case 'GET revision': {
        const commit = repository.commits.get(commitOf(argument));
        return commit ? send(200, { sha: commitOf(argument), siblings: [...commit.files].map(describe) }) : send(404);
      }
      case 'GET refs':
        return send(200, { tags: [...repository.tags].map(([name, targetCommit]) => ({ name, targetCommit })) });
      case 'POST preupload': {
        const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
        const mode = ({ path, size }: { path: string; size: number }) => (isLarge(path, size) ? 'lfs' : 'regular');
        return send(200, { files: files.map((file) => ({ path: file.path, uploadMode: mode(file) })) });
      }
      case 'POST tag': {
        const { tag } = JSON.parse(body.toString());
        if (repository.tags.has(tag)) return send(409, { error: 'Tag already exists' });
        repository.tags.set(tag, commitOf(argument));
        return send(200);
      }
      case 'POST commit':
        return commit(repository, body, send);
      default:
        return send(404);
    }
  }

  function uploadOf({ oid, size }: { oid: string; size: number }) {
    if (objects.has(oid)) return {};
    const href = `${hub.endpoint.replace('127.0.0.1', 'localhost')}/storage/${oid}`;
    if (size <= PART) return { actions: { upload: { href } } };
    const count = Math.ceil(size / PART);
    const addresses = Array.from({ length: count }, (_, i) => [String(i + 1).padStart(5, '0'), `${href}/${i + 1}`]);
    const header = { chunk_size: String(PART), ...Object.fromEntries(addresses) };
    return { actions: { upload: { href: `${href}/complete`, header } } };
  }

  function commit(repository: Repository, body: Buffer, send: (status: number, content?: unknown) => unknown): unknown {
    const lines = body
      .toString()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    const files = new Map(repository.commits.get(repository.head)?.files);
    const header = lines.find(({ key }) => key === 'header')?.value ?? {};
    if (header.parentCommit && header.parentCommit !== repository.head)
      return send(412, { error: 'A commit has happened since.' });
    for (const { key, value } of lines) {
      const { path = '', content = '', oid = '' } = value;
      if (key === 'file') files.set(path, Buffer.from(content, 'base64'));
      if (key === 'deletedFile') files.delete(path);
      if (key !== 'lfsFile') continue;
      const object = objects.get(oid);
      if (!object || sha256(object) !== oid)
        return send(400, { error: `LFS pointer pointed to a file that does not exist: ${path}` });
      files.set(path, object);
    }
    const oid = randomBytes(20).toString('hex');
    repository.commits.set(oid, { title: header.summary ?? '', files });
    repository.head = oid;
    return send(200, { success: true, commitOid: oid, commitUrl: `${hub.endpoint}/commit/${oid}` });
  }

  await new Promise<void>((resolve) => server.listen(0, resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(hub, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function isLarge(path: string, size: number): boolean {
  return LFS.names.test(path) || size >= LFS.bytes;
}

function describe([rfilename, bytes]: [string, Buffer]) {
  const size = bytes.length;
  return {
    rfilename,
    size,
    blobId: gitSha1(bytes),
    ...(isLarge(rfilename, size) && { lfs: { sha256: sha256(bytes), size } }),
  };
}
