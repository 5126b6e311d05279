import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { trainedCandidate } from '../../activities/release/candidate.fixture.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { putRecord, swapRegistry } from '../../core/release/registry.ts';
import { releaseFolder, writeModelFolder } from '../../core/release/release-folder.ts';
import { releaseRecord } from '../../core/release/release-record.ts';

/** Publishes the files of a folder as version 1 of a name. */
export async function publishFolder(
  store: ArtifactStore,
  name: string,
  { folder, base, validation }: { folder: string; base: string; validation: Omit<QADataset, 'mode'> },
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return { path: file.slice(folder.length + 1), ref: await store.putObject({ file }) };
      }),
  );
  const model = { files, sha256: 'a'.repeat(64) };
  const candidate = await trainedCandidate(store, model);
  const target = releaseFolder(name, model);
  const record = releaseRecord(candidate, `${store.uri}/${target}`, candidate.evaluation.gain, 'base');
  const dataset = await store.putObject(new TextEncoder().encode(JSON.stringify(validation)));
  await writeModelFolder(store, target, model);
  await swapRegistry(store, name, undefined, {
    current: 1,
    versions: [
      {
        version: 1,
        modelSha256: model.sha256,
        promotedAt: '2026-11-01T00:00:00Z',
        record: await putRecord(store, { ...record, base, validation: dataset }),
      },
    ],
    events: [],
  });
}
