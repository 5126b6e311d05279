import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelFolder } from '../files/model-folder.ts';
import { type ExportOptions, exportOnnx } from './export-onnx.ts';

/** What transformers.js looks for where `dtype` is fp32, and where it is q8, which it takes by default in browsers. */
const NAMES = { fp32: 'model.onnx', int8: 'model_quantized.onnx' } as const;

export interface OnnxFile {
  readonly precision: keyof typeof NAMES;
  /** Inside the folder. */
  readonly path: string;
  /** Files of weights beside it included. */
  readonly bytes: number;
}

/**
 * Writes `onnx/model.onnx` and, if asked for, `onnx/model_quantized.onnx` into a model folder, in place of those that are there. Where weights
 * have to lie beside them, `config.json` says so, as transformers.js wants to be told.
 * @throws Fault `input` if the folder is not a model that Hone reads.
 */
export async function writeOnnx(folder: string, options: ExportOptions = {}): Promise<OnnxFile[]> {
  const model = await readModelFolder(folder);
  const [target, draft] = [join(folder, 'onnx'), join(folder, 'onnx.partial')];
  await mkdir(target, { recursive: true });
  await rm(draft, { recursive: true, force: true });
  try {
    const written: OnnxFile[] = [];
    for (const precision of options.int8 ? (['fp32', 'int8'] as const) : (['fp32'] as const)) {
      const name = NAMES[precision];
      const files = await exportOnnx(model, join(draft, name), { ...options, int8: precision === 'int8' });
      for (const old of await readdir(target)) if (old.startsWith(name)) await rm(join(target, old));
      let bytes = 0;
      for (const file of files) {
        bytes += (await stat(join(draft, file))).size;
        await rename(join(draft, file), join(target, file));
      }
      await declareWeightFiles(join(folder, 'config.json'), name, files.length - 1);
      written.push({ precision, path: `onnx/${name}`, bytes });
    }
    return written;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** transformers.js fetches files of weights only where `use_external_data_format` gives their number by model file. */
async function declareWeightFiles(file: string, name: string, count: number): Promise<void> {
  const config = JSON.parse(await readFile(file, 'utf8'));
  const settings = config['transformers.js_config'] ?? {};
  const known = settings.use_external_data_format;
  const { [name]: declared, ...others } = typeof known === 'object' && known ? known : {};
  if (count === Number(declared ?? 0)) return;
  const use_external_data_format = { ...others, ...(count > 0 && { [name]: count }) };
  config['transformers.js_config'] = { ...settings, use_external_data_format };
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
}
