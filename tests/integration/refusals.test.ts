import { beforeAll, expect, it } from 'vitest';
import { createProject, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const harness = useHarness();
let provider: RunningProvider;
let project: Project;
beforeAll(async () => {
  provider = await harness.use(startProvider({ apiKey: 'sk-right', models: ['gpt-4o-mini'] }));
  project = await createProject(harness);
  await project.write({
    ...pumpPages(4),
    'nothing/.keep': '',
    'lies/report.pdf': 'this is no PDF',
    'dangling.json': JSON.stringify({
      queries: { q1: 'Which bar?' },
      corpus: { c1: 'Nine bar.' },
      relevant_docs: { q1: ['c2'] },
    }),
    'broken.json': '{"queries": ',
    'bad.yaml': 'documents: [docs]\ntraining: { epochs: 0, batchSise: 4 }\n',
  });
});

const model = ['--model', MINILM];
/** Runs without a provider in the environment. @param code Exit code; default 1. */
const cases: [what: string, args: string[], shown: RegExp[], code?: number][] = [
  ['a model that does not exist', ['run', 'docs', '--model', './no-such-model'], [/no-such-model/]],
  ['no key', ['run', 'docs', ...model], [/OPENAI_API_KEY/, /OPENAI_BASE_URL/]],
  ['a folder without documents', ['run', 'nothing', ...model], [/nothing/]],
  ['a folder that is not there', ['run', 'nowhere', ...model], [/nowhere/], 2],
  ['no file but one with a wrong extension', ['run', 'lies', ...model], [/report\.pdf|lies/]],
  [
    'a dataset with dangling ids',
    ['run', '--dataset', 'dangling.json', '--validation', 'dangling.json', ...model],
    [/dangling\.json/, /c2/],
  ],
  [
    'a dataset that is not JSON',
    ['run', '--dataset', 'broken.json', '--validation', 'broken.json', ...model],
    [/broken\.json/, /JSON/],
  ],
  ['a run file with errors', ['run', '--config', 'bad.yaml'], [/training\.epochs/, /batchSise/], 2],
  ['a store that is not writable', ['run', 'docs', ...model, '--store', '/dev/null/store'], [/\/dev\/null\/store/]],
  ['a run without documents', ['run'], [/documents/], 2],
  ['a flag that is not a number', ['run', 'docs', '--epochs', 'many'], [/epochs/], 2],
  ['an unknown run', ['show', 'no-such-run'], [/no-such-run/], 2],
];

it.each(cases)('says what to do about %s', async (_what, args, shown, code = 1) => {
  const { code: exit, stderr, stdout } = await project.hone(args);
  for (const pattern of shown) expect(stderr).toMatch(pattern);
  expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  // A log of the worker within the command, which says the same again.
  expect(stderr).not.toMatch(/sdkComponent|taskToken/);
  expect(exit).toBe(code);
});

it('stops at the first request with a wrong key, without a retry', async () => {
  const env = { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-wrong' };
  const { code, stderr } = await project.hone(['run', 'docs', ...model], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/key/i);
  expect(stderr).not.toContain('sk-wrong');
  expect(provider.stats.chats).toBe(0);
});
