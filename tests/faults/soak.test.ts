import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sha256 } from '../../core/primitives/hash.ts';
import { readRegistry, readRelease } from '../../core/release/registry.ts';
import { useHarness } from '../harness/use-harness.ts';
import { Soak } from './soak.ts';

const MINUTES = Number(process.env.HONE_SOAK_MINUTES || 4);
const NAMES = Number(process.env.HONE_SOAK_RUNS || 6);
const SEED = Number(process.env.HONE_FAULT_SEED || 1);

const BUCKET = process.env.HONE_SOAK_STORE === 's3';

const harness = useHarness();

it(`${NAMES} models are retrained for ${MINUTES} minutes while workers die, runs pause and the store is collected`, async () => {
  const soak = await Soak.start(harness, { seed: SEED, names: NAMES, inBucket: BUCKET });
  const end = Date.now() + MINUTES * 60_000;
  await Promise.all([
    ...soak.names.map((name) => soak.retrainUntil(name, end)),
    soak.killUntil(end),
    soak.pauseUntil(end),
    soak.collectUntil(end),
  ]);
  const { figures, store } = soak;
  console.log(JSON.stringify(figures, null, 2));
  // What is unreferenced goes into the trash, and a grace later for good.
  for (let i = 0; i < 3; i++) {
    await sleep(soak.graceMs);
    await soak.collect();
  }

  const releases = new Map<string, number>();
  for (const name of soak.names) {
    const read = await readRegistry(store, name);
    for (const { version } of read?.registry.versions ?? []) {
      const release = await readRelease(store, read?.registry as NonNullable<typeof read>['registry'], version);
      if (!release) throw new Error(`${name} v${version} is lost`);
      for (const { path, ref } of release.model.files) {
        await store.readObject(ref);
        const folder = release.modelUri.slice(`${store.uri}/`.length);
        const published = await store.get(`${folder}/${path}`);
        expect(published && sha256(published), `${folder}/${path}`).toBe(ref.sha256);
        releases.set(ref.sha256, ref.bytes);
      }
      for (const ref of [release.documents, release.train, release.validation]) {
        if (!ref) continue;
        await store.readObject(ref);
        releases.set(ref.sha256, ref.bytes);
      }
    }
  }
  const released = [...releases.values()].reduce((sum, bytes) => sum + bytes, 0);
  const besides = (await soak.objectBytes()) - released;
  console.log(JSON.stringify({ released, besides, storeBytes: figures.storeBytes.at(-1) }));
  expect(figures.failed).toEqual([]);
  expect(figures.retrained).toBeGreaterThan(NAMES);
  expect(figures.kills).toBeGreaterThan(0);
  expect(figures.retiredBytes).toBeGreaterThan(0);
  expect(besides).toBeLessThan(released);
});
