import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_TENANT, TenantName } from '../../core/contracts/tenant.ts';

/**
 * Adds `--tenant`, which sets `HONE_TENANT` for all that the command does; a process that it starts in the background
 * inherits it.
 */
export function withTenant(command: Command): Command {
  return command
    .option(
      '--tenant <name>',
      'whose runs, schedules and models they are (default: HONE_TENANT; else those of no tenant)',
      tenantName,
    )
    .hook('preAction', () => {
      const tenant = command.getOptionValue('tenant');
      if (tenant !== undefined) process.env.HONE_TENANT = tenant;
    });
}

/** What to add to a command that is suggested, so that it is about the same tenant. */
export function tenantFlag(): string {
  const { HONE_TENANT: tenant } = process.env;
  return tenant && tenant !== DEFAULT_TENANT ? ` --tenant ${tenant}` : '';
}

function tenantName(text: string): string {
  if (TenantName.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    'A tenant has up to 30 lower-case letters, digits and dashes, and begins and ends with a letter or digit.',
  );
}
