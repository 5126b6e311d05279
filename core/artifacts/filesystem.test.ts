import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFilesystemStore } from './filesystem.ts';
import { bytes, storeContract, text } from './store-contract.fixture.ts';

describe('the filesystem store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hone-store-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  storeContract(async () => ({
    store: await openFilesystemStore(folder),
    overwrite: ({ uri }, content) => writeFile(fileURLToPath(uri), content),
  }));

  it('refuses a swap from a version whose file has been pruned', async () => {
    const store = await openFilesystemStore(folder);
    let version: string | undefined;
    for (let i = 0; i < 40; i++) version = await store.swapPointer('p', version, bytes(String(i)));
    expect(await store.swapPointer('p', '3', bytes('late'))).toBeUndefined();
    expect(text((await store.readPointer('p'))?.bytes)).toBe('39');
    expect((await readdir(join(folder, 'p'))).length).toBeLessThanOrEqual(16);
  });

  it('leaves nothing staged behind', async () => {
    const store = await openFilesystemStore(folder);
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
