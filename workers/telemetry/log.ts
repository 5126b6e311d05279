import { DefaultLogger, type LogEntry, type Logger, type LogLevel } from '@temporalio/worker';
import type { LogFormat, LogLevelName } from './log-options.ts';

export interface LogOptions {
  format: LogFormat;
  level: LogLevelName;
  /** Takes a line without its end. */
  write(line: string): void;
}

/** The logger of a worker, for its own lines and those of the SDK. */
export function createLogger({ format, level, write }: LogOptions): Logger {
  const lineOf = format === 'json' ? jsonLine : textLine;
  return new DefaultLogger(level.toUpperCase() as LogLevel, (entry) => {
    if (!isChatter(entry)) write(lineOf(entry));
  });
}

/**
 * The logger of a worker within a command that shows the run itself: errors of the SDK, and not those of steps, which
 * the command tells with its result.
 */
export function quietLogger(write: LogOptions['write']): Logger {
  return new DefaultLogger('ERROR', (entry) => {
    if (entry.meta?.sdkComponent !== 'activity') write(textLine(entry));
  });
}

/** Fields of the SDK -> their names in a line, or undefined where they are left out. */
const RENAMED: Readonly<Record<string, string | undefined>> = {
  workflowId: 'run',
  runId: 'execution',
  workflowRunId: 'execution',
  workflowType: 'workflow',
  activityType: 'step',
  activityId: undefined,
  taskQueue: 'queue',
  taskToken: undefined,
  namespace: undefined,
  isLocal: undefined,
  sdkComponent: undefined,
};

/**
 * What the SDK says of an activity, as what Hone says of the step tells the same and more; the states of a worker; and
 * that a worker has no workflows, as those of most queues.
 */
function isChatter({ message, level, meta = {} }: LogEntry): boolean {
  if (meta.sdkComponent !== 'worker') return false;
  return meta.activityType !== undefined || level === 'INFO' || message.startsWith('No workflows registered');
}

function fieldsOf(meta: LogEntry['meta'] = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).flatMap(([name, value]): [string, unknown][] => {
      const renamed = Object.hasOwn(RENAMED, name) ? RENAMED[name] : name;
      if (renamed === undefined || value === undefined) return [];
      return [[renamed, value instanceof Error ? value.message : value]];
    }),
  );
}

function jsonLine({ message, level, timestampNanos, meta }: LogEntry): string {
  const time = timeOf(timestampNanos);
  return JSON.stringify({ time, level: level.toLowerCase(), message, ...fieldsOf(meta) }, plain);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What a person at a terminal needs; the rest is in the JSON lines. */
const SHOWN = ['run', 'attempt', 'seconds', 'note', 'etaSeconds', 'advice', 'stack'];

function textLine({ message, level, timestampNanos, meta }: LogEntry): string {
  const fields = fieldsOf(meta);
  const shown = SHOWN.flatMap((name) => {
    const value = fields[name];
    const isFirst = name === 'attempt' && value === 1;
    return value === undefined || isFirst ? [] : [`${name}=${String(value)}`];
  });
  const word = level === 'INFO' ? '' : `${level.toLowerCase()}: `;
  return [`${timeOf(timestampNanos).slice(11, 19)}  ${word}${message}`, ...shown].join('  ');
}

function timeOf(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString();
}
