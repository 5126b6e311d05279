import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function doctorCommand(io: Io): Command {
  return new Command('doctor')
    .summary('test the set-up piece by piece')
    .description('Tests everything a run needs, without spending anything, and says what to do about what is missing.')
    .option('--store <uri>', 'test this store (default: .hone/store)')
    .option('--json', 'print a JSON array of checks')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExit code 1 if anything fails; warnings do not count.')
    .action(async (options: { store?: string; json?: boolean }) => {
      const { doctor } = await import('../doctor/doctor.ts');
      io.exitCode = await doctor(options, io);
    });
}
