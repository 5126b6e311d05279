/**
 * Makes a clone ready to run: installs the locked packages, then builds. Does almost nothing if both are up to date.
 * Plain JavaScript for Node 18 and later: it runs on the machine's Node before the project's own is installed.
 * `--after-install` is npm's `prepare`: the packages have just been installed, by this script or by hand.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...path) => join(root, ...path);
/** In node_modules, so that removing the packages also removes the stamp that says they are installed. */
const STAMP = at('node_modules', '.hone-setup');
const STILL_INSTALLING_EVERY_MS = 5000;

try {
  if (process.argv.includes('--after-install')) await afterInstall();
  else await withLock(at('.cache', 'setup.lock'), (pid) => say(`waiting for another set-up (process ${pid})`), setUp);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function setUp() {
  // An installation builds too, by npm's `prepare`. Without one, the sources may still have changed.
  if (isInstalled()) await build();
  else await install();
}

async function afterInstall() {
  if (!existsSync(at('node_modules', 'typescript'))) return say('Nothing is built without development packages.');
  stamp();
  await build();
}

/** Checks every package: an interrupted deletion may leave the stamp and remove some of them. */
function isInstalled() {
  let packages;
  try {
    if (readFileSync(STAMP, 'utf8') !== fingerprint()) return false;
    packages = Object.keys(JSON.parse(readFileSync(at('node_modules', '.package-lock.json'), 'utf8')).packages);
  } catch {
    return false;
  }
  return existsSync(node()) && packages.every((path) => existsSync(at(path, 'package.json')));
}

/** What the installed packages depend on: the lock file, and the platform that native packages were chosen for. */
function fingerprint() {
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

function stamp() {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, fingerprint());
}

async function install() {
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  say('installing packages (once; one or two minutes)');
  const progress = setInterval(() => say(`  still installing, ${seconds()} s`), STILL_INSTALLING_EVERY_MS);
  try {
    // Without warnings: they are about `engines`, which the Node that is being installed satisfies.
    await run(command, [...before, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
      ...process.env,
      // The postinstall of onnxruntime-node downloads CUDA libraries; CPU and WebGPU are in the package.
      ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL || 'skip',
    });
  } catch (error) {
    if (isInstalled()) throw error;
    throw new Error(
      `${error.message}\nThe packages could not be installed. Check that npm can reach its registry (npm ping), then run this again.`,
    );
  } finally {
    clearInterval(progress);
  }
  if (!isInstalled()) throw new Error('npm ci succeeded, but packages are missing. Run: npm ci');
  say(`packages installed and built, ${seconds()} s`);
}

/** Runs with the project's own Node, whatever the machine's is. */
function build() {
  return run(existsSync(node()) ? node() : process.execPath, [at('scripts', 'build.mjs')], process.env);
}

function node() {
  return at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
}

/** Shows the output of npm only if it fails; the build's few lines are shown. */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const quiet = args.includes('ci');
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-8000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, pass);
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM']) process.removeListener(each, pass);
      if (code === 0) resolve();
      else reject(new Error(output.trim() || `${args[args.length - 1]} ended with ${signal || `code ${code}`}`));
    });
  });
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
