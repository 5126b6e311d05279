import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '../core/contracts/fault.ts';
import { DEFAULT_TENANT, TenantName } from '../core/contracts/tenant.ts';
import { utf8OfFile } from '../core/primitives/utf8-of-file.ts';
import type { ApiKey } from './access/keys.ts';
import { ROLES } from './access/roles.ts';

const Groups = z.array(z.string().min(1));

const PublishedName = z.union([
  z.string().min(1),
  z.strictObject({ tenant: TenantName, name: z.string().min(1) }).describe('of another tenant'),
]);
const ServerFile = z.strictObject({
  listen: z.string().optional().describe('port of 127.0.0.1, or HOST:PORT'),
  metrics: z
    .string()
    .optional()
    .describe('where /metrics, /healthz and /readyz are answered without a key: port of 127.0.0.1, or HOST:PORT'),
  keys: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('who holds the key, for the audit log'),
        role: z.enum(ROLES),
        tenant: TenantName.optional().describe('whose runs, schedules and models the key is for'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'Invalid: `hone serve --new-key NAME` prints a key and its hash'),
      }),
    )
    .default([]),
  oidc: z
    .strictObject({
      issuer: z.url(),
      audience: z.string().min(1),
      claim: z.string().min(1).default('groups'),
      roles: z.strictObject(Object.fromEntries(ROLES.map((role) => [role, Groups.optional()]))),
      tenantClaim: z.string().min(1).optional().describe('claim that holds what tenants lists; default: claim'),
      tenants: z.record(TenantName, Groups).optional().describe('tenant -> values of the claim that belong to it'),
    })
    .optional(),
  limits: z
    .strictObject({
      requestsPerMinute: z.number().int().min(1).default(600).describe('of each key or person'),
      refusedPerMinute: z.number().int().min(1).default(30).describe('wrong keys, of each address'),
    })
    .prefault({}),
  embeddings: z
    .strictObject({
      models: z.array(PublishedName).default([]).describe('published names that are loaded at the start'),
      maxModels: z.number().int().min(1).default(4).describe('models in memory, of each tenant'),
      maxTexts: z.number().int().min(1).default(2048).describe('texts of one request'),
      maxWaiting: z.number().int().min(1).default(8192).describe('texts that wait; above it requests are refused'),
      trustedKeys: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('files with public keys; a model that none of them has signed is not served'),
      refreshSeconds: z.number().positive().default(2).describe('how often it is checked what a name stands for'),
    })
    .prefault({}),
  audit: z.string().default('audit.jsonl').describe('file of the audit log, from the Hone folder; -: stdout'),
});

/** Configuration of the HTTP server: `server.yaml` in the Hone folder. */
export interface ServerSettings extends Omit<z.infer<typeof ServerFile>, 'keys' | 'embeddings'> {
  /** Of keys and models that name none, and of programs on this machine. */
  readonly tenant: string;
  readonly keys: readonly ApiKey[];
  readonly embeddings: Omit<z.infer<typeof ServerFile>['embeddings'], 'models'> & {
    readonly models: readonly { readonly tenant: string; readonly name: string }[];
  };
}

/** The tenants that somebody may ask for. */
export function tenantsOf({ tenant, keys, oidc }: Pick<ServerSettings, 'tenant' | 'keys' | 'oidc'>): string[] {
  const ofTokens = oidc ? Object.keys(oidc.tenants ?? { [tenant]: [] }) : [];
  const ofKeys = keys.map((key) => key.tenant);
  const all = keys.length > 0 || oidc ? [...ofKeys, ...ofTokens] : [tenant];
  return [...new Set(all)];
}

/**
 * @param tenant Of keys and models that name none.
 * @throws Fault `config` naming the file and each invalid field.
 */
export async function loadServerSettings(home: string, tenant = DEFAULT_TENANT): Promise<ServerSettings> {
  const path = join(home, 'server.yaml');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return new Uint8Array();
    throw error;
  });
  let content: unknown;
  try {
    content = parse(utf8OfFile(bytes, path, 'config')) ?? {};
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('config', `${path} is not valid YAML: ${reason}`, 'Correct the file.', { cause: error });
  }
  const parsed = ServerFile.safeParse(content);
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new Fault('config', `${path} is invalid: ${details.join('; ')}.`, 'Correct the file; see docs/serve.md.', {
      details,
    });
  }
  const { keys, embeddings, audit, ...settings } = parsed.data;
  const trustedKeys = embeddings.trustedKeys?.map((file) => resolve(home, file));
  return {
    ...settings,
    tenant,
    keys: keys.map((key) => ({ ...key, tenant: key.tenant ?? tenant })),
    embeddings: {
      ...embeddings,
      models: embeddings.models.map((model) => (typeof model === 'string' ? { tenant, name: model } : model)),
      ...(trustedKeys && { trustedKeys }),
    },
    audit: audit === '-' ? '-' : resolve(home, audit),
  };
}
