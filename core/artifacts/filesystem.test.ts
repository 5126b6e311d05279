import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { openFilesystemStore } from './filesystem.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

describe('the filesystem store', () => {
  let folder: string;
  let store: ArtifactStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hone-store-'));
    store = await openFilesystemStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back the bytes it was given, from memory or from a file, and stores equal bytes once', async () => {
    const ref = await store.putObject(bytes('a passage'));
    const local = join(folder, 'copy.txt');
    await writeFile(local, 'a passage');
    expect(await store.putObject({ file: local })).toEqual(ref);
    expect(text(await store.readObject(ref))).toBe('a passage');
    expect(ref.bytes).toBe(9);
    expect(await store.hasObject(ref)).toBe(true);
  });

  it('fetches an object into a folder that does not exist yet', async () => {
    const ref = await store.putObject(bytes('weights'));
    const target = join(folder, 'deep', 'er', 'model');
    await store.fetchObject(ref, target);
    expect(await readFile(target, 'utf8')).toBe('weights');
  });

  it('notices rotten bytes by their hash, says so, and takes the right ones again', async () => {
    const ref = await store.putObject(bytes('good'));
    await writeFile(fileURLToPath(ref.uri), 'evil');
    await expect(store.readObject(ref)).rejects.toMatchObject({ name: 'Fault', kind: 'lost' });
    expect(await store.hasObject(ref)).toBe(false);
    await store.putObject(bytes('good'));
    expect(text(await store.readObject(ref))).toBe('good');
  });

  it('lets exactly one of many racing writers create a key', async () => {
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.putIfAbsent('ledger/k', bytes(`writer ${i}`))),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await store.get('ledger/k'))).toBe(`writer ${won.indexOf(true)}`);
  });

  it('lets exactly one of many racing swaps move a pointer', async () => {
    const first = await store.swapPointer('models/handbook', undefined, bytes('v1'));
    expect(first).toBeDefined();
    expect(await store.swapPointer('models/handbook', undefined, bytes('again'))).toBeUndefined();
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.swapPointer('models/handbook', first, bytes(`v2 by ${i}`))),
    );
    const winners = won.flatMap((version, i) => (version ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(text((await store.readPointer('models/handbook'))?.bytes)).toBe(`v2 by ${winners[0]}`);
  });

  it('refuses a swap from a version long past, even where that number has been pruned', async () => {
    let version: string | undefined;
    for (let i = 0; i < 40; i++) version = await store.swapPointer('p', version, bytes(String(i)));
    expect(await store.swapPointer('p', '3', bytes('late'))).toBeUndefined();
    expect(text((await store.readPointer('p'))?.bytes)).toBe('39');
    expect((await readdir(join(folder, 'p'))).length).toBeLessThanOrEqual(16);
  });

  it('replaces what a key held when an object is materialised there', async () => {
    await store.materialise(await store.putObject(bytes('old')), 'runs/r/report.html');
    await store.materialise(await store.putObject(bytes('new')), 'runs/r/report.html');
    expect(text(await store.get('runs/r/report.html'))).toBe('new');
  });

  it('lists keys below a prefix in order', async () => {
    for (const key of ['runs/b/x', 'runs/a/y', 'runs/a/x', 'other/z']) await store.putIfAbsent(key, bytes(key));
    const keys = [];
    for await (const { key } of store.list('runs/')) keys.push(key);
    expect(keys).toEqual(['runs/a/x', 'runs/a/y', 'runs/b/x']);
  });

  it('has nothing under a key nobody wrote', async () => {
    expect(await store.get('nobody/home')).toBeUndefined();
    expect(await store.readPointer('nobody/home')).toBeUndefined();
  });

  it.each(['../escape', 'a//b', '/etc/passwd', 'a/../../b', 'a\0b', '', '.', 'a\\b'])(
    'refuses %j as a key',
    async (key) => {
      await expect(store.putIfAbsent(key, bytes('x'))).rejects.toMatchObject({ kind: 'input' });
    },
  );

  it('leaves nothing staged behind', async () => {
    await store.putIfAbsent('k', bytes('1'));
    await store.putIfAbsent('k', bytes('2'));
    await store.swapPointer('p', undefined, bytes('1'));
    await expect(store.putObject({ file: join(folder, 'absent') })).rejects.toThrow();
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('says what to do where the folder it is given is a file', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await expect(openFilesystemStore(join(folder, 'a-file'))).rejects.toMatchObject({ name: 'Fault', kind: 'config' });
  });
});
