import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { promote } from '../../core/release/promote.ts';
import { releaseRecordOf } from '../../core/release/release-record.fixture.ts';
import type { Harness } from '../../tests/harness/harness.ts';
import { createProject } from '../../tests/harness/project.ts';
import { startTemporalServer } from '../../tests/harness/temporal-server.ts';
import { PYTHON } from '../peers/python.ts';
import type { Endpoint } from './clients.ts';

const PEER = fileURLToPath(new URL('../peers/serve.py', import.meta.url));
const NAME = 'model';

/** Publishes the model as it is, and serves it with `hone serve`. */
export async function startHone(harness: Harness, folder: string, threads: number): Promise<Endpoint> {
  const { address } = await startTemporalServer(harness);
  const project = await createProject(harness, { TEMPORAL_ADDRESS: address, HONE_THREADS: String(threads) });
  const store = await openStore(join(project.folder, '.hone/store'));
  await publish(store, folder);
  const limits = { requestsPerMinute: 10_000_000 };
  await project.write({ '.hone/server.yaml': JSON.stringify({ limits, embeddings: { models: [NAME] } }) });
  const serving = project.start(['serve', '--listen', '0']);
  await serving.waitForLog(/Serving +http/);
  const [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
  return { url, model: NAME };
}

/** Serves the model with sentence-transformers. */
export async function startPeer(harness: Harness, folder: string, threads: number): Promise<Endpoint> {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const serving = harness.spawn(PYTHON, [PEER, folder, String(threads)], { cwd: folder, env });
  await serving.waitForLog(/^port \d+$/m);
  const [, port] = /^port (\d+)$/m.exec(serving.log) ?? [];
  return { url: `http://127.0.0.1:${port}`, model: NAME };
}

/** Publishes the files of a folder without a run that trained them. */
async function publish(store: ArtifactStore, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return { path: relative(folder, file), ref: await store.putObject({ file }) };
      }),
  );
  const model = { files, sha256: sha256(files.map(({ path, ref }) => `${path} ${ref.sha256}\n`).join('')) };
  const record = { ...releaseRecordOf(model.sha256), model };
  await promote(store, NAME, record, { reason: 'a benchmark', requestId: 'bench' });
}
