import { type Command, Option } from 'commander';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { DEVICE_OPTIONS } from '../../core/training/devices/choose-device.ts';

/** Flag -> the environment variable it stands for, which what this command starts in the background sees too. */
const VARIABLES = { device: 'HONE_DEVICE', memory: 'HONE_MEMORY' } as const;
const FLAGS = ['device', 'memory'] as const;

/** Adds what the machine that trains is told: `--device` and `--memory`. */
export function withMachineOptions(command: Command): Command {
  return command
    .addOption(new Option('--device <name>', 'what trains (default: cpu; docs/gpu.md)').choices(DEVICE_OPTIONS))
    .option(
      '--memory <size>',
      'what training may take, as 4GB; layers are recomputed to stay below it (default: what is free)',
    )
    .hook('preAction', (_, command) => {
      const given = FLAGS.filter((flag) => command.getOptionValue(flag) !== undefined);
      if (given[0] && command.name() !== 'worker' && configuredServer())
        throw new Fault(
          'input',
          `--${given[0]} was given, but it is the workers of your Temporal server that train.`,
          `Give it to hone worker, or set ${VARIABLES[given[0]]} where that runs.`,
        );
      for (const flag of given) process.env[VARIABLES[flag]] = command.getOptionValue(flag);
    });
}
