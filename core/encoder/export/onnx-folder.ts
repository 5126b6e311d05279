import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelFolder } from '../files/model-folder.ts';
import { type ExportOptions, exportOnnx } from './export-onnx.ts';

/** File names that transformers.js looks for if `dtype` is fp32, or q8, its default in browsers. */
const NAMES = { fp32: 'model.onnx', int8: 'model_quantized.onnx' } as const;

export interface OnnxFile {
  readonly precision: keyof typeof NAMES;
  /** Relative to the folder. */
  readonly path: string;
  /** Including weight files beside it. */
  readonly bytes: number;
}

/**
 * Writes `onnx/model.onnx` and, with `int8`, `onnx/model_quantized.onnx` into a model folder, replacing existing ones.
 * If their weights do not fit inside them, `config.json` gets the setting by which transformers.js finds the weight
 * files.
 * @throws Fault `input` if the folder is not a valid model that Hone supports.
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

/** transformers.js fetches weight files only if `use_external_data_format` gives their number for the model file. */
async function declareWeightFiles(file: string, name: string, count: number): Promise<void> {
  const config = JSON.parse(await readFile(file, 'utf8'));
  const settings = config['transformers.js_config'] ?? {};
  const existing = settings.use_external_data_format;
  const { [name]: declared, ...others } = typeof existing === 'object' && existing ? existing : {};
  if (count === Number(declared ?? 0)) return;
  const use_external_data_format = { ...others, ...(count > 0 && { [name]: count }) };
  config['transformers.js_config'] = { ...settings, use_external_data_format };
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
}
