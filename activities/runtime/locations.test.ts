import { open } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { readNamedFile } from './locations.ts';

const folder = temporaryFolder();

it('names the field of a file that is too large to read', async () => {
  // A sparse file: it takes no space on the disk.
  const file = await open(folder.join('answers.jsonl'), 'w');
  await file.truncate(2 ** 31 + 1);
  await file.close();
  const worker = { base: folder.path, roots: [folder.path] };
  await expect(readNamedFile(worker, 'answers.jsonl', 'questions.ledger')).rejects.toMatchObject({
    kind: 'input',
    message: 'questions.ledger: answers.jsonl is larger than 2 GiB.',
  });
});
