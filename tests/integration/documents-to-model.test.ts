import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../../core/encoder/encoder.ts';
import type { ProcessResult } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const KEY = 'sk-not-to-be-shown';

describe('hone run on a folder of documents', () => {
  const harness = useHarness();
  let provider: RunningProvider;
  let project: Project;
  let first: ProcessResult;
  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself.
  let result: any;
  const run = ['run', 'docs', '--model', MINILM, '--max-length', '64', '--publish', 'pumps', '--json'];

  beforeAll(async () => {
    provider = await harness.use(startProvider());
    project = await createProject(harness, { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: KEY });
    await project.write({ ...pumpPages(10), 'docs/empty.md': '', 'docs/liar.pdf': 'no pdf at all' });
    first = await project.hone(run);
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
    const files = await readdir(project.folder, { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
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
