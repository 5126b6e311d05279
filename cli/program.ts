import { Command, type HelpConfiguration } from 'commander';
import stringWidth from 'string-width';
import { approveCommand } from './commands/approve.ts';
import { cancelCommand } from './commands/cancel.ts';
import { codecServerCommand } from './commands/codec-server.ts';
import { deploymentCommand } from './commands/deployment.ts';
import { doctorCommand } from './commands/doctor.ts';
import { estimateCommand } from './commands/estimate.ts';
import { followCommand } from './commands/follow.ts';
import { gcCommand } from './commands/gc.ts';
import { listCommand } from './commands/list.ts';
import { modelCommand } from './commands/model.ts';
import { modelsCommand } from './commands/models.ts';
import { pauseCommand } from './commands/pause.ts';
import { readCommand } from './commands/read.ts';
import { resumeCommand } from './commands/resume.ts';
import { retrainCommand } from './commands/retrain.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { schemaCommand } from './commands/schema.ts';
import { serveCommand } from './commands/serve.ts';
import { showCommand } from './commands/show.ts';
import { verifyCommand } from './commands/verify.ts';
import { workerCommand } from './commands/worker.ts';
import { t, tLines } from './i18n/translate.ts';
import { withTenant } from './input/tenant.ts';
import { wrap } from './output/wrap.ts';
import type { Io } from './runtime/io.ts';
import { version } from './runtime/package.ts';

/** Descriptions in the language of the terminal, wrapped by the width of their letters. */
const HELP: HelpConfiguration = {
  styleTitle: t,
  styleCommandDescription: tLines,
  styleSubcommandDescription: t,
  styleArgumentDescription: t,
  styleOptionDescription: t,
  displayWidth: stringWidth,
  boxWrap: wrap,
};

/** Commands that neither connect to Temporal nor open the store of published models. */
const WITHOUT_TENANT = new Set(['read', 'schema', 'codec-server', 'pull', 'export']);

/** Builds the command line. An action is imported when its command runs, so that help and errors are fast. */
export function program(io: Io): Command {
  const hone = new Command('hone')
    .description('Tunes an embedding model on your own documents, as a durable run.')
    .version(version())
    .showHelpAfterError(t('      `hone --help` lists the commands.'))
    .configureHelp(HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.line(text.trimEnd()),
      writeErr: (text) => io.err.line(text.trimEnd()),
      outputError: (text, write) =>
        write(tLines(text.replace(/^error: /, '')).replace(/^/, `${io.err.style('red', 'hone:')} `)),
    })
    .addHelpText(
      'after',
      tLines(`
Examples:
  $ hone run docs/ --publish handbook     tune a model on a folder and publish it
  $ hone estimate docs/                   estimate the cost of such a run
  $ hone show handbook                    show its result, report and model
  $ hone doctor                           check what is missing on this machine

If TEMPORAL_ADDRESS or a Temporal profile is set, Hone connects to that server, which needs a \`hone worker\`.
Otherwise it starts its own server and worker and keeps all data in .hone/ (HONE_HOME).`),
    );
  const commands = [
    runCommand(io),
    readCommand(io),
    estimateCommand(io),
    followCommand(io),
    listCommand(io),
    showCommand(io),
    pauseCommand(io),
    resumeCommand(io),
    approveCommand(io),
    cancelCommand(io),
    retrainCommand(io),
    scheduleCommand(io),
    modelsCommand(io),
    rollbackCommand(io),
    gcCommand(io),
    workerCommand(io),
    serveCommand(io),
    deploymentCommand(io),
    codecServerCommand(io),
    modelCommand(io),
    verifyCommand(io),
    schemaCommand(io),
    doctorCommand(io),
  ];
  for (const command of commands) {
    hone.addCommand(command);
    const leaves = command.commands.length > 0 ? command.commands : [command];
    for (const leaf of leaves) if (!WITHOUT_TENANT.has(leaf.name())) withTenant(leaf);
    for (const inner of [command, ...command.commands]) inner.copyInheritedSettings(hone);
  }
  return hone;
}
