import type { Schedules } from '../../client/schedules.ts';
import { measureWith } from '../../core/contracts/measure-with.ts';
import { chooseDevice } from '../../core/devices/choose-device.ts';
import { hashOfKey, keySettings, newKey } from '../../server/access/keys.ts';
import type { Principal, Role } from '../../server/access/roles.ts';
import { ScheduleWatch } from '../../server/schedule-watch.ts';
import { loadServerSettings, tenantsOf } from '../../server/settings.ts';
import { type Server, startServer } from '../../server/start-server.ts';
import { loadSettings } from '../../workers/settings.ts';
import { startHealthServer } from '../../workers/telemetry/health-server.ts';
import { quietLogger } from '../../workers/telemetry/log.ts';
import { metricsTo, observedRuntime } from '../../workers/telemetry/runtime.ts';
import { newTranslator, t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';
import { version } from '../runtime/package.ts';
import { inSession } from '../runtime/session.ts';

export interface ServeOptions {
  listen?: string;
  /** Where `/metrics`, `/healthz` and `/readyz` are answered without a key. */
  metrics?: string;
  newKey?: string;
  role: Role;
}

const LISTEN = '127.0.0.1:8080';

/** `hone serve`: the HTTP server, until the process is asked to stop. Without a configured server, with a worker. */
export async function serve(options: ServeOptions, io: Io): Promise<number> {
  const { home, tenant, threads, device } = await loadSettings();
  if (options.newKey !== undefined) return printKey({ name: options.newKey, role: options.role, tenant }, io);
  const settings = await loadServerSettings(home, tenant);
  const interrupt = interruptible();
  const say = (line: string) => io.err.line(line);
  const translator = newTranslator();
  const observed = await observe(options.metrics ?? settings.metrics, say);
  try {
    return await inSession({ worker: true }, io, async ({ hone, temporal }) => {
      const server = await startServer({
        hone,
        settings,
        listen: options.listen ?? settings.listen ?? LISTEN,
        storeOf: async (tenant) => (await loadSettings({ tenant })).store,
        home,
        encoder: { device: await chooseDevice(device ?? 'cpu'), ...(threads && { threads }) },
        version: version(),
        chinese: (english) => translator.translate(english),
        measure: observed.measure,
        say,
      });
      observed.begin(server, new Map(tenantsOf(settings).map((tenant) => [tenant, hone.ofTenant(tenant).schedules])));
      say(`Temporal  ${temporal}`);
      say(`Serving   ${server.url}  (API: ${server.url}/api/openapi.json)`);
      await new Promise((resolve) => {
        if (interrupt.signal.aborted) resolve(undefined);
        interrupt.signal.addEventListener('abort', resolve, { once: true });
      });
      say('Stopping: open requests are answered first. (Press Ctrl-C again to exit at once.)');
      observed.end();
      await server.close();
      return EXIT.done;
    });
  } finally {
    await observed.close();
    interrupt.dispose();
  }
}

/**
 * Installs the runtime that exports metrics, and answers them on an address of their own: clients of the API, and
 * whoever may reach it, need not see them. Nothing is measured if they go nowhere.
 */
async function observe(listen: string | undefined, say: (line: string) => void) {
  const metrics = await metricsTo(listen);
  let server: Server | undefined;
  let watch: ScheduleWatch | undefined;
  if (!metrics) return { measure: () => {}, begin: () => {}, end: () => {}, close: async () => {} };
  const { metricMeter } = observedRuntime({ logger: quietLogger(say), metrics });
  const missing = async () => (await server?.missing()) ?? ['The server is starting.'];
  const prometheus = 'prometheus' in metrics ? metrics.prometheus : undefined;
  const health = listen ? await startHealthServer({ listen, metrics: prometheus, missing }) : undefined;
  if (health) say(`Metrics   ${health.url}/metrics`);
  const measure = measureWith(metricMeter);
  return {
    measure,
    begin(started: Server, tenants: ReadonlyMap<string, Schedules>) {
      server = started;
      watch = new ScheduleWatch({ tenants, measure, say });
    },
    end: () => watch?.close(),
    close: async () => health?.close(),
  };
}

function printKey(principal: Principal, { out, err }: Io): number {
  const key = newKey();
  err.line(t('The key, which is shown only now:'));
  out.line(key);
  err.line(t('Add to .hone/server.yaml, and start the server again:'));
  err.line(keySettings({ ...principal, sha256: hashOfKey(key) }));
  return EXIT.done;
}
