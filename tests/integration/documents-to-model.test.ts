import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../../core/encoder/encoder.ts';
import type { ProcessResult } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../harness/trace-receiver.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const KEY = 'sk-canary-8101';
/** In a document, and so in what the language model is asked and answers. */
const TEXT = 'canary8102';

describe('hone run on a folder of documents', () => {
  const harness = useHarness();
  let provider: RunningProvider;
  let traces: TraceReceiver;
  let project: Project;
  let first: ProcessResult;
  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself.
  let result: any;
  const run = ['run', 'docs', '--model', MINILM, '--max-length', '64', '--publish', 'pumps', '--json'];

  beforeAll(async () => {
    provider = await harness.use(startProvider());
    project = await createProject(harness, { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: KEY });
    const page = `# Pump ${TEXT}\n\n## Use\n\nThe ${TEXT} drains the ${TEXT} basin in summer.\n`;
    const pages = { ...pumpPages(9), 'docs/pump-10.md': page };
    await project.write({ ...pages, 'docs/empty.md': '', 'docs/liar.pdf': 'no pdf at all' });
    traces = await harness.use(startTraceReceiver());
    first = await project.hone(run, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces.url });
    result = first.code === 0 || first.code === 3 ? lastJson(first) : undefined;
  });

  it('ends with metrics, a model and a report', async () => {
    expect(first.stderr).toContain('documents');
    expect(result.counts).toMatchObject({ documents: 10, skipped: 2, chunks: 10 });
    expect(result.training.steps).toBeGreaterThan(0);
    for (const metrics of [result.base, result.tuned]) {
      for (const metric of ['hit@5', 'mrr@5', 'mrr@10', 'ndcg@10']) expect(metrics[metric]).toBeGreaterThan(0);
    }
    const page = await readFile(result.report, 'utf8');
    expect(page).toContain('liar.pdf');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it('is one trace: the command, its workflows, their steps, the training process and requests', () => {
    const { spans } = traces;
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const pathOf = ({ name, parentSpanId }: ReceivedSpan): string => {
      const parent = spans.find(({ spanId }) => spanId === parentSpanId);
      expect(parent === undefined).toBe(parentSpanId === undefined);
      return parent ? `${pathOf(parent)} > ${name}` : name;
    };
    const paths = spans.map(pathOf);
    const run = 'hone run > StartWorkflow:fineTune > RunWorkflow:fineTune';
    expect(paths).toEqual(
      expect.arrayContaining([
        'hone run',
        run,
        `${run} > RunActivity:ingest`,
        `${run} > RunWorkflow:askQuestions > RunActivity:askChunks > chat gpt-4o-mini`,
        ...['prepare', 'steps', 'save'].map((phase) => `${run} > RunActivity:train > trainer > ${phase}`),
      ]),
    );
    expect(spans.filter(({ name }) => name === 'chat gpt-4o-mini')).toHaveLength(provider.stats.chats);
    const asked = spans.find(({ name }) => name === 'chat gpt-4o-mini')?.attributes;
    expect(asked).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'server.address': '127.0.0.1',
      'hone.profile': 'default',
    });
    expect(Number(asked?.['gen_ai.usage.input_tokens'])).toBeGreaterThan(10);
    expect(Number(asked?.['gen_ai.usage.output_tokens'])).toBeGreaterThan(0);
  });

  it('tells traces, output and Temporal no text of a document or a question, and no key', async () => {
    for (const canary of [TEXT, KEY]) {
      expect(traces.text().includes(canary)).toBe(false);
      expect(first.stdout + first.stderr).not.toContain(canary);
    }
    const files = await filesBelow(project.folder);
    const holders = [];
    for (const path of files) if ((await readFile(path)).includes(TEXT)) holders.push(relative(project.folder, path));
    const kept = /^(docs|\.hone\/store)\//;
    expect(holders.some((path) => path.startsWith('.hone/store/'))).toBe(true);
    expect(holders.filter((path) => !kept.test(path))).toEqual([]);
  });

  it('writes a complete sentence-transformers folder that embeds', async () => {
    for (const file of ['config.json', 'modules.json', '1_Pooling/config.json', 'onnx/model.onnx', 'README.md']) {
      await access(join(result.model, file));
    }
    const encoder = await openEncoder(result.model);
    const [pump, other] = await encoder.embed(['P-100 pressure', 'lunch menu']);
    expect(pump?.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 4);
    expect(pump).not.toEqual(other);
  });

  it('reuses every step when it runs again, and pays for nothing', async () => {
    const billed = provider.stats.chats;
    const second = await project.hone(run);
    expect(second.code).toBe(first.code);
    expect(provider.stats.chats).toBe(billed);
    for (const stage of ['documents', 'chunks', 'split', 'questions', 'dataset', 'train', 'evaluate', 'report']) {
      expect(second.stderr).toMatch(new RegExp(`${stage}.*reused`));
    }
    expect(lastJson(second).tuned).toEqual(result.tuned);
  });

  it('asks only about new chunks when a document changes', async () => {
    const billed = provider.stats.chats;
    await project.write({
      'docs/pump-1.md': '# Pump P-100\n\n## Pressure\n\nThe P-100 now delivers 9 bar at night.\n',
    });
    expect((await project.hone(run)).code).not.toBe(1);
    expect(provider.stats.chats - billed).toBe(1);
  });

  it('is found by its published name', async () => {
    const shown = await project.hone(['show', 'pumps', '--json']);
    expect(lastJson(shown).workflowId).toBe(result.workflowId);
  });

  it('writes the API key nowhere', async () => {
    const paths = await filesBelow(project.folder);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) expect((await readFile(path)).includes(KEY), path).toBe(false);
    expect(first.stdout + first.stderr).not.toContain(KEY);
  });

  it('keeps the release when everything else is collected, after listing what would go', async () => {
    // Twice: what goes into the trash is deleted by the next collection.
    const listed = lastJson(await project.hone(['gc', '--older-than', '0s', '--grace', '0s', '--json']));
    expect(listed).toMatchObject({ applied: false });
    expect(listed.garbage.some(({ kind }: { kind: string }) => kind === 'step')).toBe(true);
    await access(result.report);
    for (const _ of [1, 2])
      expect((await project.hone(['gc', '--older-than', '0s', '--grace', '0s', '--delete'])).code).toBe(0);
    const [{ modelUri }] = lastJson(await project.hone(['models', 'pumps', '--json'])).versions;
    await access(join(fileURLToPath(modelUri), 'model.safetensors'));
  });

  it('recreates an artifact that was deleted', async () => {
    const report = result.report;
    await rm(report, { force: true });
    expect((await project.hone(run)).code).not.toBe(1);
    await access(report);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
