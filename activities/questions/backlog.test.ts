import { expect, it } from 'vitest';
import type { UnansweredChunk } from '../../core/contracts/asking.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { readBacklog, storeBacklog } from './backlog.ts';

const folder = temporaryFolder();

it('keeps unanswered chunks in the store, with how often they were asked about', async () => {
  const context = await contextIn(folder.path);
  const chunks = Array.from({ length: 5000 }, (_, i): UnansweredChunk => [7 * i, 1 + (i % 3), i]);
  const part = await storeBacklog(context, { chunks });
  expect(JSON.stringify(part).length).toBeLessThan(500);
  expect(await readBacklog(context, { part })).toEqual(chunks);
});
