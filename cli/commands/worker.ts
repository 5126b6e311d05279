import { Command, InvalidArgumentError, Option } from 'commander';
import { QUEUE_NAMES, type QueueName, TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../../workers/telemetry/log-options.ts';
import type { WorkerOptions } from '../actions/worker.ts';
import { tLines } from '../i18n/translate.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import type { Io } from '../runtime/io.ts';

export function workerCommand(io: Io): Command {
  return withMachineOptions(new Command('worker'))
    .summary('run a worker until it is stopped')
    .description(
      'Executes the runs of a Temporal server until it is stopped (SIGTERM, Ctrl-C). Running steps checkpoint before it exits.\n\n' +
        'Its store, folders, device, endpoints and keys are set in .hone/worker.yaml and the environment (HONE_STORE, HONE_MODELS, HONE_THREADS, HONE_DEVICE, HONE_MEMORY, OPENAI_API_KEY, OPENAI_BASE_URL), never in a run.',
    )
    .addOption(
      new Option('--queue <names...>', `task queues to poll, of ${QUEUE_NAMES.join(', ')} (default: all)`).argParser(
        queues,
      ),
    )
    .option(
      '--grace <seconds>',
      'time for running steps to checkpoint before the worker exits; keep it below what the process manager allows',
      seconds,
      60,
    )
    .option(
      '--grant <folders...>',
      'folders and s3:// prefixes that runs may read, in addition to roots in worker.yaml (default: none)',
    )
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option(
      '--listen <address>',
      'answer /healthz, /readyz and /metrics (Prometheus) on this port of 127.0.0.1, or HOST:PORT (default: HONE_LISTEN)',
      process.env.HONE_LISTEN || undefined,
    )
    .addOption(
      new Option(
        '--deployment <name>',
        'belong to a version of this deployment: a run stays with the version that it began with (docs/workers.md)',
      ).env('HONE_DEPLOYMENT'),
    )
    .addOption(
      new Option('--build-id <id>', 'which version this is (default: of the package and its workflows)').env(
        'HONE_BUILD_ID',
      ),
    )
    .addOption(
      new Option('--log-format <format>', 'default: HONE_LOG_FORMAT, or text on a terminal and else json')
        .choices(LOG_FORMATS)
        .env('HONE_LOG_FORMAT'),
    )
    .addOption(
      new Option('--log-level <level>', 'the least important lines that are written')
        .choices(LOG_LEVELS)
        .default('info')
        .env('HONE_LOG_LEVEL'),
    )
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone worker --grant docs\n  $ TEMPORAL_ADDRESS=temporal.internal:7233 hone worker --queue gpu\n  $ hone worker --queue workflow,cpu,llm --grace 25\n  $ hone worker --grant /srv/docs',
      ),
    )
    .action(async (options: WorkerOptions) => {
      const { worker } = await import('../actions/worker.ts');
      io.exitCode = await worker(options, io);
    });
}

/** Reads `--queue`: names separated by commas or blanks, or in repeated options. */
function queues(text: string, before: QueueName[] = []): QueueName[] {
  const names = text.split(',').filter((name) => name !== '');
  const known = names.filter((name): name is QueueName => Object.hasOwn(TASK_QUEUES, name));
  // Without this, an empty list would start a worker without queues, which ends at once.
  if (known.length === 0 || known.length < names.length)
    throw new InvalidArgumentError(`The queues are ${QUEUE_NAMES.join(', ')}.`);
  return [...new Set([...before, ...known])];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return value;
}
