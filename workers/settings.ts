import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '../core/contracts/fault.ts';
import { Profile } from '../core/contracts/profile.ts';
import { DEVICE_OPTIONS, type DeviceOption } from '../core/training/devices/choose-device.ts';

/** Keys stay in the environment: the file names the variable that holds one. */
const ProfileSettings = Profile.omit({ apiKey: true }).extend({
  apiKeyFrom: z.string().default('OPENAI_API_KEY').describe('environment variable that holds the key'),
});

const SettingsFile = z.strictObject({
  store: z.string().optional().describe('where artifacts are kept: a folder or s3://bucket/prefix'),
  roots: z.array(z.string()).optional().describe('folders and s3:// prefixes that runs may read documents from'),
  models: z.string().optional().describe('folder in which base models are cached'),
  threads: z.number().int().min(1).optional().describe('threads for matrix work; default: all cores'),
  device: z.enum(DEVICE_OPTIONS).optional().describe('what trains; default cpu'),
  memory: z.string().optional().describe('bytes that training may take, as 4GB; default: what is free'),
  checkpointEveryS: z.number().positive().optional().describe('seconds between checkpoints of a training; default 60'),
  profiles: z.record(z.string(), ProfileSettings).default({}),
});

/** How a worker is set up: by `worker.yaml` in the Hone folder, the environment, and what the command line grants. */
export interface Settings {
  /** The Hone folder: database, store, scratch files. */
  home: string;
  /** What is fetched once for all of a user's projects. */
  tools: string;
  store: string;
  models: string;
  base: string;
  roots: string[];
  profiles: Record<string, Profile>;
  /** Profiles that cannot be used, each with the environment variable that should hold its key. */
  keyless: Record<string, string>;
  threads?: number;
  device?: DeviceOption;
  /** Bytes that training may take. */
  memory?: number;
  /** Seconds between two checkpoints of a training. */
  checkpointEveryS?: number;
}

export interface SettingsSource {
  /** Default: `HONE_HOME`, or `.hone` in the working directory. */
  home?: string;
  /** Overrides `HONE_STORE` and the file. */
  store?: string;
  /** Further folders and `s3://` prefixes that runs may read; remembered, so that a run resumed later may read them too. */
  grant?: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** @throws Fault `config` naming the file and field that is wrong. */
export async function loadSettings({
  grant = [],
  cwd = process.cwd(),
  env = process.env,
  ...given
}: SettingsSource = {}): Promise<Settings> {
  const home = resolve(cwd, given.home ?? (env.HONE_HOME || '.hone'));
  const file = await readSettingsFile(join(home, 'worker.yaml'));
  const granted = await remember(
    home,
    grant.map((root) => rootAt(cwd, root)),
  );
  const userCache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone');
  return {
    home,
    store: given.store ?? (env.HONE_STORE || file.store || join(home, 'store')),
    tools: userCache,
    models: resolve(cwd, env.HONE_MODELS || file.models || join(userCache, 'models')),
    base: cwd,
    roots: [...(file.roots ?? [cwd]).map((root) => rootAt(cwd, root)), ...granted],
    ...profilesOf(file, env),
    ...machine(env, file),
    ...(file.checkpointEveryS && { checkpointEveryS: file.checkpointEveryS }),
  };
}

function rootAt(cwd: string, root: string): string {
  return root.startsWith('s3://') ? root : resolve(cwd, root);
}

/** @throws Fault `config` naming the variable that makes no sense. */
function machine(
  { HONE_THREADS, HONE_DEVICE, HONE_MEMORY }: NodeJS.ProcessEnv,
  file: z.infer<typeof SettingsFile>,
): Pick<Settings, 'threads' | 'device' | 'memory'> {
  const threads = HONE_THREADS ? Number(HONE_THREADS) : file.threads;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new Fault('config', `HONE_THREADS is ${HONE_THREADS}.`, 'Set it to a whole number from 1, or unset it.');
  const device = DEVICE_OPTIONS.find((name) => name === (HONE_DEVICE || file.device));
  if (HONE_DEVICE && !device)
    throw new Fault('config', `HONE_DEVICE is ${HONE_DEVICE}.`, `Set it to one of ${DEVICE_OPTIONS.join(', ')}.`);
  const size = HONE_MEMORY || file.memory;
  const memory = size === undefined ? undefined : parseBytes(size);
  if (Number.isNaN(memory))
    throw new Fault(
      'config',
      `${HONE_MEMORY ? 'HONE_MEMORY' : 'memory in worker.yaml'} is ${size}.`,
      'Give a size as 4GB or 800MB.',
    );
  return { ...(threads && { threads }), ...(device && { device }), ...(memory !== undefined && { memory }) };
}

/** Powers of a thousand, or of 1024 with an i; NaN if it is no size. */
function parseBytes(size: string): number {
  const [, count, power, binary] = /^(\d+(?:\.\d+)?)\s*([kmgt])(i?)b?$/i.exec(size.trim()) ?? [];
  if (!count || !power) return Number.NaN;
  return Number(count) * (binary ? 1024 : 1000) ** ('kmgt'.indexOf(power.toLowerCase()) + 1);
}

async function readSettingsFile(path: string): Promise<z.infer<typeof SettingsFile>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw new Fault(
      'config',
      `${path} is not valid YAML: ${(error as Error).message}.`,
      'Mend the file, or remove it to use the defaults.',
    );
  }
  const parsed = SettingsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Fault(
    'config',
    `${path} has settings that make no sense: ${details.join('; ')}.`,
    'docs/workers.md lists what it may hold.',
    { details },
  );
}

/** `OPENAI_API_KEY` and `OPENAI_BASE_URL` make the profile `default`; a local server that wants no key gets a dummy. */
function profileFromEnvironment(env: NodeJS.ProcessEnv): Record<string, Profile> {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = env;
  if (!apiKey && !baseURL) return {};
  const parsed = Profile.safeParse({ apiKey: apiKey || 'none', ...(baseURL ? { baseURL } : {}) });
  if (!parsed.success)
    throw new Fault('config', `OPENAI_BASE_URL is not a URL.`, 'Set it to something like http://127.0.0.1:11434/v1.');
  return { default: parsed.data };
}

/** Those of the file come before the environment's, unless they lack a key. */
function profilesOf(
  file: z.infer<typeof SettingsFile>,
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'profiles' | 'keyless'> {
  const profiles = profileFromEnvironment(env);
  const keyless: Record<string, string> = {};
  for (const [name, { apiKeyFrom, ...profile }] of Object.entries(file.profiles)) {
    const apiKey = env[apiKeyFrom] || (profile.baseURL ? 'none' : undefined);
    if (apiKey) profiles[name] = { ...profile, apiKey };
    else if (!Object.hasOwn(profiles, name)) keyless[name] = apiKeyFrom;
  }
  return { profiles, keyless };
}

async function remember(home: string, folders: string[]): Promise<string[]> {
  const path = join(home, 'granted.json');
  const known = await readFile(path, 'utf8').then(
    (text) => z.array(z.string()).parse(JSON.parse(text)),
    () => [],
  );
  const all = [...new Set([...known, ...folders])];
  if (all.length > known.length) {
    await mkdir(home, { recursive: true });
    // Renamed whole: another command that reads half of it would take it for none, and forget what was granted before.
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(all, null, 2));
    await rename(draft, path);
  }
  return all;
}
