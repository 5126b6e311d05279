import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '../core/contracts/fault.ts';
import { HeaderName, Profile } from '../core/contracts/profile.ts';
import { checkTenant, DEFAULT_TENANT, storeOf } from '../core/contracts/tenant.ts';
import { DEVICE_OPTIONS, type DeviceOption } from '../core/devices/device-names.ts';
import { utf8OfFile } from '../core/primitives/utf8-of-file.ts';
import type { MlflowOptions } from '../core/tracking/mlflow.ts';

/** A profile in worker.yaml. Keys stay in the environment; the file names the variable that holds one. */
const ProfileSettings = Profile.omit({ apiKey: true }).extend({
  apiKeyFrom: z.string().default('OPENAI_API_KEY').describe('environment variable that holds the key'),
  headers: z
    .record(HeaderName, z.union([z.string(), z.strictObject({ from: z.string() })]))
    .optional()
    .describe('headers of every request; a secret one as { from: VARIABLE }'),
});

const SettingsFile = z.strictObject({
  store: z.string().optional().describe('artifact store: a folder or s3://bucket/prefix'),
  roots: z.array(z.string()).optional().describe('folders and s3:// prefixes that runs may read documents from'),
  models: z.string().optional().describe('folder that base models are cached in'),
  threads: z.number().int().min(1).optional().describe('threads for matrix operations; default: all cores'),
  device: z.enum(DEVICE_OPTIONS).optional().describe('device that trains and embeds; default: cpu'),
  memory: z.string().optional().describe('memory limit of training, such as 4GB; default: four fifths of what is free'),
  checkpointEveryS: z.number().positive().optional().describe('seconds between training checkpoints; default: 60'),
  signingKey: z.string().optional().describe('file with the private key that signs published models'),
  profiles: z.record(z.string(), ProfileSettings).default({}),
});

/** Configuration of a worker, from `worker.yaml` in the Hone folder, the environment and the command line. */
export interface Settings {
  /** The Hone folder: database, store, scratch files. */
  home: string;
  /** Whose runs the worker executes. */
  tenant: string;
  /** What is the tenant's own of the Hone folder, or the folder itself: roots, profiles, scratch files. */
  tenantFolder: string;
  /** Cache folder of the user, shared by all projects: the Temporal binary, base models. */
  tools: string;
  /** Artifact store of the tenant: a folder or `s3://bucket/prefix`. */
  store: string;
  /** Folder that base models are cached in. */
  models: string;
  /** Folder that relative locations in a run input start from. */
  base: string;
  /** Folders and `s3://` prefixes that runs may read documents and datasets from. */
  roots: string[];
  profiles: Record<string, Profile>;
  /**
   * Name of each profile that lacks its key or a secret header, and so cannot be used -> environment variable that
   * should hold it.
   */
  keyless: Record<string, string>;
  /** Threads for matrix operations. Default: all cores. */
  threads?: number;
  /** Device that trains and embeds. Default: the CPU. */
  device?: DeviceOption;
  /** Memory limit of training, in bytes. Default: four fifths of what is free. */
  memory?: number;
  /** Seconds between training checkpoints. Default: 60. */
  checkpointEveryS?: number;
  /** File with the private key that signs published models. Default: they are not signed. */
  signingKey?: string;
  /** Where runs are tracked, by the variables of MLflow's own clients. Default: nowhere. */
  mlflow?: MlflowOptions;
}

export interface SettingsSource {
  /** Default: `HONE_TENANT`, or the default tenant. */
  tenant?: string | undefined;
  /** Default: `HONE_HOME`, or `.hone` in the working directory. */
  home?: string;
  /** The store that tenants share. Overrides `HONE_STORE` and `worker.yaml`. */
  store?: string | undefined;
  /**
   * Further folders and `s3://` prefixes that runs may read. They are added to `granted.json` in the Hone folder, so
   * that a run that is resumed later may read them too.
   */
  grant?: readonly string[] | undefined;
  /** Default: the working directory. */
  cwd?: string;
  /** Default: `process.env`. An empty variable counts as unset. */
  env?: NodeJS.ProcessEnv;
}

/**
 * The settings of a tenant's worker. Another tenant than the default one has `roots`, `profiles` and grants from its
 * own folder alone, `tenants/NAME` in the Hone folder; what its `worker.yaml` leaves out of the rest, it shares.
 * @throws Fault `config` naming the file and field, or the variable, that is invalid.
 */
export async function loadSettings({
  grant = [],
  cwd = process.cwd(),
  env = process.env,
  ...given
}: SettingsSource = {}): Promise<Settings> {
  const home = resolve(cwd, given.home ?? (env.HONE_HOME || '.hone'));
  const tenant = checkTenant(given.tenant ?? (env.HONE_TENANT || DEFAULT_TENANT));
  const tenantFolder = tenant === DEFAULT_TENANT ? home : join(home, 'tenants', tenant);
  const { roots: _, profiles: __, ...shared } = await readSettingsFile(join(home, 'worker.yaml'));
  const file = { ...shared, ...(await readSettingsFile(join(tenantFolder, 'worker.yaml'))) };
  const store = given.store ?? (env.HONE_STORE || file.store || join(home, 'store'));
  const granted = await addGrants(
    tenantFolder,
    grant.map((root) => rootAt(cwd, root)),
  );
  const userCache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone');
  return {
    home,
    tenant,
    tenantFolder,
    store: storeOf(store, tenant),
    tools: userCache,
    models: resolve(cwd, env.HONE_MODELS || file.models || join(userCache, 'models')),
    base: cwd,
    roots: [...(file.roots ?? []).map((root) => rootAt(cwd, root)), ...granted],
    ...profilesOf(file, env),
    ...machineSettings(env, file),
    ...mlflowSettings(env),
    ...(file.checkpointEveryS && { checkpointEveryS: file.checkpointEveryS }),
    ...signingSettings(env, file, { home, cwd }),
  };
}

function rootAt(cwd: string, root: string): string {
  return root.startsWith('s3://') ? root : resolve(cwd, root);
}

/** @throws Fault `config` naming the variable that is invalid. */
function machineSettings(
  { HONE_THREADS, HONE_DEVICE, HONE_MEMORY }: NodeJS.ProcessEnv,
  file: z.infer<typeof SettingsFile>,
): Pick<Settings, 'threads' | 'device' | 'memory'> {
  const threads = HONE_THREADS ? Number(HONE_THREADS) : file.threads;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new Fault(
      'config',
      `HONE_THREADS is "${HONE_THREADS}".`,
      'Set it to a whole number of at least 1, or unset it.',
    );
  const device = DEVICE_OPTIONS.find((name) => name === (HONE_DEVICE || file.device));
  if (HONE_DEVICE && !device)
    throw new Fault('config', `HONE_DEVICE is "${HONE_DEVICE}".`, `Set it to one of ${DEVICE_OPTIONS.join(', ')}.`);
  const size = HONE_MEMORY || file.memory;
  const memory = size === undefined ? undefined : parseBytes(size);
  if (Number.isNaN(memory))
    throw new Fault(
      'config',
      `${HONE_MEMORY ? 'HONE_MEMORY' : 'memory in worker.yaml'} is "${size}".`,
      'Give a size such as 4GB or 800MB.',
    );
  return { ...(threads && { threads }), ...(device && { device }), ...(memory !== undefined && { memory }) };
}

/** @throws Fault `config` if MLFLOW_TRACKING_URI is no address of a server. */
function mlflowSettings(env: NodeJS.ProcessEnv): Pick<Settings, 'mlflow'> {
  const { MLFLOW_TRACKING_URI: url, MLFLOW_EXPERIMENT_NAME: experiment } = env;
  if (!url) return {};
  if (!/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    throw new Fault(
      'config',
      `MLFLOW_TRACKING_URI is "${url}".`,
      'Set it to the address of an MLflow server, http://HOST:5000, or unset it.',
    );
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = env;
  return { mlflow: { url: url.replace(/\/+$/, ''), experiment: experiment || 'hone', token, username, password } };
}

/** A variable's path is that of the working directory, as a shell completes it; the file's is that of its folder. */
function signingSettings(
  { HONE_SIGNING_KEY }: NodeJS.ProcessEnv,
  { signingKey }: z.infer<typeof SettingsFile>,
  { home, cwd }: { home: string; cwd: string },
): Pick<Settings, 'signingKey'> {
  if (HONE_SIGNING_KEY) return { signingKey: resolve(cwd, HONE_SIGNING_KEY) };
  return signingKey === undefined ? {} : { signingKey: resolve(home, signingKey) };
}

/** Bytes of a size such as `4GB` (powers of 1000) or `4GiB` (powers of 1024); NaN if it is not a size. */
function parseBytes(size: string): number {
  const [, count, power, binary] = /^(\d+(?:\.\d+)?)\s*([kmgt])(i?)b?$/i.exec(size.trim()) ?? [];
  if (!count || !power) return Number.NaN;
  return Number(count) * (binary ? 1024 : 1000) ** ('kmgt'.indexOf(power.toLowerCase()) + 1);
}

async function readSettingsFile(path: string): Promise<z.infer<typeof SettingsFile>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return new Uint8Array();
    throw error;
  });
  const text = utf8OfFile(bytes, path, 'config');
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw new Fault(
      'config',
      `${path} is not valid YAML: ${error instanceof Error ? error.message : error}.`,
      'Correct the file, or remove it to use the defaults.',
    );
  }
  const parsed = SettingsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Fault(
    'config',
    `${path} has invalid settings: ${details.join('; ')}.`,
    'docs/workers.md lists the settings.',
    { details },
  );
}

/**
 * The profile `default`, from `OPENAI_API_KEY` and `OPENAI_BASE_URL`. A server that needs no key is sent a placeholder.
 */
function profileFromEnvironment(env: NodeJS.ProcessEnv): Record<string, Profile> {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = env;
  if (!apiKey && !baseURL) return {};
  const parsed = Profile.safeParse({ apiKey: apiKey || 'none', ...(baseURL ? { baseURL } : {}) });
  if (!parsed.success)
    throw new Fault('config', 'OPENAI_BASE_URL is not a URL.', 'Set it to a URL such as http://127.0.0.1:11434/v1.');
  return { default: parsed.data };
}

/** A profile of the file replaces the environment's profile of the same name, unless it has no key. */
function profilesOf(
  file: z.infer<typeof SettingsFile>,
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'profiles' | 'keyless'> {
  const profiles = profileFromEnvironment(env);
  const keyless: Record<string, string> = {};
  for (const [name, { apiKeyFrom, headers, ...profile }] of Object.entries(file.profiles)) {
    const apiKey = env[apiKeyFrom] || (profile.baseURL ? 'none' : undefined);
    const unsetHeader = Object.values(headers ?? {}).find((value) => typeof value === 'object' && !env[value.from]);
    if (typeof unsetHeader === 'object') {
      // Without this header the endpoint would refuse every request.
      delete profiles[name];
      keyless[name] = unsetHeader.from;
    } else if (apiKey) {
      profiles[name] = { ...profile, apiKey, ...(headers && { headers: resolveHeaders(headers, env) }) };
    } else if (!Object.hasOwn(profiles, name)) keyless[name] = apiKeyFrom;
  }
  return { profiles, keyless };
}

function resolveHeaders(
  headers: NonNullable<z.infer<typeof ProfileSettings>['headers']>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const values = Object.entries(headers).map(([name, value]) => [
    name,
    // A file that a variable was read from often ends with a line break, which no header may hold.
    (typeof value === 'string' ? value : (env[value.from] ?? '')).trim(),
  ]);
  return Object.fromEntries(values);
}

/** Adds folders to `granted.json`. @returns all that it lists. */
async function addGrants(home: string, folders: string[]): Promise<string[]> {
  const path = join(home, 'granted.json');
  const before = await readFile(path, 'utf8').then(
    (text) => z.array(z.string()).parse(JSON.parse(text)),
    () => [],
  );
  const all = [...new Set([...before, ...folders])];
  if (all.length > before.length) {
    await mkdir(home, { recursive: true });
    // Written beside and renamed: a command that read a half-written file would treat it as empty and lose its entries.
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(all, null, 2));
    await rename(draft, path);
  }
  return all;
}
