import { readdir, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { openFilesystemStore } from './filesystem.ts';
import { bytes, storeContract, text } from './store-contract.fixture.ts';

describe('the filesystem store', () => {
  const folder = temporaryFolder();

  storeContract(async () => ({
    store: await openFilesystemStore(folder.path),
    overwrite: ({ uri }, content) => writeFile(fileURLToPath(uri), content),
  }));

  it('refuses a swap from a version whose file has been pruned', async () => {
    const store = await openFilesystemStore(folder.path);
    let version: string | undefined;
    for (let i = 0; i < 40; i++) version = await store.swapPointer('p', version, bytes(String(i)));
    expect(await store.swapPointer('p', '3', bytes('late'))).toBeUndefined();
    expect(text((await store.readPointer('p'))?.bytes)).toBe('39');
    expect((await readdir(folder.join('p'))).length).toBeLessThanOrEqual(16);
  });

  it('stores the bytes of a published model once, and small files apart, which people edit', async () => {
    const store = await openFilesystemStore(folder.path);
    const weights = await store.putObject(Buffer.alloc(2 * 2 ** 20, 'weights'));
    const config = await store.putObject(bytes('{}'));
    for (const place of ['runs/r/model', 'published/handbook/1', 'published/handbook/1']) {
      await store.materialise(weights, `${place}/model.safetensors`);
      await store.materialise(config, `${place}/config.json`);
    }
    const stored = await stat(fileURLToPath(weights.uri));
    const names = ['runs/r/model', 'published/handbook/1'].map((place) => folder.join(place, 'model.safetensors'));
    for (const name of names) expect(await stat(name)).toMatchObject({ ino: stored.ino, nlink: 3 });
    // Nobody writes into bytes that are shared; a copy can be written again.
    expect(stored.mode & 0o222).toBe(0);
    await store.fetchObject(weights, folder.join('fetched'));
    expect((await stat(folder.join('fetched'))).mode & 0o200).toBe(0o200);
    await writeFile(folder.join('runs/r/model/config.json'), '{"edited":true}');
    expect(text(await store.readObject(config))).toBe('{}');
    expect(await readdir(folder.join('tmp'))).toEqual([]);
  });

  it('leaves no staged files behind', async () => {
    const store = await openFilesystemStore(folder.path);
    await store.putIfAbsent('k', bytes('1'));
    await store.putIfAbsent('k', bytes('2'));
    await store.swapPointer('p', undefined, bytes('1'));
    await expect(store.putObject({ file: folder.join('absent') })).rejects.toThrow();
    expect(await readdir(folder.join('tmp'))).toEqual([]);
  });

  it('goes on writing after a collector has removed what a crashed writer left', async () => {
    const store = await openFilesystemStore(folder.join('collected'));
    const source = folder.join('weights');
    await writeFile(source, Buffer.alloc(2 * 2 ** 20, 'more weights'));
    let left = 0;
    const collected = async <T>(write: () => Promise<T>): Promise<T> => {
      await writeFile(folder.join('collected/tmp', `left-${++left}`), 'half');
      for await (const entry of store.list('tmp/')) await store.remove(entry);
      return write();
    };
    const small = await collected(() => store.putObject(bytes('small')));
    const large = await collected(() => store.putObject({ file: source }));
    await collected(() => store.materialise(small, 'runs/r/model/config.json'));
    await collected(() => store.materialise(large, 'runs/r/model/model.safetensors'));
    expect(await collected(() => store.putIfAbsent('steps/a', bytes('step')))).toBe(true);
    expect(await collected(() => store.swapPointer('p', undefined, bytes('pointer')))).toBeDefined();
  });

  it('says what to do when its folder is a file', async () => {
    await writeFile(folder.join('a-file'), '');
    await expect(openFilesystemStore(folder.join('a-file'))).rejects.toMatchObject({ name: 'Fault', kind: 'config' });
  });
});
