import { type Command, Option } from 'commander';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { DEVICE_OPTIONS } from '../../core/devices/device-names.ts';

/** Flag -> the environment variable that it sets. A process that the command starts in the background inherits it. */
const VARIABLES = { device: 'HONE_DEVICE', memory: 'HONE_MEMORY' } as const;
const FLAGS = ['device', 'memory'] as const;

/** Adds the flags about the machine that trains: `--device` and `--memory`. */
export function withMachineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--device <name>', 'device to train and embed on (default: cpu; see docs/gpu.md)').choices(
        DEVICE_OPTIONS,
      ),
    )
    .option(
      '--memory <size>',
      'memory limit of training, such as 4GB; layers are recomputed to stay below it (default: four fifths of what is free)',
    )
    .hook('preAction', (_, command) => {
      const given = FLAGS.filter((flag) => command.getOptionValue(flag) !== undefined);
      if (given[0] && command.name() !== 'worker' && configuredServer())
        throw new Fault(
          'input',
          `--${given[0]} was given, but a Temporal server is configured, whose workers do the training.`,
          `Give it to \`hone worker\`, or set ${VARIABLES[given[0]]} where that runs.`,
        );
      for (const flag of given) process.env[VARIABLES[flag]] = command.getOptionValue(flag);
    });
}
