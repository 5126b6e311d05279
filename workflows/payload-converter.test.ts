import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { MOST_BYTES, payloadConverter } from './payload-converter.ts';

function failureOf(value: unknown): ApplicationFailure {
  try {
    payloadConverter.toPayload(value);
  } catch (error) {
    if (error instanceof ApplicationFailure) return error;
    throw error;
  }
  return expect.unreachable();
}

it('hands on every value that is not too large', () => {
  for (const value of [undefined, null, 1, 'text', { a: [1, { b: '字' }] }, 'x'.repeat(MOST_BYTES - 2)]) {
    expect(payloadConverter.fromPayload(payloadConverter.toPayload(value))).toEqual(value);
  }
});

it('fails whoever hands on more, for good and with the name of the part, instead of a workflow task for ever', () => {
  const refused = Array.from({ length: 30_000 }, (_, i) => ({ path: `docs/${i}.md`, reason: 'the filter refused it' }));
  const failure = failureOf([{ chunks: { uri: 'file:///a' }, before: { backlog: { open: [[0, 10]] }, refused } }]);
  expect(failure).toMatchObject({ nonRetryable: true, type: 'Fault', details: [{ kind: 'quality' }] });
  expect(failure.message).toMatch(/hands on \d\.\d MB, more than the 1\.0 MB/);
  expect(failureOf({ before: { backlog: { open: [[0, 10]] }, refused } }).message).toContain('before.refused 1.');
  expect(failureOf('字'.repeat(MOST_BYTES / 3)).message).toContain('1.0 MB');
});
