import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowSpans } from '../../workers/telemetry/traced-worker.ts';
import { historyFromJson, workflowIdOf } from '../recorded/histories/history-json.ts';

/** Histories of runs by earlier code, which the current code must be able to continue. */
const FOLDER = new URL('../recorded/histories/', import.meta.url);
const module = (name: string) => fileURLToPath(new URL(`../../workflows/${name}.ts`, import.meta.url));
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

let code: string;
beforeAll(async () => {
  // One of the tests replays a history that does not fit: its errors are not logged.
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'off' } } });
  ({ code } = await bundleWorkflowCode({
    workflowsPath: module('index'),
    payloadConverterPath: module('payload-converter'),
    workflowInterceptorModules: [module('trace-context'), module('result-guard'), module('unreadable-values')],
    logger: new DefaultLogger('ERROR'),
  }));
  // Bundling takes seconds, several times as long on a loaded machine.
}, 120_000);

const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

function replay(text: string): Promise<void> {
  const history = historyFromJson(text);
  return Worker.runReplayHistory({ workflowBundle: { code }, sinks: workflowSpans }, history, workflowIdOf(history));
}

describe('a run that was started by the recorded version', () => {
  it.each(files)('continues: %s', (name) => replay(read(name)));

  it('does not continue if the order of its steps has changed', async () => {
    const history = read('1/whole.json');
    const other = history.replaceAll('"name": "chunk"', '"name": "split"');
    expect(other).not.toBe(history);
    await expect(replay(other)).rejects.toThrow(/Nondeterminism|TMPRL1100/);
  });
});

it('histories are small: they have references to artifacts, not the content', () => {
  for (const name of files) {
    const { events } = historyFromJson(read(name));
    expect(events.length, name).toBeLessThan(300);
    for (const event of events) expect(sizeOf(event), name).toBeLessThan(25_000);
  }
});

function sizeOf(event: object): number {
  const asText = (_key: string, value: unknown) =>
    (value as { type?: string } | null)?.type === 'Buffer' ? Buffer.from(value as Buffer).toString() : value;
  return JSON.stringify(event, asText).length;
}
