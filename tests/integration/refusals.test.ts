import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { MODEL, Project, pumpPages } from './project.ts';

let provider: RunningProvider;
let project: Project;
beforeAll(async () => {
  provider = await startProvider({ apiKey: 'sk-right', models: ['gpt-4o-mini'] });
  project = await Project.create();
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
afterAll(async () => {
  await provider.close();
  await project.remove();
});

const model = ['--model', MODEL];
const cases: [what: string, args: string[], says: RegExp[], env?: Record<string, string>, code?: number][] = [
  ['a model that does not exist', ['run', 'docs', '--model', './no-such-model'], [/no-such-model/]],
  ['no key', ['run', 'docs', ...model], [/OPENAI_API_KEY/, /OPENAI_BASE_URL/]],
  ['a folder without documents', ['run', 'nothing', ...model], [/nothing/]],
  ['a folder that is not there', ['run', 'nowhere', ...model], [/nowhere/], {}, 2],
  ['nothing but a file that lies about its type', ['run', 'lies', ...model], [/report\.pdf|lies/]],
  [
    'a data set with dangling ids',
    ['run', '--dataset', 'dangling.json', '--validation', 'dangling.json', ...model],
    [/dangling\.json/, /c2/],
  ],
  [
    'a data set that is not JSON',
    ['run', '--dataset', 'broken.json', '--validation', 'broken.json', ...model],
    [/broken\.json/, /JSON/],
  ],
  ['a run file with faults', ['run', '--config', 'bad.yaml'], [/training\.epochs/, /batchSise/], {}, 2],
  ['a store nobody can write', ['run', 'docs', ...model, '--store', '/dev/null/store'], [/\/dev\/null\/store/]],
  ['nothing to learn from', ['run'], [/documents/], {}, 2],
  ['a flag that is not a number', ['run', 'docs', '--epochs', 'many'], [/epochs/], {}, 2],
  ['a run nobody knows', ['show', 'no-such-run'], [/no-such-run/], {}, 2],
];

it.each(cases)('says what to do about %s', async (_what, args, says, env = {}, code = 1) => {
  const { code: exit, stderr, stdout } = await project.hone(args, env);
  for (const pattern of says) expect(stderr).toMatch(pattern);
  expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(exit).toBe(code);
});

it('stops at once for a wrong key, without trying again', async () => {
  const env = { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-wrong' };
  const { code, stderr } = await project.hone(['run', 'docs', ...model], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/key/i);
  expect(stderr).not.toContain('sk-wrong');
  expect(provider.stats.chats).toBe(0);
});
