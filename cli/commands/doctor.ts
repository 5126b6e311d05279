import { Command, Option } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function doctorCommand(io: Io): Command {
  return new Command('doctor')
    .summary('check the set-up piece by piece')
    .description('Checks everything that a run needs, without spending money, and says how to fix what is missing.')
    .option('--store <uri>', 'artifact store to check: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print a JSON array of checks')
    .addOption(
      new Option('--fix <what>', 'install what is missing: cuda, the libraries to train on NVIDIA with CUDA').choices([
        'cuda',
      ]),
    )
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExit codes: 0 all checks passed or warned, 1 a check failed.'))
    .action(async (options: { store?: string; json?: boolean; fix?: 'cuda' }) => {
      if (options.fix) {
        const { fixCuda } = await import('../doctor/fix-cuda.ts');
        io.exitCode = await fixCuda(io);
        return;
      }
      const { doctor } = await import('../doctor/doctor.ts');
      io.exitCode = await doctor(options, io);
    });
}
