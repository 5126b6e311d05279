import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Hone } from '../../client/hone.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';

/** `hone show --questions`: prints the sample of questions that a person is asked to approve. */
export async function showQuestions(hone: Hone, workflowId: string, { json }: { json?: boolean }, io: Io) {
  const { stages } = await hone.progress(workflowId);
  const uri = stages.find(({ name }) => name === 'questions')?.resultUri;
  if (uri === undefined) {
    throw new Fault(
      'input',
      `Run ${workflowId} has no questions to approve.`,
      stages.length === 0
        ? 'No worker has answered: start `hone worker`.'
        : 'A run has them if its input sets approvals.questions, as soon as they are generated.',
    );
  }
  const questions = await read(uri);
  io.out.line(json ? JSON.stringify({ workflowId, uri, questions }) : questions.trimEnd());
  return EXIT.done;
}

/** @throws Fault `config` if this machine cannot read the store; `lost` if the file is missing. */
async function read(uri: string): Promise<string> {
  try {
    if (uri.startsWith('file:')) return await readFile(fileURLToPath(uri), 'utf8');
    const [, store = uri, key = ''] = /^(.*?)\/(runs\/.*)$/.exec(uri) ?? [];
    const bytes = await (await openStore(store)).get(key);
    if (bytes) return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw new Fault(
      'config',
      `${uri} cannot be read on this machine.`,
      'Read it on a machine that can open the store.',
      {
        cause,
      },
    );
  }
  throw new Fault('lost', `${uri} does not exist.`, 'Check the store of the workers.');
}
