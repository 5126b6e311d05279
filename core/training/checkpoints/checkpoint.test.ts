import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import type { ParameterState } from '../devices/device.ts';
import { newestCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';

const folder = temporaryFolder();

function parameters(value: number): ParameterState[] {
  const filled = () => new Float32Array(4).fill(value);
  return [{ name: 'w', shape: [2, 2], weights: filled(), first: filled(), second: filled() }];
}
function write(step: number, bestStep?: number) {
  const weights = new Map([['w', new Float32Array(4).fill(bestStep ?? 0)]]);
  const best = bestStep === undefined ? undefined : { step: bestStep, loss: 1, weights };
  return writeCheckpoint(folder.path, { key: 'k', step, seconds: step / 10, losses: [], best }, parameters(step));
}
const resume = async (key = 'k') => {
  const into = parameters(-1);
  return { state: await readCheckpoint(folder.path, key, into), value: into[0]?.weights[0] };
};

it('resumes from the highest step, compared as numbers', async () => {
  await write(900);
  await write(1000);
  expect(await resume()).toMatchObject({ state: { step: 1000, seconds: 100 }, value: 1000 });
  expect(await newestCheckpoint(folder.path)).toEqual({
    step: 1000,
    files: ['state-1000.safetensors', 'checkpoint-1000.json'],
  });
});

it('resumes from the checkpoint before if the newest is damaged or has no manifest', async () => {
  for (const step of [1, 2, 3]) await write(step);
  const file = folder.join('state-3.safetensors');
  const damaged = await readFile(file);
  const last = damaged.length - 1;
  damaged.writeUInt8(damaged.readUInt8(last) ^ 1, last);
  await writeFile(file, damaged);
  expect(await resume()).toMatchObject({ state: { step: 2 }, value: 2 });
  await rm(folder.join('checkpoint-3.json'));
  expect(await resume()).toMatchObject({ state: { step: 2 }, value: 2 });
  await rm(folder.join('state-2.safetensors'));
  expect(await resume()).toEqual({ state: undefined, value: -1 });
});

it('does not resume from a checkpoint of another training', async () => {
  await write(1);
  expect(await resume('another')).toEqual({ state: undefined, value: -1 });
});

it('keeps two checkpoints, and the best weights as long as they are the best, written once', async () => {
  for (const step of [10, 20, 30]) await write(step, 10);
  expect((await readdir(folder.path)).sort()).toEqual(
    ['best-10', 'state-20', 'state-30']
      .map((name) => `${name}.safetensors`)
      .concat('checkpoint-20.json', 'checkpoint-30.json')
      .sort(),
  );
  expect((await resume()).state?.best?.weights.get('w')?.[0]).toBe(10);
  await write(40, 40);
  await write(50, 40);
  expect((await readdir(folder.path)).filter((name) => name.startsWith('best'))).toEqual(['best-40.safetensors']);
  expect((await resume()).state?.best).toMatchObject({ step: 40, loss: 1 });
});
