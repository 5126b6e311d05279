import { Command, Option } from 'commander';
import { ROLES } from '../../server/access/roles.ts';
import type { ServeOptions } from '../actions/serve.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function serveCommand(io: Io): Command {
  return new Command('serve')
    .summary('answer HTTP requests: runs, models, embeddings')
    .description(
      'Serves runs, models and schedules at /api/v1 and embeddings of published models at /v1/embeddings, as OpenAI’s API does, until it is stopped (SIGTERM, Ctrl-C).\n\n' +
        'Keys, limits and models to load are set in .hone/server.yaml. Without keys it answers to this machine alone.',
    )
    .option('--listen <address>', 'port of 127.0.0.1, or HOST:PORT (default: `listen` in server.yaml, or 8080)')
    .option(
      '--metrics <address>',
      'answer /metrics (Prometheus), /healthz and /readyz on another port of 127.0.0.1, or HOST:PORT (default: `metrics` in server.yaml)',
    )
    .option('--new-key <name>', 'print a new key, and the lines for server.yaml that admit it; then exit')
    .addOption(new Option('--role <role>', 'what the new key may do').choices(ROLES).default('viewer'))
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone serve --new-key search --role embed\n  $ hone serve --listen 0.0.0.0:8080\n  $ curl localhost:8080/v1/embeddings -H "content-type: application/json" -d \'{"model": "handbook", "input": "hello"}\'',
      ),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('../actions/serve.ts');
      io.exitCode = await serve(options, io);
    });
}
