import { Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { withMachineOptions } from '../machine-options.ts';

export interface WorkerOptions {
  queue?: ('workflow' | 'cpu' | 'llm' | 'gpu')[];
  grant?: string[];
  store?: string;
}

export function workerCommand(io: Io): Command {
  return withMachineOptions(new Command('worker'))
    .summary('serve runs until stopped')
    .description(
      'Serves the runs of a Temporal server until it is stopped; running steps checkpoint first.\n\n' +
        'Where things lie and whom it may ask is set in .hone/worker.yaml and the environment (HONE_STORE, HONE_MODELS, HONE_THREADS, HONE_DEVICE, HONE_MEMORY, OPENAI_API_KEY, OPENAI_BASE_URL), never in a run.',
    )
    .addOption(
      new Option('--queue <names...>', 'serve only these queues (default: all)').choices([
        'workflow',
        'cpu',
        'llm',
        'gpu',
      ]),
    )
    .option('--grant <folders...>', 'folders whose documents runs may read (default: the working directory)')
    .option('--store <uri>', 'where artifacts are kept (default: .hone/store)')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone worker\n  $ TEMPORAL_ADDRESS=temporal.internal:7233 hone worker --queue gpu\n  $ hone worker --grant /srv/docs',
    )
    .action(async (options: WorkerOptions) => {
      const { serve } = await import('../serve.ts');
      io.exitCode = await serve(options, io);
    });
}
