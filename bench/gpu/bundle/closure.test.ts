import { mkdir, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../core/primitives/temporary-folder.fixture.ts';
import { packageClosure } from './closure.ts';

const folder = temporaryFolder();

async function install(path: string, manifest: object = {}): Promise<void> {
  await mkdir(folder.join(path), { recursive: true });
  await writeFile(folder.join(path, 'package.json'), JSON.stringify(manifest));
}

beforeEach(async () => {
  await install('node_modules/a', { dependencies: { b: '1', '@scope/c': '1' } });
  await install('node_modules/a/node_modules/b', { dependencies: { a: '1' } });
  await install('node_modules/b');
  await install('node_modules/@scope/c', {
    dependencies: { native: '1' },
    optionalDependencies: { native: '1', other: '1' },
    peerDependencies: { peer: '1', absent: '1' },
    devDependencies: { tool: '1' },
  });
  await install('node_modules/other');
  await install('node_modules/peer');
  await install('node_modules/tool');
  await install('node_modules/unrelated');
});

test('finds all that a package depends on, the nearest version of each, and stops at circles', () => {
  expect(packageClosure(folder.path, ['a'])).toEqual([
    'node_modules/@scope/c',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/other',
    'node_modules/peer',
  ]);
});

test('names a dependency that is not installed, and who needs it', async () => {
  await install('node_modules/broken', { dependencies: { gone: '1' } });
  expect(() => packageClosure(folder.path, ['broken'])).toThrow('gone, which node_modules/broken depends on');
  expect(() => packageClosure(folder.path, ['nothing'])).toThrow('nothing, which the bundle depends on');
});
