import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../primitives/hash.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { drawn, drawPdf, makePdf } from './fixtures/pdf.ts';
import { DocumentReader } from './read-document.ts';

function sourceFile(path: string, bytes: Uint8Array): SourceFile {
  return { path, file: `/${path}`, bytes: bytes.length, sha256: sha256(bytes), read: async () => bytes };
}

const PUMP = sourceFile('pump.pdf', makePdf([[{ text: 'Open the valve.', y: 700 }]]));
const IMAGE = '/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8';

/** Small files that take much memory or time. */
const BOMBS = {
  /** 80 MB of operators from a file of 80 kB. */
  operators: () =>
    drawPdf([{ content: deflateSync(Buffer.from('q 1 0 0 1 0 0 cm\n'.repeat(5e6))), filter: 'FlateDecode' }]),
  /** A form that draws a form ten times that draws a form ten times… */
  forms: () => {
    const form = '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 3 0 R';
    const depth = 10;
    const objects = Array.from({ length: depth }, (_, i) => [
      `X${i}`,
      { dictionary: form, stream: i === depth - 1 ? '0 0 5 5 re f' : `/X${i + 1} Do\n`.repeat(10) },
    ]);
    return drawPdf([{ content: '/X0 Do' }], { objects: Object.fromEntries(objects) });
  },
};

describe('DocumentReader', { timeout: 60_000 }, () => {
  const small = new DocumentReader({ megabytes: 300, seconds: 30 });
  const quick = new DocumentReader({ seconds: 2 });
  afterAll(() => Promise.all([small.close(), quick.close()]));

  test('a small file that takes much memory is named, and the next one is read', async () => {
    expect(await small.read(sourceFile('bomb.pdf', BOMBS.operators()))).toEqual({
      reason: 'needs more than 300 MB of memory to be read',
    });
    expect(await small.read(PUMP)).toMatchObject({ document: { path: 'pump.pdf' } });
  });

  test('a small file that takes much time is named, and the next one is read', async () => {
    expect(await quick.read(sourceFile('bomb.pdf', BOMBS.forms()))).toEqual({
      reason: 'takes more than 2 seconds to be read',
    });
    expect(await quick.read(PUMP)).toMatchObject({ document: { path: 'pump.pdf' } });
  });

  test('a page with an image of gigabytes is read, because images are not decoded', async () => {
    const image = {
      dictionary: `${IMAGE} /Width 40000 /Height 40000 /Filter /FlateDecode`,
      stream: deflateSync(Buffer.alloc(1e7)),
    };
    const content = `q 600 0 0 400 0 0 cm /X1 Do Q ${drawn({ text: 'Below the picture', y: 500 })}`;
    const outcome = await small.read(sourceFile('picture.pdf', drawPdf([{ content }], { objects: { X1: image } })));
    expect(outcome).toMatchObject({ document: { sections: [{ text: 'Below the picture' }] } });
  });

  test('millions of characters are handed over', async () => {
    const text = `${randomBytes(4096).toString('hex')}\n`.repeat(1000);
    const reader = new DocumentReader();
    const outcome = await reader.read(sourceFile('long.txt', Buffer.from(text)));
    await reader.close();
    expect('document' in outcome && outcome.document.sections[0]?.text.length).toBe(text.length - 1);
  });

  test('a program ends by itself after it has read and closed', async () => {
    const module = new URL('./read-document.ts', import.meta.url).href;
    const script = `
      import { DocumentReader } from '${module}';
      import { sha256 } from '${new URL('../../primitives/hash.ts', import.meta.url).href}';
      const bytes = Buffer.from('Open the valve.');
      const reader = new DocumentReader();
      const { document } = await reader.read({ path: 'a.txt', sha256: sha256(bytes), read: async () => bytes });
      await reader.close();
      console.log(document.sections[0].text);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout).toBe('Open the valve.\n');
  });

  test('a process that does not become ready is ended, and the failure says so', async () => {
    const reader = new DocumentReader({ startsWithinMs: 1 });
    await expect(reader.read(PUMP)).rejects.toMatchObject({
      kind: 'exhausted',
      message: expect.stringContaining('not ready within'),
    });
  });

  test('a reader that was closed can be used again', async () => {
    const reader = new DocumentReader();
    await reader.read(PUMP);
    await reader.close();
    await reader.close();
    expect(await reader.read(PUMP)).toMatchObject({ document: { path: 'pump.pdf' } });
    await reader.close();
  });
});
