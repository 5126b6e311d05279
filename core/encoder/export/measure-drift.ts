import { type EncoderOptions, openEncoder } from '../encoder.ts';
import { type Drift, drift } from './drift.ts';
import { openExported } from './exported-encoder.ts';

/**
 * How far the rows of a folder's exported files lie from those of the folder's own weights, over some texts.
 * @param files Paths inside the folder: `onnx/model.onnx`.
 * @returns One a file.
 */
export async function measureDrift(
  folder: string,
  files: readonly string[],
  texts: readonly string[],
  options: EncoderOptions = {},
): Promise<Drift[]> {
  const source = await (await openEncoder(folder, options)).embed(texts);
  const drifts: Drift[] = [];
  for (const file of files) drifts.push(drift(source, await (await openExported(folder, file, options)).embed(texts)));
  return drifts;
}
