import { Command, InvalidArgumentError, Option } from 'commander';
import { QUEUE_NAMES, type QueueName, TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import type { WorkerOptions } from '../actions/worker.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import type { Io } from '../runtime/io.ts';

export function workerCommand(io: Io): Command {
  return withMachineOptions(new Command('worker'))
    .summary('serve runs until stopped')
    .description(
      'Serves the runs of a Temporal server until it is stopped; running steps checkpoint first.\n\n' +
        'Where things lie and whom it may ask is set in .hone/worker.yaml and the environment (HONE_STORE, HONE_MODELS, HONE_THREADS, HONE_DEVICE, HONE_MEMORY, OPENAI_API_KEY, OPENAI_BASE_URL), never in a run.',
    )
    .addOption(
      new Option('--queue <names...>', `serve only these of ${QUEUE_NAMES.join(', ')} (default: all)`).argParser(
        queues,
      ),
    )
    .option(
      '--grace <seconds>',
      'how long running steps may take over their checkpoints once it is told to stop; keep it below what the machine allows',
      seconds,
      60,
    )
    .option(
      '--grant <folders...>',
      'further folders that runs may read from, besides the roots of worker.yaml (default: the working directory)',
    )
    .option('--store <uri>', 'where artifacts are kept (default: .hone/store)')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone worker\n  $ TEMPORAL_ADDRESS=temporal.internal:7233 hone worker --queue gpu\n  $ hone worker --queue workflow,cpu,llm --grace 25\n  $ hone worker --grant /srv/docs',
    )
    .action(async (options: WorkerOptions) => {
      const { serve } = await import('../actions/worker.ts');
      io.exitCode = await serve(options, io);
    });
}

/** Names with commas or blanks between them, or as options of their own. */
function queues(text: string, before: QueueName[] = []): QueueName[] {
  const names = text.split(',').filter((name) => name !== '');
  const known = names.filter((name): name is QueueName => Object.hasOwn(TASK_QUEUES, name));
  // None at all would be a worker that serves nothing, and ends at once.
  if (known.length === 0 || known.length < names.length)
    throw new InvalidArgumentError(`Queues are ${QUEUE_NAMES.join(', ')}.`);
  return [...new Set([...before, ...known])];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It is not a number of seconds.');
  return value;
}
