/**
 * Removes from `node_modules` what a machine that only runs Hone has no use for: native libraries of other platforms,
 * source maps and type declarations. For images, of which it makes more than half.
 *
 *   node scripts/prune-modules.mjs node_modules [PLATFORM ARCH]
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const RUST = { x64: 'x86_64', arm64: 'aarch64' };
const SYSTEMS = { linux: 'unknown-linux-gnu', darwin: 'apple-darwin', win32: 'pc-windows-msvc' };
const UNUSED = /\.(?:map|d\.[cm]?ts)$/;

const [modules = 'node_modules', platform = process.platform, arch = process.arch] = process.argv.slice(2);

const runtime = join(modules, 'onnxruntime-node', 'bin', 'napi-v6');
const core = join(modules, '@temporalio', 'core-bridge', 'releases');
// All are looked up before anything is removed.
const others = [
  ...allBut(runtime, platform),
  ...allBut(join(runtime, platform), arch),
  ...allBut(core, `${RUST[arch]}-${SYSTEMS[platform]}`),
];
for (const path of others) rmSync(path, { recursive: true });
for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true }))
  if (entry.isFile() && UNUSED.test(entry.name)) rmSync(join(entry.parentPath, entry.name));

function allBut(folder, kept) {
  const names = readdirSync(folder);
  if (!names.includes(kept)) throw new Error(`${folder} has no ${kept}, but ${names.join(', ')}.`);
  return names.filter((name) => name !== kept).map((name) => join(folder, name));
}
