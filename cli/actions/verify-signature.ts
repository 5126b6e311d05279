import { resolve } from 'node:path';
import { readTrustedKey } from '../../core/release/signature/keys.ts';
import { verifyFolder } from '../../core/release/signature/signed-folder.ts';
import { otherName } from '../../core/release/signature/signed-release.ts';
import { loadSettings } from '../../workers/settings.ts';
import { t } from '../i18n/translate.ts';
import { findServedModel } from '../input/served-model.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';

export interface VerifySignatureOptions {
  key: string[];
  store?: string;
  json?: boolean;
}

/** `hone model verify`: checks who has signed a model, and that its files are those that were signed. */
export async function verifySignature(model: string, options: VerifySignatureOptions, io: Io): Promise<number> {
  const keys = await Promise.all(options.key.map((file) => readTrustedKey(resolve(io.cwd, file))));
  const { name, folder, published } = await findServedModel(
    model,
    await loadSettings({ store: options.store }),
    io.cwd,
  );
  const signed = await verifyFolder(folder, keys, name);
  if (published && published.release.name !== signed.name) throw otherName(name, signed.name);
  if (options.json) io.out.line(JSON.stringify({ model: name, folder, ...signed }));
  else io.out.line(t(`${name} is signed as ${signed.name}, and its ${signed.files.length} files are unchanged.`));
  return EXIT.done;
}
