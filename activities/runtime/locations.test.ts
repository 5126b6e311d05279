import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNamedFile } from './locations.ts';
import { contextIn } from './step-context.fixture.ts';

it('says which field names a file that is larger than can be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-locations-'));
  try {
    // A hole: it takes no place on the disk.
    const file = await open(join(folder, 'answers.jsonl'), 'w');
    await file.truncate(2 ** 31 + 1);
    await file.close();
    const context = { ...(await contextIn(folder)), base: folder, roots: [folder] };
    await expect(readNamedFile(context, 'answers.jsonl', 'questions.ledger')).rejects.toMatchObject({
      kind: 'input',
      message: 'questions.ledger: answers.jsonl is larger than 2 GiB.',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
