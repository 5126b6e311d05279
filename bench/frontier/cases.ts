import { Fault } from '../../core/contracts/fault.ts';
import { headingDatasets } from '../curves/heading-dataset.ts';
import { dataPath } from '../datasets.ts';
import { openModel } from '../models/open-model.ts';

/** A base model and a dataset to tune it on. */
export interface Case {
  /** `minilm/nvidia_sec`. */
  readonly name: string;
  /** Folder of the model. */
  readonly model: string;
  /** Paths. */
  readonly train: string;
  readonly validation: string;
  /** Validation datasets of the other cases of the model, by name: questions that it must not forget. */
  readonly general: ReadonlyMap<string, string>;
}

const DATASETS: Readonly<Record<string, readonly string[]>> = {
  minilm: ['nvidia_sec', 'covidqa', 'xquad_en'],
  e5: ['xquad_zh', 'drcd_zh', 'vue-zh'],
};
export const CASES = Object.entries(DATASETS).flatMap(([model, names]) => names.map((name) => `${model}/${name}`));

/** Tokens of a chunk of the documents whose headings are the questions. */
const CHUNK_TOKENS = 256;

/** @throws Fault `input` if there is no such case, or its model or data is missing. */
export async function openCase(name: string): Promise<Case> {
  const [modelName = '', dataset = ''] = name.split('/');
  const names = DATASETS[modelName];
  if (!names?.includes(dataset))
    throw new Fault('input', `There is no case ${name}.`, `Choose from ${CASES.join(', ')}.`);
  const model = await openModel(modelName);
  const files = new Map<string, { train: string; validation: string }>();
  for (const one of names) files.set(one, await datasetFiles(one, model));
  const own = files.get(dataset) as { train: string; validation: string };
  files.delete(dataset);
  const general = new Map([...files].map(([other, { validation }]) => [other, validation]));
  return { name, model, ...own, general };
}

async function datasetFiles(name: string, model: string): Promise<{ train: string; validation: string }> {
  if (name === 'vue-zh') return headingDatasets(name, await dataPath('vue-zh/src'), model, CHUNK_TOKENS);
  return { train: await dataPath(`${name}.train.json`), validation: await dataPath(`${name}.val.json`) };
}
