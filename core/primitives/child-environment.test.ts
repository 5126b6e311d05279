import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { downloadEnvironment, pipEnvironment, withoutSecrets } from './child-environment.ts';
import { runPython } from './run-python.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

it('keeps what drivers and runtimes read, and drops keys, tokens and passwords', () => {
  const kept = {
    PATH: '/bin',
    LD_LIBRARY_PATH: '/opt/cuda',
    VK_ICD_FILENAMES: '/a.json',
    CUDA_VISIBLE_DEVICES: '0',
    HONE_THREADS: '2',
    XDG_RUNTIME_DIR: '/run',
    OMP_NUM_THREADS: '2',
    KEYBOARD: 'de',
    TOKENIZERS_PARALLELISM: 'false',
    COMPASS: 'north',
    PWD: '/work',
    OLDPWD: '/',
    PATTERN: 'a:b@c',
    HTTP_PROXY: 'http://proxy:8080',
  };
  const dropped = {
    OPENAI_API_KEY: 's',
    OPENAI_APIKEY: 's',
    HOUSE_KEY_2: 's',
    HF_TOKEN: 's',
    HONE_CODEC_KEYS: 's',
    AWS_ACCESS_KEY_ID: 's',
    AWS_PROFILE: 's',
    DB_PASSWORD: 's',
    PGPASSWORD_FILE: '/run/secret',
    GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
    CLIENT_SECRET: 's',
    TEMPORAL_API_KEY: 's',
    MYSQL_PWD: 's',
    GITHUB_PAT: 's',
    SENTRY_DSN: 'https://s@sentry.example/1',
    AZURE_STORAGE_CONNECTION_STRING: 's',
    DATABASE_URL: 'postgres://anna:s@db:5432/hone',
    MLFLOW_TRACKING_URI: 'https://anna:s@mlflow.example',
    HTTPS_PROXY: 'http://:s@proxy:8080',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=s',
  };
  expect(withoutSecrets({ ...kept, ...dropped })).toEqual(kept);
});

it('gives a download the proxy with its password, and no other secret', () => {
  const kept = { PATH: '/bin', https_proxy: 'http://anna:s@proxy:8080', NO_PROXY: 'localhost' };
  expect(downloadEnvironment({ ...kept, OPENAI_API_KEY: 's', DATABASE_URL: 'postgres://anna:s@db/hone' })).toEqual(
    kept,
  );
});

it('gives pip its own settings, the proxy and nothing else', () => {
  const kept = {
    PATH: '/bin',
    HOME: '/root',
    PIP_INDEX_URL: 'https://mirror',
    https_proxy: 'http://proxy',
    LC_ALL: 'C',
  };
  expect(pipEnvironment({ ...kept, OPENAI_API_KEY: 's', PYTHONPATH: '/docs', LD_PRELOAD: '/x.so' })).toEqual(kept);
});

const documents = temporaryFolder('test');

it('runs no Python module that lies among the documents', async () => {
  const planted = `open(${JSON.stringify(documents.join('ran'))}, 'w').write('planted')\n`;
  for (const name of ['pip.py', 'zipfile.py', 'sitecustomize.py']) await writeFile(documents.join(name), planted);
  await mkdir(documents.join('pip'));
  await writeFile(documents.join('pip', '__main__.py'), planted);
  const script = `const { runPython } = await import(${JSON.stringify(new URL('./run-python.ts', import.meta.url).href)});
    await runPython('pip', ['--version']);`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: documents.path,
    env: { ...process.env, PYTHONPATH: documents.path },
  });
  expect(() => execFileSync('cat', [documents.join('ran')], { stdio: 'pipe' })).toThrow('No such file');
});

it('passes on what Python says when it fails', async () => {
  await expect(runPython('pip', ['no-such-command'])).rejects.toMatchObject({
    stderr: expect.stringContaining('no-such-command'),
  });
});
