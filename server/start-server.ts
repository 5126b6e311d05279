import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Hone } from '../client/hone.ts';
import { openStore } from '../core/artifacts/open-store.ts';
import { Fault } from '../core/contracts/fault.ts';
import type { Measure } from '../core/contracts/metrics.ts';
import type { EncoderOptions } from '../core/encoder/encoder.ts';
import { bareHost, cannotListen, isLoopback, listenAddress } from '../core/primitives/listen-address.ts';
import { makeScratch, sweepScratch } from '../core/primitives/scratch.ts';
import { readTrustedKey } from '../core/release/signature/keys.ts';
import { openAuditLog } from './access/audit-log.ts';
import { isProtected } from './access/authenticate.ts';
import { createApp } from './app.ts';
import { loadModel } from './embeddings/loaded-model.ts';
import { ServedModels } from './embeddings/served-models.ts';
import type { ServerSettings } from './settings.ts';

export interface ServerOptions {
  readonly hone: Hone;
  readonly settings: ServerSettings;
  /** `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1. */
  readonly listen: string;
  /** URI of the store of the workers. */
  readonly store: string;
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
  const { hone, settings, listen, say, version, encoder, measure } = options;
  const { hostname, port } = listenAddress(listen);
  if (!isLoopback(hostname) && !isProtected(settings)) throw unprotected(listen);
  const store = await openStore(options.store);
  const { maxModels, maxTexts, maxWaiting, refreshSeconds } = settings.embeddings;
  const trustedKeys =
    settings.embeddings.trustedKeys && (await Promise.all(settings.embeddings.trustedKeys.map(readTrustedKey)));
  await sweepScratch(options.home);
  const folder = await makeScratch(options.home, 'serve');
  const models = new ServedModels({
    store,
    load: (release) => loadModel(release, { store, folder, encoder, maxWaiting, trustedKeys }),
    maxModels,
    refreshMs: refreshSeconds * 1000,
    say,
    measure,
  });
  const audit = openAuditLog(settings.audit, (error) => say(`The audit log is not written: ${reasonOf(error)}`));
  const preloaded = new Map(settings.embeddings.models.map((name) => [name, 'is being loaded']));
  const missing = async () => [...preloaded].map(([name, what]) => `The model ${name} ${what}.`);
  const closing = new AbortController();
  const app = createApp({
    settings,
    services: { hone, store, models, maxTexts, closing: closing.signal },
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
    await models.close();
    await rm(folder, { recursive: true, force: true });
    throw cannotListen(listen, cause);
  }
  for (const name of preloaded.keys())
    models.load(name).then(
      () => preloaded.delete(name),
      (error) => {
        preloaded.set(name, `cannot be loaded: ${reasonOf(error)}`);
        say(`The model ${name} cannot be loaded: ${reasonOf(error)}`);
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
      await models.close();
      await audit.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function unprotected(listen: string): Fault {
  const message = `Other machines could reach ${listen}, and server.yaml has no keys.`;
  const advice = '`hone serve --new-key NAME --role admin` makes one; or listen on 127.0.0.1.';
  return new Fault('config', message, advice);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
