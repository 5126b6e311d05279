import { Command } from 'commander';
import { cancelCommand } from './commands/cancel.ts';
import { doctorCommand } from './commands/doctor.ts';
import { followCommand } from './commands/follow.ts';
import { listCommand } from './commands/list.ts';
import { modelCommand } from './commands/model.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { showCommand } from './commands/show.ts';
import { workerCommand } from './commands/worker.ts';
import { version } from './version.ts';

/** The command line. Commands load what they need when they are called, so that help is instant. */
export function program(): Command {
  const hone = new Command('hone')
    .description('Sharpens an embedding model on your own documents, as a durable run.')
    .version(version())
    .showHelpAfterError('(hone --help shows what there is)')
    .addHelpText(
      'after',
      `
Examples:
  $ hone run docs/ --publish handbook     tune a model on a folder
  $ hone show handbook                    its figures, report and model
  $ hone doctor                           what is missing on this machine

Where TEMPORAL_ADDRESS or a Temporal profile is set, hone connects to that server, and \`hone worker\` serves it.
Otherwise it runs a server and a worker of its own, with everything under .hone/ (HONE_HOME).`,
    );
  const commands = [
    runCommand(),
    followCommand(),
    listCommand(),
    showCommand(),
    cancelCommand(),
    workerCommand(),
    modelCommand(),
    schemaCommand(),
    doctorCommand(),
  ];
  for (const command of commands) hone.addCommand(command.copyInheritedSettings(hone));
  for (const command of [hone, ...commands, ...commands.flatMap(({ commands }) => commands)]) command.exitOverride();
  return hone;
}
