import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../core/contracts/fault.ts';
import { measureDrift } from '../../core/encoder/export/measure-drift.ts';
import { writeOnnx } from '../../core/encoder/export/onnx-folder.ts';
import { SAMPLE_TEXTS } from '../../core/encoder/export/sample-texts.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { megabytes } from '../output/megabytes.ts';
import type { Io } from '../runtime/io.ts';

export interface ExportModelOptions {
  int8?: boolean;
  texts?: string;
  json?: boolean;
}

/** `hone model export`: writes ONNX files into a model folder and prints their size and precision. */
export async function exportModel(
  folder: string,
  { int8 = false, texts, json }: ExportModelOptions,
  { out, cwd }: Io,
): Promise<number> {
  const { threads } = await loadSettings();
  const path = resolve(cwd, folder);
  const sample = texts === undefined ? SAMPLE_TEXTS : await readTexts(resolve(cwd, texts));
  const files = await writeOnnx(path, { int8 });
  const drifts = await measureDrift(
    path,
    files.map((file) => file.path),
    sample,
    threads ? { threads } : {},
  );
  const measured = files.map((file, i) => ({ ...file, drift: drifts[i] }));
  if (json) {
    out.line(JSON.stringify({ folder: path, files: measured }));
    return EXIT.done;
  }
  const rows = measured.map(({ path, bytes, drift }) => [
    path,
    megabytes(bytes),
    ...(drift ? [figure(drift.minCosine), figure(drift.meanCosine), percent(drift.sameNearest)] : []),
  ]);
  for (const line of columns([['file', 'size', 'lowest cosine', 'mean cosine', 'same nearest'].map(t), ...rows]))
    out.line(line);
  out.line(t(`Cosines compare with the embeddings of model.safetensors, over ${sample.length} texts.`));
  return EXIT.done;
}

async function readTexts(file: string): Promise<string[]> {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Fault('input', `${file} cannot be read.`, 'Give --texts a file with one text per line.', { cause });
  });
  const texts = content.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (texts.length < 2)
    throw new Fault('input', `${file} has fewer than two texts.`, 'Give --texts a file with one text per line.');
  return texts;
}

/** Six decimals. A cosine below 1 is not rounded up to 1, because the reader should see that it is not exact. */
function figure(cosine: number): string {
  return cosine > 1 - 5e-7 ? '1.000000' : Math.min(cosine, 0.999999).toFixed(6);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
