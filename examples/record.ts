import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../core/contracts/corpus.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { openTokenizer } from '../core/encoder/tokenizer/tokenizer.ts';
import { chooseTemplate } from '../core/questions/asking/prompts.ts';
import { type LedgerEntry, ledgerKey } from '../core/questions/ledger/ledger.ts';
import { readExample } from './example.ts';
import { matchQuestions } from './match-questions.ts';

/*
 * Converts an example's questions.yaml to answers.jsonl, a recorded ledger: `node examples/record.ts EXAMPLE MODEL`.
 * Both arguments are folders. The tokenizer of the model determines where chunks end.
 */
const [folder, model] = process.argv.slice(2);
if (folder === undefined || model === undefined) {
  process.stderr.write('Usage: node examples/record.ts EXAMPLE_FOLDER MODEL_FOLDER\n');
  process.exit(2);
}
const { run, chunks, written } = await readExample(folder, await openTokenizer(model));
const entries = [...matchQuestions(chunks, written, run.questions.perChunk)].map(([chunk, questions]) =>
  toLedgerEntry(chunk, questions, run.questions),
);
await writeFile(join(folder, 'answers.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
process.stderr.write(`${entries.length} answers recorded in ${join(folder, 'answers.jsonl')}\n`);

/** The ledger entry of a chat model that answered with these questions, without tokens and cost. */
function toLedgerEntry(chunk: Chunk, questions: readonly string[], options: RunInput['questions']): LedgerEntry {
  const { model, temperature, perChunk } = options;
  const template = chooseTemplate(options, chunk.language);
  return {
    key: ledgerKey({ text: chunk.text, template, model, temperature, perChunk, attempt: 0 }),
    chunkId: chunk.id,
    model,
    response: {
      object: 'chat.completion',
      model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: JSON.stringify({ questions }) },
        },
      ],
    },
    usage: { promptTokens: 0, completionTokens: 0 },
    cost: 0,
  };
}
