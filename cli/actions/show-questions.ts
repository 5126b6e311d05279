import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Hone } from '../../client/hone.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';

/** `hone show --questions`: the questions that a person is to approve. */
export async function showQuestions(hone: Hone, workflowId: string, { json }: { json?: boolean }, io: Io) {
  const { stages } = await hone.progress(workflowId);
  const uri = stages.find(({ name }) => name === 'questions')?.resultUri;
  if (uri === undefined) {
    throw new Fault(
      'input',
      `Run ${workflowId} has laid out no questions.`,
      stages.length === 0
        ? 'No worker has answered for it: start `hone worker`.'
        : 'A run whose input says approvals: { questions: true } does, once they are worded.',
    );
  }
  const questions = await read(uri);
  io.out.line(json ? JSON.stringify({ workflowId, uri, questions }) : questions.trimEnd());
  return EXIT.done;
}

/** @throws Fault `config` if the store is not within this machine's reach. */
async function read(uri: string): Promise<string> {
  try {
    if (uri.startsWith('file:')) return await readFile(fileURLToPath(uri), 'utf8');
    const [, store = uri, key = ''] = /^(.*?)\/(runs\/.*)$/.exec(uri) ?? [];
    const bytes = await (await openStore(store)).get(key);
    if (bytes) return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw new Fault('config', `${uri} cannot be read from here.`, 'Look at it where the workers keep their store.', {
      cause,
    });
  }
  throw new Fault('lost', `${uri} is not there.`, 'Look into the store of the workers.');
}
