import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';

/** A width or a number of parts. */
export const size = z.number().int().positive();
/** A dropout rate. */
export const rate = z.number().min(0).max(0.9);

/**
 * Reads the fields of `config.json` that an architecture depends on.
 * @param what Name of the architecture or module, for messages.
 * @throws Fault `input` naming each field that is missing or malformed.
 */
export function readConfig<T extends z.ZodType>(fields: T, config: unknown, file: string, what: string): z.infer<T> {
  const parsed = fields.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new Fault('input', `${file} is not a complete ${what} configuration.`, 'Download or save the model again.', {
    details: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  });
}

/** @throws Fault `input` unless `value` is among `supported`. */
export function requireOption<T>(file: string, option: string, value: T, supported: readonly T[]): void {
  if (supported.includes(value)) return;
  throw new Fault(
    'input',
    `${file} sets ${option} to ${JSON.stringify(value)}, which is not supported.`,
    `Use a model whose ${option} is ${supported.map((one) => JSON.stringify(one)).join(' or ')}.`,
  );
}

/** @throws Fault `input` unless the width is divisible by the number of heads. */
export function requireEvenHeads(file: string, option: string, heads: number, hidden: number): void {
  if (hidden % heads === 0) return;
  throw new Fault(
    'input',
    `${file} sets ${option} to ${heads}, which is not supported.`,
    `Use a model whose ${option} is a divisor of hidden_size (${hidden}).`,
  );
}
