import { Command, Option } from 'commander';
import type { CreateOptions, TimeOptions, UpdateOptions } from '../actions/schedule-edit.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function scheduleCommand(io: Io): Command {
  const common = (command: Command) =>
    command.option('--json', 'print JSON').option('--verbose', 'show the stack trace of an error');
  const one = (name: string, summary: string) =>
    common(new Command(name).summary(summary).argument('<name>', 'name of the schedule'));
  const actions = () => import('../actions/schedule.ts');
  const editActions = () => import('../actions/schedule-edit.ts');

  const create = withTimes(
    one('create', 'retrain at fixed times')
      .description(
        'Creates a Temporal schedule that retrains at fixed times. The config file is validated and stored with the schedule; after a change, store it again with `hone schedule update`.',
      )
      .requiredOption('--config <file>', 'run input with publish.name, as for hone retrain'),
    { overlap: 'skip', catchUp: '1h' },
  )
    .addHelpText(
      'after',
      tLines(
        "\nExamples:\n  $ hone schedule create nightly --cron '0 3 * * *' --timezone Europe/Berlin --config run.yaml\n  $ hone schedule create hourly --every 1h --jitter 5m --config run.yaml",
      ),
    )
    .action(async (name: string, options: CreateOptions) => {
      io.exitCode = await (await editActions()).create(name, options, io);
    });
  const update = withTimes(
    one('update', 'change the times or the run input of a schedule')
      .description('Changes only the given options, from the next retraining on. A running retraining is not affected.')
      .option('--config <file>', 'run input that replaces the stored one; it must publish the same name'),
    {},
  )
    .addHelpText(
      'after',
      tLines(
        "\nExamples:\n  $ hone schedule update nightly --cron '0 4 * * *'\n  $ hone schedule update nightly --config run.yaml --jitter 0m",
      ),
    )
    .action(async (name: string, options: UpdateOptions) => {
      io.exitCode = await (await editActions()).update(name, options, io);
    });
  const list = common(new Command('list').summary('list the schedules')).action(async (options: { json?: boolean }) => {
    io.exitCode = await (await actions()).list(options, io);
  });
  const show = one('show', 'show a schedule, its next times, and the decisions of its last retrainings').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await actions()).show(name, options, io);
    },
  );
  const trigger = one('trigger', 'retrain now, unless a retraining is running').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await actions()).trigger(name, options, io);
    },
  );
  const pause = one('pause', 'start no retraining until it is resumed')
    .option('--note <why>', 'reason to store with the schedule')
    .action(async (name: string, options: { note?: string; json?: boolean }) => {
      io.exitCode = await (await actions()).change('pause', name, options, io);
    });
  const resume = one('resume', 'resume a paused schedule').action(async (name: string, options: { json?: boolean }) => {
    io.exitCode = await (await actions()).change('resume', name, options, io);
  });
  const remove = one('delete', 'delete a schedule; a running retraining continues').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await actions()).change('delete', name, options, io);
    },
  );
  const schedule = new Command('schedule').summary('retrain at fixed times');
  for (const command of [create, update, list, show, trigger, pause, resume, remove]) schedule.addCommand(command);
  return schedule;
}

/** @param defaults Those of `create`. `update` has none, because it changes only what is given. */
function withTimes(command: Command, defaults: Pick<TimeOptions, 'overlap' | 'catchUp'>): Command {
  return command
    .option('--every <interval>', 'time between retrainings, such as 30m, 6h, 1d or 1w')
    .option('--cron <expression>', "cron expression such as '0 3 * * *', in UTC or in --timezone")
    .option('--timezone <name>', 'time zone of --cron, such as Europe/Berlin or Asia/Shanghai (default: UTC)')
    .option('--jitter <time>', 'delay each start by a random time up to this; 0m for none')
    .addOption(
      new Option('--overlap <policy>', 'if the previous retraining is still running: skip one, or start it afterwards')
        .choices(['skip', 'buffer-one'])
        .default(defaults.overlap),
    )
    .option(
      '--catch-up <time>',
      'start a retraining that was missed while Temporal was down, if it is late by no more than this',
      defaults.catchUp,
    );
}
