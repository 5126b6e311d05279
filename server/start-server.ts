import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Hone } from '../client/hone.ts';
import { openStore } from '../core/artifacts/open-store.ts';
import { Fault } from '../core/contracts/fault.ts';
import type { Measure } from '../core/contracts/metrics.ts';
import { DEFAULT_TENANT } from '../core/contracts/tenant.ts';
import type { EncoderOptions } from '../core/encoder/encoder.ts';
import { bareHost, cannotListen, isLoopback, listenAddress } from '../core/primitives/listen-address.ts';
import { makeScratch, sweepScratch } from '../core/primitives/scratch.ts';
import { readTrustedKey } from '../core/release/signature/keys.ts';
import { openAuditLog } from './access/audit-log.ts';
import { isProtected } from './access/authenticate.ts';
import { createApp } from './app.ts';
import type { TenantServices } from './context.ts';
import { loadModel } from './embeddings/loaded-model.ts';
import { ServedModels } from './embeddings/served-models.ts';
import { type ServerSettings, tenantsOf } from './settings.ts';

export interface ServerOptions {
  /** Of any tenant: those of the others share its connection. */
  readonly hone: Hone;
  readonly settings: ServerSettings;
  /** `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1. */
  readonly listen: string;
  /** URI of the store of a tenant's workers. */
  storeOf(tenant: string): Promise<string>;
  /** The Hone folder, where served models are copied to. */
  readonly home: string;
  /** What embeds: its device and threads. */
  readonly encoder: EncoderOptions;
  readonly version: string;
  /** Translates what Hone says into Chinese, for clients that prefer it. */
  chinese(english: string): string;
  /** Records what the server measures of its work. */
  readonly measure: Measure;
  say(line: string): void;
}

export interface Server {
  /** `http://HOST:PORT` */
  readonly url: string;
  /** What it lacks to do its work; empty if nothing. */
  missing(): Promise<readonly string[]>;
  /** Ends event streams, answers the other open requests, then frees the models. */
  close(): Promise<void>;
}

/** Requests that are still open after this time are cut off. */
const CLOSE_MS = 10_000;

/**
 * Starts the HTTP server.
 * @throws Fault `config` if other machines could reach a server without keys, if the address cannot be listened on, or
 *   if the store cannot be opened.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { settings, listen, say, version, measure } = options;
  const { hostname, port } = listenAddress(listen);
  if (!isLoopback(hostname) && !isProtected(settings)) throw unprotected(listen);
  await sweepScratch(options.home);
  const folder = await makeScratch(options.home, 'serve');
  const tenants = new Map<string, TenantServices>();
  const keys = settings.embeddings.trustedKeys;
  const trustedKeys = keys && (await Promise.all(keys.map(readTrustedKey)));
  for (const tenant of tenantsOf(settings)) tenants.set(tenant, await openTenant(tenant, folder, trustedKeys, options));
  const closeModels = () => Promise.all([...tenants.values()].map(({ models }) => models.close()));
  const audit = openAuditLog(settings.audit, (error) => say(`The audit log is not written: ${reasonOf(error)}`));
  const preloaded = new Map(settings.embeddings.models.map((model) => [model, 'is being loaded']));
  const missing = async () => [...preloaded].map(([model, what]) => whatIsMissing(model, what, settings));
  const closing = new AbortController();
  const app = createApp({
    settings,
    services: { maxTexts: settings.embeddings.maxTexts, closing: closing.signal },
    tenants,
    audit,
    measure,
    version,
    chinese: options.chinese,
    from: (c) => getConnInfo(c).remote.address ?? '',
    missing,
    onError: (error, requestId) => say(`request ${requestId} failed: ${reasonOf(error)}`),
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, bareHost(hostname));
  try {
    await once(server, 'listening');
  } catch (cause) {
    await closeModels();
    await rm(folder, { recursive: true, force: true });
    throw cannotListen(listen, cause);
  }
  for (const model of preloaded.keys())
    load(tenants, model).then(
      () => preloaded.delete(model),
      (error) => {
        preloaded.set(model, `cannot be loaded: ${reasonOf(error)}`);
        say(`The model ${model.name} of the tenant ${model.tenant} cannot be loaded: ${reasonOf(error)}`);
      },
    );
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${hostname}:${actual}`,
    missing,
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), CLOSE_MS);
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      await closed;
      clearTimeout(cut);
      await closeModels();
      await audit.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a tenant has here: its runs, its store, and models of its own in memory. */
async function openTenant(
  tenant: string,
  scratch: string,
  trustedKeys: readonly KeyObject[] | undefined,
  { hone, storeOf, settings, encoder, say: sayAny, measure }: ServerOptions,
): Promise<TenantServices> {
  const store = await openStore(await storeOf(tenant));
  const { maxModels, maxWaiting, refreshSeconds } = settings.embeddings;
  const folder = join(scratch, tenant);
  const say = (line: string) => sayAny(tenant === DEFAULT_TENANT ? line : `${tenant}: ${line}`);
  const models = new ServedModels({
    tenant,
    store,
    load: (release) => loadModel(release, { store, folder, encoder, maxWaiting, trustedKeys }),
    maxModels,
    refreshMs: refreshSeconds * 1000,
    say,
    measure,
  });
  return { hone: hone.ofTenant(tenant), store, models };
}

type Preloaded = ServerSettings['embeddings']['models'][number];

/** Anybody may ask for it, so it tells nothing of another tenant than the server's. */
function whatIsMissing({ tenant, name }: Preloaded, what: string, settings: ServerSettings): string {
  return tenant === settings.tenant ? `The model ${name} ${what}.` : 'A model of another tenant is not loaded.';
}

async function load(tenants: ReadonlyMap<string, TenantServices>, { tenant, name }: Preloaded): Promise<void> {
  const models = tenants.get(tenant)?.models;
  if (models) return models.load(name);
  const message = `No key or token of server.yaml is of the tenant ${tenant}.`;
  throw new Fault('config', message, 'Correct embeddings.models in server.yaml.');
}

function unprotected(listen: string): Fault {
  const message = `Other machines could reach ${listen}, and server.yaml has no keys.`;
  const advice = '`hone serve --new-key NAME --role admin` makes one; or listen on 127.0.0.1.';
  return new Fault('config', message, advice);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
