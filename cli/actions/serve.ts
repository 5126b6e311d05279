import { chooseDevice } from '../../core/devices/choose-device.ts';
import { hashOfKey, keySettings, newKey } from '../../server/access/keys.ts';
import type { Role } from '../../server/access/roles.ts';
import { loadServerSettings } from '../../server/settings.ts';
import { startServer } from '../../server/start-server.ts';
import { loadSettings } from '../../workers/settings.ts';
import { newTranslator, t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';
import { version } from '../runtime/package.ts';
import { inSession } from '../runtime/session.ts';

export interface ServeOptions {
  listen?: string;
  newKey?: string;
  role: Role;
}

const LISTEN = '127.0.0.1:8080';

/** `hone serve`: the HTTP server, until the process is asked to stop. Without a configured server, with a worker. */
export async function serve(options: ServeOptions, io: Io): Promise<number> {
  if (options.newKey !== undefined) return printKey(options.newKey, options.role, io);
  const { home, store, threads, device } = await loadSettings();
  const settings = await loadServerSettings(home);
  const interrupt = interruptible();
  const say = (line: string) => io.err.line(line);
  const translator = newTranslator();
  try {
    return await inSession({ worker: true }, io, async ({ hone, temporal }) => {
      const server = await startServer({
        hone,
        settings,
        listen: options.listen ?? settings.listen ?? LISTEN,
        store,
        home,
        encoder: { device: await chooseDevice(device ?? 'cpu'), ...(threads && { threads }) },
        version: version(),
        chinese: (english) => translator.translate(english),
        say,
      });
      say(`Temporal  ${temporal}`);
      say(`Serving   ${server.url}  (API: ${server.url}/api/openapi.json)`);
      await new Promise((resolve) => {
        if (interrupt.signal.aborted) resolve(undefined);
        interrupt.signal.addEventListener('abort', resolve, { once: true });
      });
      say('Stopping: open requests are answered first. (Press Ctrl-C again to exit at once.)');
      await server.close();
      return EXIT.done;
    });
  } finally {
    interrupt.dispose();
  }
}

function printKey(name: string, role: Role, { out, err }: Io): number {
  const key = newKey();
  err.line(t('The key, which is shown only now:'));
  out.line(key);
  err.line(t('Add to .hone/server.yaml, and start the server again:'));
  err.line(keySettings(name, role, hashOfKey(key)));
  return EXIT.done;
}
