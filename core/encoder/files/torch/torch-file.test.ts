import { access, cp, readFile, rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../contracts/fault.ts';
import { temporaryFolder } from '../../../primitives/temporary-folder.fixture.ts';
import { openEncoder } from '../../encoder.ts';
import { readModelFolder } from '../model-folder.ts';
import { SafetensorsFile } from '../safetensors.ts';
import { saveModel } from '../save-model.ts';
import type { TensorFile } from '../tensor-file.ts';
import { TorchFile } from './torch-file.ts';

const RECORDED = new URL('../../../../tests/recorded/', import.meta.url).pathname;
const PICKLED = `${RECORDED}pickled/`;
const folder = temporaryFolder();

/** Type, shape and bytes of every tensor. */
async function contentOf(file: TensorFile): Promise<Record<string, unknown>> {
  const entries = [...file.tensors.values()].map(async ({ name, ...info }) => [
    name,
    { ...info, data: (await file.read(name)).toString('hex') },
  ]);
  return Object.fromEntries(await Promise.all(entries)).valueOf();
}

describe('weights that torch has pickled', () => {
  it('have the same tensors as safetensors: views of a storage, every type of element, scalars, none', async () => {
    const ours = await TorchFile.open(`${PICKLED}views.bin`);
    const theirs = await SafetensorsFile.open(`${PICKLED}views.safetensors`);
    expect(ours.tensors.size).toBe(15);
    expect(await contentOf(ours)).toEqual(await contentOf(theirs));
    await Promise.all([ours.close(), theirs.close()]);
  });

  it('make the same model, which is saved with safetensors', async () => {
    await cp(`${RECORDED}tiny-bert`, folder.join('model'), { recursive: true });
    await rm(folder.join('model/model.safetensors'));
    await cp(`${PICKLED}tiny-bert.bin`, folder.join('model/pytorch_model.bin'));
    await saveModel(folder.join('model'), folder.join('saved'), { onnx: false });
    const texts = ['when is the press oiled?', 'every forty hours.'];
    const [before, pickled, saved] = await Promise.all(
      [`${RECORDED}tiny-bert`, folder.join('model'), folder.join('saved')].map(async (path) =>
        (await openEncoder(path, { threads: 1 })).embed(texts),
      ),
    );
    expect(pickled).toEqual(before);
    expect(saved).toEqual(before);
    expect((await readModelFolder(folder.join('saved'))).weightsFile).toMatch(/saved\/model\.safetensors$/);
    await expect(access(folder.join('saved/pytorch_model.bin'))).rejects.toThrow();
  });

  it.each([
    ['old-format', /is in the format of torch before version 1\.6/],
    ['protocol-4', /has the pickle opcode 0x/],
    ['checkpoint', /holds more than the weights of a model: "model"/],
    ['attack', /calls posix\.system, which is code/],
    ['module', /calls torch\.nn\.modules\.linear\.Linear|opcode/],
    ['expanded', /has a tensor that is larger than its storage/],
    ['complex', /has weights of the type torch\.ComplexFloatStorage/],
  ])('are refused if they are anything but a state dict: %s', async (name, message) => {
    const error = await TorchFile.open(`${PICKLED}${name}.bin`).catch((failure) => failure);
    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ kind: 'input', message: expect.stringMatching(message) });
    expect(error.message).toContain(`${name}.bin `);
    await expect(access('/tmp/hone-was-here')).rejects.toThrow();
  });

  it.each(['', 'PK', 'PK\x05\x06', '\x80', 'weights', 'version https://git-lfs'])(
    'are refused if the file is %j',
    async (content) => {
      await writeFile(folder.join('x.bin'), content, 'latin1');
      await expect(TorchFile.open(folder.join('x.bin'))).rejects.toMatchObject({ kind: 'input' });
    },
  );

  it('are read completely or refused if any bytes are changed or the end is missing', async () => {
    const whole = await readFile(`${PICKLED}views.bin`);
    const expected = await TorchFile.open(`${PICKLED}views.bin`);
    const sizes = [...expected.tensors.values()].map(({ bytes }) => bytes);
    await expected.close();
    const largest = Math.max(...sizes);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.option(fc.nat(whole.length)),
        async (changes, length) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          await writeFile(folder.join('x.bin'), bytes.subarray(0, length ?? undefined));
          try {
            const file = await TorchFile.open(folder.join('x.bin'));
            try {
              for (const { name, bytes } of file.tensors.values()) {
                expect((await file.read(name)).length).toBe(bytes);
                expect(bytes).toBeLessThanOrEqual(largest * 8);
              }
            } finally {
              await file.close();
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 400, examples: [[[[6011, 1]], null]] },
    );
  });
});
