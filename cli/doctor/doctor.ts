import { openConnection } from '../../client/connection.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { storeId } from '../../core/artifacts/store-id.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import { padEnd } from '../output/format.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Io } from '../runtime/io.ts';
import { isServerConfigured } from '../runtime/session.ts';
import { codec } from './codec.ts';
import { type Check, examine, type Finding } from './finding.ts';
import { disk, gpu, memory, node, onnxruntime } from './machine.ts';
import { serverChecks } from './server.ts';
import { models, profiles, temporal } from './services.ts';
import { store } from './store.ts';

/** `hone doctor`: prints one line per check, and how to fix what is wrong. */
export async function doctor(options: { store?: string; json?: boolean }, { out, err }: Io): Promise<number> {
  const settings = await loadSettings({ store: options.store });
  const checks: Check[] = [
    node,
    memory,
    disk(settings.home),
    onnxruntime,
    gpu(settings.device),
    store(() => openStore(settings.store)),
    models(settings.models),
    profiles(settings.profiles, settings.keyless),
    temporal,
    codec(settings.tenant),
  ];
  const findings: (Finding & { name: string })[] = [];
  const page = options.json ? err : out;
  const report = async (check: Check) => {
    const finding = await examine(check);
    findings.push(finding);
    for (const line of findingLines(finding, page.style)) page.line(line);
  };
  for (const check of checks) await report(check);
  const answered = findings.some(({ name, status }) => name === temporal.name && status === 'ok');
  if (answered && isServerConfigured()) {
    const { connection, namespace = 'default' } = await openConnection({});
    const id = await openStore(settings.store).then(storeId, () => undefined);
    for (const check of serverChecks(connection, namespace, settings.tenant, id)) await report(check);
    await connection.close();
  }
  if (options.json) out.line(JSON.stringify(findings));
  return findings.some(({ status }) => status === 'fail') ? EXIT.failed : EXIT.done;
}

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export function findingLines({ name, status, found, advice }: Finding & { name: string }, style: Terminal['style']) {
  const line = `  ${style(COLOURS[status], padEnd(t(status), 6))}${padEnd(t(name), 13)}${t(found)}`;
  return advice === undefined ? [line] : [line, `${' '.repeat(21)}${t(advice)}`];
}
