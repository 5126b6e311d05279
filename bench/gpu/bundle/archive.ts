import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Bytes of a part: little enough to be copied with a limit of 64 MiB. */
export const PART_BYTES = 60_000_000;

export interface ArchivePart {
  /** `base.tar.xz.01`; as many digits as the number of parts may need. */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Packs files into `NAME.tar.xz.01`, `.02`, …, which together are one archive.
 * @param folder That the files are relative to.
 * @param files In the order in which they are packed.
 * @param options.inside Folder in the archive; default: none.
 * @param options.level Of xz, 0 to 9.
 */
export async function packArchive(
  target: string,
  name: string,
  folder: string,
  files: readonly string[],
  { inside = '', level = 6, partBytes = PART_BYTES }: { inside?: string; level?: number; partBytes?: number } = {},
): Promise<ArchivePart[]> {
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  // Links are followed, as a clone may have its caches elsewhere.
  const args = ['-c', '-h', ...owner, ...(inside ? [`--transform=s,^,${inside}/,`] : []), '-C', folder, '-T', '-'];
  const tar = spawn('tar', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const xz = spawn('xz', ['-c', '-T0', `-${level}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  tar.stdin.on('error', () => {}).end(files.join('\n'));
  tar.stdout.pipe(xz.stdin.on('error', () => {}));
  const [parts] = await Promise.all([
    splitStream(xz.stdout, target, name, partBytes),
    ended(tar, 'tar'),
    ended(xz, 'xz'),
  ]);
  return parts;
}

async function ended(child: ReturnType<typeof spawn>, command: string): Promise<void> {
  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
  if (code !== 0) throw new Error(`${command} ended with code ${code}: ${stderr.slice(-1000)}`);
}

/** Writes a stream into files of at most `partBytes` bytes. */
export async function splitStream(
  stream: AsyncIterable<Uint8Array>,
  target: string,
  name: string,
  partBytes: number,
): Promise<ArchivePart[]> {
  const parts: ArchivePart[] = [];
  let open: OpenPart | undefined;
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; ) {
      open ??= new OpenPart(target, `${name}.tar.xz.${String(parts.length + 1).padStart(2, '0')}`);
      const piece = chunk.subarray(at, at + partBytes - open.bytes);
      await open.write(piece);
      at += piece.length;
      if (open.bytes < partBytes) continue;
      parts.push(await open.close());
      open = undefined;
    }
  }
  if (open) parts.push(await open.close());
  return parts;
}

class OpenPart {
  bytes = 0;
  readonly #name: string;
  readonly #hash = createHash('sha256');
  readonly #file: ReturnType<typeof createWriteStream>;

  constructor(folder: string, name: string) {
    this.#name = name;
    this.#file = createWriteStream(join(folder, name));
  }

  async write(piece: Uint8Array): Promise<void> {
    this.bytes += piece.length;
    this.#hash.update(piece);
    if (!this.#file.write(piece)) await once(this.#file, 'drain');
  }

  async close(): Promise<ArchivePart> {
    this.#file.end();
    await once(this.#file, 'close');
    return { name: this.#name, sha256: this.#hash.digest('hex'), bytes: this.bytes };
  }
}
