/**
 * Makes a clone ready to run: packages as locked, then the build. Does next to nothing where both are up to date.
 * Plain JavaScript for Node 18 and later: it runs on the machine's Node before the project's own is installed.
 * `--after-install` is npm's `prepare`: the packages have just been installed, by setup or by hand.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...path) => join(root, ...path);
/** Inside node_modules, so that whatever removes the packages removes the claim that they are there. */
const STAMP = at('node_modules', '.hone-setup');
const SIGN_OF_LIFE_MS = 5000;

try {
  if (process.argv.includes('--after-install')) await afterInstall();
  else await alone(at('.cache', 'setup.lock'), (pid) => say(`waiting for another set-up (process ${pid})`), setUp);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function setUp() {
  // npm's `prepare` builds and stamps; where nothing had to be installed, the sources may still have changed.
  if (isInstalled()) await build();
  else await install();
}

async function afterInstall() {
  if (!existsSync(at('node_modules', 'typescript'))) return say('without development packages nothing is built');
  stamp();
  await build();
}

/** Looks at every package: a deletion that was cut short leaves the stamp and takes some of them. */
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

/** What the installed packages depend on: the lock file and the machine that the native ones were chosen for. */
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
  const sign = setInterval(() => say(`  still installing, ${seconds()} s`), SIGN_OF_LIFE_MS);
  try {
    // Warnings are of other packages' engines, which the Node that is being installed satisfies.
    await run(command, [...before, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
      ...process.env,
      // The postinstall of onnxruntime-node fetches CUDA libraries from elsewhere; CPU and WebGPU come in the package.
      ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL || 'skip',
    });
  } catch (error) {
    if (isInstalled()) throw error;
    throw new Error(
      `${error.message}\nThe packages could not be installed. Check that npm reaches its registry (npm ping), then run it again.`,
    );
  } finally {
    clearInterval(sign);
  }
  if (!isInstalled()) throw new Error('npm ended well, but packages are missing. Run: npm ci');
  say(`packages installed and built, ${seconds()} s`);
}

/** In the project's own Node, whatever the machine's is. */
function build() {
  return run(existsSync(node()) ? node() : process.execPath, [at('scripts', 'build.mjs')], process.env);
}

function node() {
  return at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
}

/** Keeps what the command says to itself unless it fails; the build's own few lines pass. */
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
    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)));
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
