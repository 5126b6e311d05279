import { expect, it } from 'vitest';
import { eventFile } from './event-file.ts';
import type { TrackedRun } from './tracked-run.ts';

const RUN: TrackedRun = {
  key: 'key',
  name: 'handbook',
  tags: {},
  parameters: { learningRate: '0.00002', base: 'a|b' },
  metrics: [
    { name: 'train/loss', step: 1, value: 0.5 },
    { name: 'train/loss', step: 300, value: 0.25 },
  ],
  files: {},
};

/** The records of a file, by their lengths. */
function records(file: Uint8Array): Buffer[] {
  const bytes = Buffer.from(file);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    found.push(bytes.subarray(at + 12, at + 12 + length));
    at += length + 16;
  }
  return found;
}

it('has a version, an event for each value of a curve, and the parameters as a table', () => {
  const [version, first, second, parameters, ...rest] = records(eventFile(RUN, 1.7e9));
  expect(version?.toString('latin1')).toContain('brain.Event:2');
  for (const event of [first, second]) expect(event?.toString('latin1')).toContain('train/loss');
  expect(parameters?.toString()).toContain('| learningRate | 0.00002 |\n| base | a\\|b |');
  expect(rest).toEqual([]);
});

it('begins as the files of TensorFlow do, to the last bit of the checksums', () => {
  // As written by tensorboard.summary.Writer for the same version at 1,700,000,000 s.
  const beginning = eventFile({ ...RUN, metrics: [], parameters: {} }, 1.7e9).subarray(0, 40);
  expect(Buffer.from(beginning).toString('hex')).toBe(
    '1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d',
  );
});
