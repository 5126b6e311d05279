import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Harness } from './harness.ts';
import type { ManagedProcess, ProcessResult } from './managed-process.ts';

/** The built command: `node scripts/build.mjs` comes first. */
const HONE = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface WorkerOptions {
  /** Further arguments of `hone worker`. */
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /**
   * Gives the worker a home folder of its own with these settings as `worker.yaml`, as if it ran on another machine
   * that shares nothing but the working folder. Default: the home folder of the project.
   */
  ownHome?: object;
}

/** A user's folder in which `hone` runs, with an environment that names no server, key or endpoint of the machine. */
export class Project {
  readonly folder: string;
  /** Environment of the commands; may be extended. */
  readonly env: NodeJS.ProcessEnv;
  readonly #harness: Harness;

  /** Use `createProject`. */
  constructor(harness: Harness, folder: string, env: NodeJS.ProcessEnv) {
    this.#harness = harness;
    this.folder = folder;
    this.env = env;
  }

  /** Writes files, path relative to the folder -> content. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  /** Starts `hone ARGS` without waiting for it. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ManagedProcess {
    return this.#harness.spawn(process.execPath, [HONE, ...args], { cwd: this.folder, env: { ...this.env, ...env } });
  }

  /** Runs `hone ARGS` to its end, whatever its exit code. */
  hone(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProcessResult> {
    return this.start(args, env).ended;
  }

  /** Starts `hone worker`; resolves once it takes tasks. */
  async startWorker(options: WorkerOptions = {}): Promise<ManagedProcess> {
    const worker = await this.spawnWorker(options);
    await worker.waitForLog(/Serving/);
    return worker;
  }

  /** Starts `hone worker` without waiting until it takes tasks. */
  async spawnWorker({ args = [], env = {}, ownHome }: WorkerOptions = {}): Promise<ManagedProcess> {
    if (ownHome === undefined) return this.start(['worker', '--grant', this.folder, ...args], env);
    const home = await this.#harness.folder('home');
    await writeFile(join(home, 'worker.yaml'), JSON.stringify({ roots: ['.'], ...ownHome }));
    return this.start(['worker', ...args], { HONE_HOME: home, ...env });
  }
}

/** A project in a new, empty folder. @param env Variables that its commands get in addition to those of the machine. */
export async function createProject(harness: Harness, env: NodeJS.ProcessEnv = {}): Promise<Project> {
  const { TEMPORAL_ADDRESS: _, OPENAI_API_KEY: __, OPENAI_BASE_URL: ___, ...inherited } = process.env;
  return new Project(harness, await harness.folder('project'), { ...inherited, NO_COLOR: '1', ...env });
}

/** The JSON object that `--json` prints as the last line of stdout. @throws Error with stderr if there is none. */
// biome-ignore lint/suspicious/noExplicitAny: tests inspect the wire format itself.
export function lastJson({ stdout, stderr }: ProcessResult): any {
  const line = stdout.trim().split('\n').at(-1);
  if (!line) throw new Error(`nothing on stdout; stderr:\n${stderr}`);
  return JSON.parse(line);
}
