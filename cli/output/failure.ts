import { Fault } from '../../core/contracts/fault.ts';
import { systemFault } from '../../core/primitives/system-fault.ts';
import { t } from '../i18n/translate.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes that scripts can rely on; 130 is how shells count an interruption (128 + SIGINT). */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;

export interface FailureOptions {
  verbose: boolean;
  /** A command or URL that shows more. */
  details?: string | undefined;
}

/** Formats an error: what happened, what to do, where to read more and, if `verbose`, the stack trace. */
export function failureLines(error: unknown, { verbose, details }: FailureOptions, style: Terminal['style']): string[] {
  const fault = asFault(error);
  // A message may contain its details already.
  const listed = fault.details.filter((detail) => !fault.message.includes(detail));
  return [
    `${style('red', 'hone:')} ${t(fault.message)}`,
    ...listed.map((detail) => t(`      - ${detail}`)),
    t(`      ${fault.advice}`),
    ...(details === undefined ? [] : [t(`      Details: ${details}`)]),
    ...(verbose ? stack(error) : []),
  ];
}

/** `EXIT.usage` if the input was wrong, `EXIT.failed` for any other error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Fault && error.kind === 'input' ? EXIT.usage : EXIT.failed;
}

/** An error as an object for `--json`. */
export function failureJson(error: unknown): object {
  const { kind, message, advice, details } = asFault(error);
  return { kind, message, advice, details };
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const known = systemFault(error);
  if (known) return known;
  const message = error instanceof Error ? error.message : String(error);
  return new Fault(
    'unavailable',
    `Unexpected error: ${message}`,
    'Run the command again with --verbose for the stack trace; if the error persists, please report it.',
  );
}

function stack(error: unknown): string[] {
  const lines: string[] = [''];
  for (let current = error; current instanceof Error; current = current.cause) {
    lines.push(...(current.stack ?? String(current)).split('\n'));
  }
  return lines;
}
