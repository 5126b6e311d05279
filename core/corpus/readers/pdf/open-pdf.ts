import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { Unreadable } from '../document-content.ts';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/** A document, and the predefined CMaps (ISO 32000, 9.7.5.2) that its fonts have asked for so far. */
export interface OpenPdf {
  readonly document: PDFDocumentProxy;
  readonly cMaps: ReadonlySet<string>;
}

/**
 * Opens a PDF with pdf.js. Nothing is fetched from a network: the predefined CMaps, without which text in fonts that
 * are not embedded would be lost, and the metrics of the standard fonts come from the package.
 * @throws Unreadable if the file is encrypted or damaged.
 */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  const cMaps = new Set<string>();
  const loading = getDocument({
    // A copy: pdf.js takes the memory over.
    data: new Uint8Array(bytes),
    verbosity: 0,
    BinaryDataFactory: binaryDataFactory(cMaps),
    // Images are not decoded: a small file can hold images of gigabytes.
    maxImageSize: 0,
    fontExtraProperties: true,
    useSystemFonts: false,
    disableFontFace: true,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
  });
  try {
    return { document: await loading.promise, cMaps };
  } catch (error) {
    await loading.destroy();
    const { name, message } = error as Error;
    throw new Unreadable(
      name === 'PasswordException' ? 'encrypted: it needs a password' : `a damaged PDF (${message})`,
    );
  }
}

/** What pdf.js asks for a file of its package. */
function binaryDataFactory(cMaps: Set<string>) {
  const folders: Record<string, string> = { cMapUrl: 'cmaps', standardFontDataUrl: 'standard_fonts' };
  return class {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      const folder = folders[kind];
      if (folder === undefined) throw new Error(`${kind} is not needed to read text`);
      if (kind === 'cMapUrl') cMaps.add(basename(filename, '.bcmap'));
      return new Uint8Array(await readFile(join(PACKAGE, folder, basename(filename))));
    }
  };
}
