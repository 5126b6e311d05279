import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function schemaCommand(io: Io): Command {
  return new Command('schema')
    .summary('print the JSON Schema of a run input')
    .description('Prints the fields of a run input, with their defaults, as JSON Schema (draft 2020-12).')
    .option('--retrain', 'print the schema for hone retrain and hone schedule')
    .addHelpText('after', tLines('\nExample:\n  $ hone schema > run.schema.json'))
    .action(async ({ retrain = false }: { retrain?: boolean }) => {
      const { z } = await import('zod');
      const { RunInput } = await import('../../core/contracts/run-input.ts');
      const { RetrainInput } = await import('../../core/contracts/retrain.ts');
      const schema = z.toJSONSchema(retrain ? RetrainInput : RunInput, { io: 'input', target: 'draft-2020-12' });
      io.out.line(JSON.stringify({ ...schema, title: 'Hone run input' }, null, 2));
    });
}
