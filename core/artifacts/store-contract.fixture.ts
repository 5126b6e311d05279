import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

/** A store of one test's own, and a way past it to its bytes. */
export interface OpenedStore {
  store: ArtifactStore;
  overwrite(ref: ArtifactRef, content: Uint8Array): Promise<void>;
}

/**
 * What every driver promises, whatever the bytes lie on.
 * @param racers Writers that race for one key.
 */
export function storeContract(open: () => Promise<OpenedStore>, { racers = 20 } = {}): void {
  let folder: string;
  let store: ArtifactStore;
  let overwrite: OpenedStore['overwrite'];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hone-contract-'));
    ({ store, overwrite } = await open());
  });
  afterEach(() => rm(folder, { recursive: true }));

  const race = <T>(write: (i: number) => Promise<T>) => Promise.all(Array.from({ length: racers }, (_, i) => write(i)));

  it('gives back the bytes it was given, from memory or from a file, and stores equal bytes once', async () => {
    const ref = await store.putObject(bytes('a passage'));
    const local = join(folder, 'copy.txt');
    await writeFile(local, 'a passage');
    expect(await store.putObject({ file: local })).toEqual(ref);
    expect(text(await store.readObject(ref))).toBe('a passage');
    expect(ref.bytes).toBe(9);
    expect(ref.uri.startsWith(`${store.uri}/`)).toBe(true);
    expect(await store.hasObject(ref)).toBe(true);
  });

  it('takes nothing at all for content too', async () => {
    const ref = await store.putObject(bytes(''));
    expect(await store.readObject(ref)).toHaveLength(0);
    expect(await store.putIfAbsent('empty', bytes(''))).toBe(true);
    expect(await store.get('empty')).toHaveLength(0);
  });

  it('carries files of many parts', async () => {
    const local = join(folder, 'weights');
    const content = Buffer.alloc(
      40 * 2 ** 20 + 17,
      'no two parts of this are alike, since 61 goes into no power of two',
    );
    await writeFile(local, content);
    // As two workers do that have made the same.
    const [ref, same] = await Promise.all([store.putObject({ file: local }), store.putObject({ file: local })]);
    expect(ref).toEqual(same);
    expect(ref.bytes).toBe(content.length);
    await store.fetchObject(ref, join(folder, 'again'));
    expect((await readFile(join(folder, 'again'))).equals(content)).toBe(true);
    await store.materialise(ref, 'runs/r/weights');
    expect(Buffer.from((await store.get('runs/r/weights')) as Uint8Array).equals(content)).toBe(true);
  });

  it('fetches an object into a folder that does not exist yet', async () => {
    const ref = await store.putObject(bytes('weights'));
    const target = join(folder, 'deep', 'er', 'model');
    await store.fetchObject(ref, target);
    expect(await readFile(target, 'utf8')).toBe('weights');
  });

  it('notices rotten bytes by their hash, says so, and takes the right ones again', async () => {
    const ref = await store.putObject(bytes('good'));
    await overwrite(ref, bytes('evil'));
    await expect(store.readObject(ref)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    expect(await store.hasObject(ref)).toBe(false);
    await store.putObject(bytes('good'));
    await overwrite(ref, bytes('evil'));
    const target = join(folder, 'fetched');
    await expect(store.fetchObject(ref, target)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    await expect(stat(target)).rejects.toThrow('ENOENT');
    await store.putObject(bytes('good'));
    expect(text(await store.readObject(ref))).toBe('good');
  });

  it('says that an object is gone, once it is', async () => {
    const ref = await store.putObject(bytes('superseded'));
    await store.removeObject(ref);
    await store.removeObject(ref);
    expect(await store.hasObject(ref)).toBe(false);
    const gone = { name: 'Fault', kind: 'lost' };
    await expect(store.readObject(ref)).rejects.toMatchObject(gone);
    await expect(store.fetchObject(ref, join(folder, 'gone'))).rejects.toMatchObject(gone);
    await expect(store.materialise(ref, 'gone')).rejects.toMatchObject(gone);
  });

  it('lets exactly one of many racing writers create a key', async () => {
    const won = await race((i) => store.putIfAbsent('ledger/k', bytes(`writer ${i}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await store.get('ledger/k'))).toBe(`writer ${won.indexOf(true)}`);
  });

  it('lets exactly one of many racing swaps move a pointer', async () => {
    const first = await store.swapPointer('models/handbook', undefined, bytes('v1'));
    expect(first).toBeDefined();
    expect(await store.swapPointer('models/handbook', undefined, bytes('again'))).toBeUndefined();
    const won = await race((i) => store.swapPointer('models/handbook', first, bytes(`v2 by ${i}`)));
    const winners = won.flatMap((version, i) => (version ? [i] : []));
    expect(winners).toHaveLength(1);
    const pointer = await store.readPointer('models/handbook');
    expect(text(pointer?.bytes)).toBe(`v2 by ${winners[0]}`);
    expect(pointer?.version).toBe(won.find(Boolean));
  });

  it('refuses a swap from a version long past, even where the pointer holds the same bytes again', async () => {
    const first = await store.swapPointer('p', undefined, bytes('a'));
    const second = await store.swapPointer('p', first, bytes('b'));
    const third = await store.swapPointer('p', second, bytes('a'));
    expect(await store.swapPointer('p', first, bytes('late'))).toBeUndefined();
    expect(await store.swapPointer('never/was', first, bytes('late'))).toBeUndefined();
    const pointer = await store.readPointer('p');
    expect([pointer?.version, text(pointer?.bytes)]).toEqual([third, 'a']);
  });

  it('replaces what a key held when an object is materialised there', async () => {
    await store.materialise(await store.putObject(bytes('old')), 'runs/r/report.html');
    await store.materialise(await store.putObject(bytes('new')), 'runs/r/report.html');
    expect(text(await store.get('runs/r/report.html'))).toBe('new');
  });

  it('lists keys below a prefix in order, with their sizes', async () => {
    const keys = ['runs/a/x', 'runs/a/y', 'runs/b/x', 'runs/b/手册 + &<1>%20.md'];
    for (const key of ['other/z', ...keys.toReversed()]) await store.putIfAbsent(key, bytes(key));
    const found: unknown[] = [];
    for await (const entry of store.list('runs/')) found.push(entry);
    expect(found).toEqual(keys.map((key) => ({ key, bytes: bytes(key).length })));
  });

  it('has nothing under a key nobody wrote', async () => {
    expect(await store.get('nobody/home')).toBeUndefined();
    expect(await store.readPointer('nobody/home')).toBeUndefined();
    expect((await store.list('nobody/')[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  it.each(['../escape', 'a//b', '/etc/passwd', 'a/../../b', 'a\0b', '', '.', 'a\\b'])(
    'refuses %j as a key',
    async (key) => {
      await expect(store.putIfAbsent(key, bytes('x'))).rejects.toMatchObject({ kind: 'input' });
    },
  );
}
