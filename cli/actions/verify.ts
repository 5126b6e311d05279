import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { Stage } from '../../core/contracts/progress.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { pullModel } from '../../core/hub/pull-model.ts';
import { type EmbeddingServer, openEmbeddingServer, type ServerApi } from '../../core/provider/embedding-server.ts';
import { type Verification, verifyServer } from '../../core/verify/verify-server.ts';
import { loadSettings, type Settings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { absoluteModel } from '../input/location.ts';
import { findServedModel, type ServedModel } from '../input/served-model.ts';
import { EXIT } from '../output/failure.ts';
import { progressView } from '../output/progress-view.ts';
import { describeVerification, type VerificationReport } from '../output/verification.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

export interface VerifyOptions {
  model?: string;
  requestModel?: string;
  api?: ServerApi;
  keyFrom: string;
  serverPrompts?: boolean;
  base?: string;
  /** A file; false: no dataset; undefined: the validation set of the published name. */
  dataset?: string | false;
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

/** `hone verify`: compares a server with a model. Exits with `EXIT.refused` if it does not serve the model. */
export async function verify(endpoint: string, options: VerifyOptions, io: Io): Promise<number> {
  const settings = await loadSettings({ store: options.store });
  const interrupt = interruptible();
  const view = progressView(io.err);
  const stage: Stage = { name: 'evaluate', state: 'running' };
  let title = options.model ?? '';
  const show = (progress?: Stage['progress']) => {
    if (progress) stage.progress = progress;
    view.update({ title: 'verify', model: title, state: 'running', stages: [stage] });
  };
  const { signal } = interrupt;
  try {
    const { key, model, dataset, baseFolder } = await readInput(options, settings, io, signal);
    title = model.name;
    show();
    const server = await openEmbeddingServer({
      url: endpoint,
      api: options.api,
      model: options.requestModel,
      likelyModels: likelyNames(options.model, model),
      key,
      nameKinds: options.serverPrompts,
      signal,
    });
    const verification = await verifyServer({
      server,
      folder: model.folder,
      baseFolder,
      dataset,
      serverAddsPrompts: options.serverPrompts,
      threads: settings.threads,
      signal,
      onProgress: (done, total, note) => show({ done, total, unit: 'texts', note }),
    });
    view.close();
    const report = reportOf(model, server, verification);
    if (options.json) io.out.line(JSON.stringify(report));
    else for (const line of describeVerification(report, io.out.style)) io.out.line(line);
    return report.serves ? EXIT.done : EXIT.refused;
  } catch (error) {
    if (!signal.aborted) throw error;
    view.close();
    io.err.line(t('Interrupted.'));
    return EXIT.interrupted;
  } finally {
    view.close();
    interrupt.dispose();
  }
}

/** Names under which `hone serve`, Ollama and others may serve a published model. */
function likelyNames(given: string | undefined, { published }: ServedModel): string[] {
  const name = published?.release.name;
  return [given, name, name && `${name}:latest`].filter((one) => one !== undefined);
}

interface Input {
  readonly key: string | undefined;
  readonly model: ServedModel;
  readonly dataset: QADataset | undefined;
  readonly baseFolder: string | undefined;
}

/** @throws Fault `input` or `config` */
async function readInput(options: VerifyOptions, settings: Settings, { cwd }: Io, signal: AbortSignal): Promise<Input> {
  const key = process.env[options.keyFrom] || undefined;
  if (key === undefined && options.keyFrom !== 'OPENAI_API_KEY')
    throw new Fault('input', `${options.keyFrom} is not set.`, 'Set it to the key, or leave out --key-from.');
  const model = await findServedModel(options.model, settings, cwd, signal);
  return {
    key,
    model,
    dataset: await readDataset(options.dataset, model, cwd),
    baseFolder: await findBase(options.base, model, settings, cwd, signal),
  };
}

async function readDataset(
  given: string | false | undefined,
  { published }: ServedModel,
  cwd: string,
): Promise<QADataset | undefined> {
  if (given === false) return undefined;
  if (given !== undefined && typeof given === 'string') {
    const file = resolve(cwd, given);
    const bytes = await readFile(file).catch((cause) => {
      throw new Fault('input', `${file} cannot be read.`, 'Give --dataset a file in llama-index’s format.', { cause });
    });
    return parseDataset(bytes, file);
  }
  if (!published) return undefined;
  const { release, store } = published;
  return parseDataset(await store.readObject(release.validation), 'the validation set');
}

/** The base model's folder: the one that was given; that of a release only if it need not be downloaded. */
async function findBase(
  given: string | undefined,
  { published }: ServedModel,
  { models }: Settings,
  cwd: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = given ?? published?.release.base;
  if (name === undefined) return undefined;
  const options = { cache: models, baseDir: cwd, signal, offline: given === undefined };
  try {
    return (await pullModel(await absoluteModel(name, cwd), options)).folder;
  } catch (error) {
    if (given === undefined && error instanceof Fault) return undefined;
    throw error;
  }
}

function reportOf(
  { name, folder }: ServedModel,
  { api, software, address, model, says }: EmbeddingServer,
  verification: Verification,
): VerificationReport {
  return { model: name, folder, server: { api, software, address, model, says }, ...verification };
}
