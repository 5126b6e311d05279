import { Command, Option } from 'commander';
import type { CreateOptions, TimeOptions, UpdateOptions } from '../actions/schedule-edit.ts';
import type { Io } from '../runtime/io.ts';

export function scheduleCommand(io: Io): Command {
  const common = (command: Command) =>
    command.option('--json', 'print JSON').option('--verbose', 'show the stack of an error');
  const one = (name: string, summary: string) =>
    common(new Command(name).summary(summary).argument('<name>', 'of the schedule'));
  const acting = async () => import('../actions/schedule.ts');
  const timing = async () => import('../actions/schedule-edit.ts');

  const create = withTimes(
    one('create', 'retrain at fixed times')
      .description(
        'Has Temporal retrain at fixed times. The config file is checked and stored with the schedule: `hone schedule update` stores it anew.',
      )
      .requiredOption('--config <file>', 'run input with publish.name, as for hone retrain'),
    { overlap: 'skip', catchUp: '1h' },
  )
    .addHelpText(
      'after',
      "\nExamples:\n  $ hone schedule create nightly --cron '0 3 * * *' --timezone Europe/Berlin --config run.yaml\n  $ hone schedule create hourly --every 1h --jitter 5m --config run.yaml",
    )
    .action(async (name: string, options: CreateOptions) => {
      io.exitCode = await (await timing()).create(name, options, io);
    });
  const update = withTimes(
    one('update', 'change when or what a schedule retrains')
      .description(
        'Changes what is given, from the next time on, and leaves the rest as it is. A retraining under way goes on as it was started.',
      )
      .option('--config <file>', 'run input to store in place of the one there is; it publishes the same name'),
    {},
  )
    .addHelpText(
      'after',
      "\nExamples:\n  $ hone schedule update nightly --cron '0 4 * * *'\n  $ hone schedule update nightly --config run.yaml --jitter 0m",
    )
    .action(async (name: string, options: UpdateOptions) => {
      io.exitCode = await (await timing()).update(name, options, io);
    });
  const list = common(new Command('list').summary('show all schedules')).action(async (options: { json?: boolean }) => {
    io.exitCode = await (await acting()).list(options, io);
  });
  const show = one('show', 'show a schedule, its next times, and what its last runs decided').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await acting()).show(name, options, io);
    },
  );
  const trigger = one('trigger', 'retrain now, unless it is under way').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await acting()).trigger(name, options, io);
    },
  );
  const pause = one('pause', 'start nothing until it is resumed')
    .option('--note <why>', 'kept with the schedule')
    .action(async (name: string, options: { note?: string; json?: boolean }) => {
      io.exitCode = await (await acting()).change('pause', name, options, io);
    });
  const resume = one('resume', 'go on with a paused schedule').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await acting()).change('resume', name, options, io);
    },
  );
  const remove = one('delete', 'remove a schedule; what it started goes on').action(
    async (name: string, options: { json?: boolean }) => {
      io.exitCode = await (await acting()).change('delete', name, options, io);
    },
  );
  const schedule = new Command('schedule').summary('retrain by itself, at fixed times');
  for (const command of [create, update, list, show, trigger, pause, resume, remove]) schedule.addCommand(command);
  return schedule;
}

/** @param defaults of what `create` does not need to be told; `update` has none, as it changes what it is told only. */
function withTimes(command: Command, defaults: Pick<TimeOptions, 'overlap' | 'catchUp'>): Command {
  return command
    .option('--every <interval>', 'as 30m, 6h, 1d or 1w')
    .option('--cron <expression>', "as '0 3 * * *', in UTC or in --timezone")
    .option('--timezone <name>', 'zone that --cron is read in, as Europe/Berlin or Asia/Shanghai')
    .option('--jitter <time>', 'put each start off by up to this; 0m for none')
    .addOption(
      new Option('--overlap <policy>', 'if the retraining before is still under way: leave one out, or run it after')
        .choices(['skip', 'buffer-one'])
        .default(defaults.overlap),
    )
    .option(
      '--catch-up <time>',
      'make up for a time missed because Temporal was away, if no later than this',
      defaults.catchUp,
    );
}
