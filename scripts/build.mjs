/**
 * Builds `dist/`: compiled sources, kernels and the workflow bundle. Does nothing if they are up to date.
 * Builds into `dist.next/` and renames it at the end, so that a build that is killed leaves the last good one in place.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...path) => join(root, ...path);
const SOURCES = ['core', 'workflows', 'activities', 'workers', 'client', 'server', 'cli'];
/** What runs in Node, and the modules of the page of `hone serve`, which know a browser's globals instead. */
const PROJECTS = ['tsconfig.build.json', 'server/page/browser/tsconfig.json'];
const STAMP = '.built';
/** Also written beside its source, where tests load it: they run uncompiled. */
const KERNELS = join('core', 'training', 'kernels', 'kernels.wasm');

try {
  await withLock(at('.cache', 'build.lock'), (pid) => say(`waiting for another build (process ${pid})`), build);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function build() {
  const hash = hashOfSources();
  if (!isBuilt(hash)) {
    say('building');
    const next = at('dist.next');
    rmSync(next, { recursive: true, force: true });
    compile(next);
    compileKernels(next);
    await bundle(join(next, 'workflow-bundle.js'));
    await bundle(join(next, 'workflow-bundle-encrypting.js'), at('workflows', 'failure-converter.ts'));
    writeFileSync(join(next, STAMP), hash);
    swapIn(next);
  }
  linkCommand();
}

function isBuilt(hash) {
  try {
    return (
      readFileSync(at('dist', STAMP), 'utf8') === hash &&
      readFileSync(at(KERNELS)).equals(readFileSync(at('dist', KERNELS)))
    );
  } catch {
    return false;
  }
}

/** SHA-256 over path and content of everything that the build reads, including the versions of packages. */
function hashOfSources() {
  const hash = createHash('sha256').update(process.version);
  const files = ['tsconfig.json', ...PROJECTS, 'package.json', 'package-lock.json', 'scripts/build.mjs'];
  for (const file of [...files, ...SOURCES.flatMap(sourcesBelow).sort()]) {
    hash.update(`\n${file}\n`).update(readFileSync(at(file)));
  }
  return hash.digest('hex');
}

function sourcesBelow(folder) {
  if (!existsSync(at(folder))) return [];
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesBelow(path);
    return path.endsWith('.ts') && !path.endsWith('.test.ts') ? [path] : [];
  });
}

function compile(outDir) {
  const compiler = at('node_modules', '.bin', 'tsc');
  for (const project of PROJECTS) {
    const done = spawnSync(compiler, ['-p', at(project), '--outDir', outDir, '--noEmitOnError'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${at('node_modules', '.bin')}:${process.env.PATH}` },
    });
    if (done.error) throw new Error(`The compiler could not be started (${done.error.message}). Run: npm ci`);
    if (done.status !== 0)
      throw new Error(`${done.stdout}${done.stderr}The sources do not compile; dist/ was not changed.`);
  }
}

function compileKernels(outDir) {
  const source = join(dirname(KERNELS), 'assembly', 'index.ts');
  const options = ['--optimizeLevel', '3', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--noAssert'];
  const done = spawnSync(
    process.execPath,
    [at('node_modules', 'assemblyscript', 'bin', 'asc.js'), source, '--outFile', join(outDir, KERNELS), ...options],
    { cwd: root, encoding: 'utf8' },
  );
  if (done.status !== 0)
    throw new Error(`${done.stdout}${done.stderr}The kernels do not compile; dist/ was not changed.`);
  copyFileSync(join(outDir, KERNELS), at(KERNELS));
}

/** Saves every worker seconds at its start. Bundles the sources and not dist/, so that stack traces name them. */
async function bundle(file, failureConverterPath) {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, warn: say, error: say, log() {} };
  const { code } = await bundleWorkflowCode({
    workflowsPath: at('workflows', 'index.ts'),
    workflowInterceptorModules: ['trace-context.ts', 'result-guard.ts', 'unreadable-values.ts'].map((name) =>
      at('workflows', name),
    ),
    payloadConverterPath: at('workflows', 'payload-converter.ts'),
    failureConverterPath,
    logger: quiet,
  });
  writeFileSync(file, code);
}

function swapIn(next) {
  const old = at('dist.old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(at('dist'))) renameSync(at('dist'), old);
  renameSync(next, at('dist'));
  rmSync(old, { recursive: true, force: true });
}

/** For `npx hone` in a clone: npm links a package's command only where the package is installed as a dependency. */
function linkCommand() {
  const entry = at('dist', 'cli', 'main.js');
  if (!existsSync(entry)) return;
  chmodSync(entry, 0o755);
  const link = at('node_modules', '.bin', 'hone');
  const target = join('..', '..', 'dist', 'cli', 'main.js');
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // It does not exist, or is not a link.
  }
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
