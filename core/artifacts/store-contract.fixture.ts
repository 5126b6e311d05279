import { readFile, stat, writeFile } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import type { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

/** A store for one test. */
export interface OpenedStore {
  store: ArtifactStore;
  /** Replaces the stored bytes of an object behind the store's back. */
  overwrite(ref: ArtifactRef, content: Uint8Array): Promise<void>;
}

/**
 * Registers the tests that every store driver must pass.
 * @param open opens an empty store; called before each test.
 * @param racers writers that race for one key; default 20.
 */
export function storeContract(open: () => Promise<OpenedStore>, { racers = 20 } = {}): void {
  const folder = temporaryFolder();
  let store: ArtifactStore;
  let overwrite: OpenedStore['overwrite'];
  beforeEach(async () => {
    ({ store, overwrite } = await open());
  });

  const race = <T>(write: (i: number) => Promise<T>) => Promise.all(Array.from({ length: racers }, (_, i) => write(i)));

  it('returns the bytes of an object, stored from memory or from a file, and stores equal bytes once', async () => {
    const ref = await store.putObject(bytes('a passage'));
    const local = folder.join('copy.txt');
    await writeFile(local, 'a passage');
    expect(await store.putObject({ file: local })).toEqual(ref);
    expect(text(await store.readObject(ref))).toBe('a passage');
    expect(ref.bytes).toBe(9);
    expect(ref.uri.startsWith(`${store.uri}/`)).toBe(true);
    expect(await store.hasObject(ref)).toBe(true);
  });

  it('stores empty objects and entries', async () => {
    const ref = await store.putObject(bytes(''));
    expect(await store.readObject(ref)).toHaveLength(0);
    expect(await store.putIfAbsent('empty', bytes(''))).toBe(true);
    expect(await store.get('empty')).toHaveLength(0);
  });

  it('stores and fetches files of many parts', async () => {
    const local = folder.join('weights');
    // The length of the pattern does not divide the size of a part, so all parts differ.
    const content = Buffer.alloc(40 * 2 ** 20 + 17, 'all parts of this file differ');
    await writeFile(local, content);
    // As two workers do that produced the same file.
    const [ref, same] = await Promise.all([store.putObject({ file: local }), store.putObject({ file: local })]);
    expect(ref).toEqual(same);
    expect(ref.bytes).toBe(content.length);
    await store.fetchObject(ref, folder.join('again'));
    expect((await readFile(folder.join('again'))).equals(content)).toBe(true);
    await store.materialise(ref, 'runs/r/weights');
    expect(Buffer.from((await store.get('runs/r/weights')) as Uint8Array).equals(content)).toBe(true);
  });

  it('fetches an object into a folder that does not exist yet', async () => {
    const ref = await store.putObject(bytes('weights'));
    const target = folder.join('deep', 'er', 'model');
    await store.fetchObject(ref, target);
    expect(await readFile(target, 'utf8')).toBe('weights');
  });

  it('detects corrupt bytes by their hash, reports them as lost, and accepts the right bytes again', async () => {
    const ref = await store.putObject(bytes('good'));
    await overwrite(ref, bytes('evil'));
    await expect(store.readObject(ref)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    expect(await store.hasObject(ref)).toBe(false);
    await store.putObject(bytes('good'));
    await overwrite(ref, bytes('evil'));
    const target = folder.join('fetched');
    await expect(store.fetchObject(ref, target)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    await expect(stat(target)).rejects.toThrow('ENOENT');
    await store.putObject(bytes('good'));
    expect(text(await store.readObject(ref))).toBe('good');
  });

  it('publishes no corrupt bytes, reports them as lost, and publishes the right ones again', async () => {
    const ref = await store.putObject(bytes('good'));
    await store.materialise(ref, 'published/model');
    await overwrite(ref, bytes('evil'));
    for (const key of ['published/model', 'published/other'])
      await expect(store.materialise(ref, key)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    expect(text(await store.get('published/model'))).toBe('good');
    expect(await store.get('published/other')).toBeUndefined();
    expect(await store.hasObject(ref)).toBe(false);
    await store.materialise(await store.putObject(bytes('good')), 'published/other');
    expect(text(await store.get('published/other'))).toBe('good');
  });

  it('replaces corrupt bytes when the right ones are stored again', async () => {
    const local = folder.join('weights');
    await writeFile(local, 'good');
    for (const content of [bytes('good'), { file: local }]) {
      const ref = await store.putObject(bytes('good'));
      await overwrite(ref, bytes('evil'));
      expect(await store.putObject(content)).toEqual(ref);
      expect(text(await store.readObject(ref))).toBe('good');
    }
  });

  it('reports a removed object as lost', async () => {
    const ref = await store.putObject(bytes('superseded'));
    await store.removeObject(ref);
    await store.removeObject(ref);
    expect(await store.hasObject(ref)).toBe(false);
    const gone = { name: 'Fault', kind: 'lost' };
    await expect(store.readObject(ref)).rejects.toMatchObject(gone);
    await expect(store.fetchObject(ref, folder.join('gone'))).rejects.toMatchObject(gone);
    await expect(store.materialise(ref, 'gone')).rejects.toMatchObject(gone);
  });

  it('puts an object back from the trash for whoever still refers to it', async () => {
    const content = Buffer.alloc(2 * 2 ** 20, 'weights');
    const ref = await store.putObject(content);
    const ways: (() => Promise<unknown>)[] = [
      async () => expect(await store.hasObject(ref)).toBe(true),
      async () => expect((await store.readObject(ref)).length).toBe(ref.bytes),
      () => store.fetchObject(ref, folder.join('fetched')),
      () => store.materialise(ref, 'runs/r/weights'),
      () => store.putObject(content),
    ];
    for (const [i, read] of ways.entries()) {
      await store.retireObject(ref.sha256, `collection-${i}`);
      await store.retireObject(ref.sha256, `collection-${i}`);
      const inPlace = [];
      for await (const entry of store.list('objects/')) inPlace.push(entry);
      expect(inPlace).toEqual([]);
      await read();
      // What is put back no longer depends on the trash.
      for await (const entry of store.list('trash/')) await store.remove(entry);
      expect((await store.readObject(ref)).length).toBe(ref.bytes);
    }
  });

  it('removes what was listed, a pointer as a whole, and nothing that is not there', async () => {
    const first = await store.swapPointer('steps/train/k', undefined, bytes('1'));
    await store.swapPointer('steps/train/k', first, bytes('2'));
    await store.putIfAbsent('steps/other', bytes('stays'));
    const entries = [];
    for await (const entry of store.list('steps/train/')) entries.push(entry);
    for (const entry of [...entries, ...entries]) await store.remove(entry);
    expect(await store.readPointer('steps/train/k')).toBeUndefined();
    expect(await store.swapPointer('steps/train/k', undefined, bytes('3'))).toBeDefined();
    expect(text(await store.get('steps/other'))).toBe('stays');
  });

  it('lets exactly one of many racing writers create a key', async () => {
    const won = await race((i) => store.putIfAbsent('ledger/k', bytes(`writer ${i}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await store.get('ledger/k'))).toBe(`writer ${won.indexOf(true)}`);
  });

  it('lets exactly one of many racing swaps succeed', async () => {
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

  it('refuses a swap from an old version, even if the pointer holds the same bytes again', async () => {
    const first = await store.swapPointer('p', undefined, bytes('a'));
    const second = await store.swapPointer('p', first, bytes('b'));
    const third = await store.swapPointer('p', second, bytes('a'));
    expect(await store.swapPointer('p', first, bytes('late'))).toBeUndefined();
    expect(await store.swapPointer('never/was', first, bytes('late'))).toBeUndefined();
    const pointer = await store.readPointer('p');
    expect([pointer?.version, text(pointer?.bytes)]).toEqual([third, 'a']);
  });

  it('replaces the bytes of a key when an object is materialised there', async () => {
    await store.materialise(await store.putObject(bytes('old')), 'runs/r/report.html');
    await store.materialise(await store.putObject(bytes('new')), 'runs/r/report.html');
    expect(text(await store.get('runs/r/report.html'))).toBe('new');
  });

  it('lists keys below a prefix in order, with their sizes', async () => {
    const keys = ['runs/a/x', 'runs/a/y', 'runs/b/x', 'runs/b/手册 + &<1>%20.md'];
    for (const key of ['other/z', ...keys.toReversed()]) await store.putIfAbsent(key, bytes(key));
    const found: unknown[] = [];
    for await (const { key, bytes: size } of store.list('runs/')) found.push({ key, bytes: size });
    expect(found).toEqual(keys.map((key) => ({ key, bytes: bytes(key).length })));
  });

  it('returns undefined for a key that was never written', async () => {
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
