import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { findTemporal } from '../../workers/temporal-binary.ts';
import { type StartTemporalOptions, startTemporal } from '../../workers/temporal-server.ts';

const run = promisify(execFile);

/** A Temporal server apart from Hone, and the Temporal CLI to speak to it. */
export interface Temporal {
  readonly address: string;
  /** Carries out `temporal ARGS`, as a person would type it; answers what it printed. */
  cli(args: readonly string[], cwd?: string): Promise<string>;
  close(): Promise<void>;
}

export async function temporal(
  directory: string,
  searchAttributes: StartTemporalOptions['searchAttributes'] = SEARCH_ATTRIBUTES,
): Promise<Temporal> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal');
  const binary = await findTemporal({ cache });
  const { address, close } = await startTemporal({ binary, directory, ...(searchAttributes && { searchAttributes }) });
  return {
    address,
    async cli(args, cwd) {
      const { stdout } = await run(binary, [...args], { cwd, env: { ...process.env, TEMPORAL_ADDRESS: address } });
      return stdout;
    },
    close,
  };
}
