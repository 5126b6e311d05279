import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the example of the README prints what its comments say', async () => {
  const readme = await readFile(new URL('./README.md', import.meta.url), 'utf8');
  const [, example = ''] = readme.match(/```ts\n([\s\S]*?)```/) ?? [];
  const local = example
    .replace("'hone/autodiff'", JSON.stringify(new URL('./index.ts', import.meta.url).href))
    .replace("'onnxruntime-node'", JSON.stringify(import.meta.resolve('onnxruntime-node')));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', local]);
  const [line, wave] = stdout.trim().split('\n');
  expect(line).toBe('2.000 1.000');
  expect(Number(wave)).toBeLessThan(0.005);
}, 30_000);
