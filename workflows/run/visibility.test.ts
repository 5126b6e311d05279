import { expect, it, vi } from 'vitest';
import { Visibility } from './visibility.ts';

const upsert = vi.hoisted(() => vi.fn());

// The server is not part of this test.
vi.mock('@temporalio/workflow', () => ({ upsertMemo: () => {}, upsertSearchAttributes: upsert }));
vi.mock('../activity-proxies.ts', () => ({
  local: { knownSearchAttributes: async () => ['HoneModel', 'HoneHitRate'] },
}));

it('gives the server keywords that its databases take: of a long path, the end', async () => {
  const visibility = new Visibility();
  visibility.setAttributes({ HoneModel: `/${'folder/'.repeat(60)}all-MiniLM-L6-v2`, HoneHitRate: 0.8 });
  await visibility.open();
  const values = upsert.mock.calls.flat(2).map(({ value }) => value);
  expect(values).toEqual([expect.stringMatching(/^.{239}all-MiniLM-L6-v2$/), 0.8]);
});
