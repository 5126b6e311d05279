import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../core/contracts/fault.ts';
import { measureDrift } from '../../core/encoder/export/measure-drift.ts';
import { writeOnnx } from '../../core/encoder/export/onnx-folder.ts';
import { SAMPLE_TEXTS } from '../../core/encoder/export/sample-texts.ts';
import { loadSettings } from '../../workers/settings.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';

export interface ExportModelOptions {
  int8?: boolean;
  texts?: string;
  json?: boolean;
}

/** `hone model export`: writes ONNX files into a model folder; what they are and how exact is the result. */
export async function exportModel(
  folder: string,
  { int8 = false, texts, json }: ExportModelOptions,
  { out, cwd }: Io,
): Promise<number> {
  const { threads } = await loadSettings();
  const at = resolve(cwd, folder);
  const sample = texts === undefined ? SAMPLE_TEXTS : await readTexts(resolve(cwd, texts));
  const files = await writeOnnx(at, { int8 });
  const paths = files.map(({ path }) => path);
  const drifts = await measureDrift(at, paths, sample, threads ? { threads } : {});
  if (json) {
    out.line(JSON.stringify({ folder: at, files: files.map((file, i) => ({ ...file, drift: drifts[i] })) }));
    return EXIT.done;
  }
  const rows = files.map(({ path, bytes }, i) => {
    const { minCosine, meanCosine, sameNearest } = drifts[i] as (typeof drifts)[number];
    return [path, `${(bytes / 1e6).toFixed(1)} MB`, figure(minCosine), figure(meanCosine), percent(sameNearest)];
  });
  for (const line of columns([['file', 'size', 'lowest cosine', 'mean cosine', 'same nearest'], ...rows]))
    out.line(line);
  out.line(`Cosines are with the rows of model.safetensors, over ${sample.length} texts.`);
  return EXIT.done;
}

async function readTexts(file: string): Promise<string[]> {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Fault('input', `${file} cannot be read.`, 'Give --texts a file with one text a line.', { cause });
  });
  const texts = content.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (texts.length < 2)
    throw new Fault('input', `${file} has fewer than two texts.`, 'Give --texts a file with one text a line.');
  return texts;
}

/** Six decimals, and no rounding up to a perfect 1 of what a reader should see is none. */
function figure(cosine: number): string {
  return cosine > 1 - 5e-7 ? '1.000000' : Math.min(cosine, 0.999999).toFixed(6);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
