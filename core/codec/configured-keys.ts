import { readFileSync } from 'node:fs';
import { Fault } from '../contracts/fault.ts';
import { localMasterKey, type MasterKey } from './master-key.ts';

const KEY_BYTES = 32;
const FORM = 'Give id:key, the key as base64 of 32 bytes, such as from `openssl rand -base64 32`.';

/**
 * The keys of the payload codec: from `HONE_CODEC_KEYS` (`new:BASE64,old:BASE64`) or from the file that
 * `HONE_CODEC_KEYS_FILE` names, with one key a line and comments after `#`. The first one encrypts, all decrypt.
 * @returns an empty list if neither is set: payloads are then plain.
 * @throws Fault `config` naming the variable or file and the entry, never the key.
 */
export function configuredKeys(env: NodeJS.ProcessEnv = process.env): MasterKey[] {
  const { HONE_CODEC_KEYS: list, HONE_CODEC_KEYS_FILE: path } = env;
  if (list && path)
    throw new Fault('config', 'HONE_CODEC_KEYS and HONE_CODEC_KEYS_FILE are both set.', 'Unset one of them.');
  if (list) return parseKeys(list.split(','), 'HONE_CODEC_KEYS');
  if (!path) return [];
  const lines = readKeyFile(path).split('\n');
  return parseKeys(
    lines.map((line) => line.replace(/(?:^|\s)#.*$/, '')),
    path,
  );
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(
      'config',
      `HONE_CODEC_KEYS_FILE cannot be read: ${reason}.`,
      'Correct the path, or its permissions.',
      {
        cause,
      },
    );
  }
}

function parseKeys(entries: readonly string[], source: string): MasterKey[] {
  const keys: MasterKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const text = entry.trim();
    if (text === '') continue;
    const [, id, base64 = ''] = /^([\w.-]{1,64}):([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
    const where = `Entry ${index + 1} of ${source}`;
    if (id === undefined) throw new Fault('config', `${where} is no key of the payload codec.`, FORM);
    const key = Buffer.from(base64, 'base64');
    if (key.length !== KEY_BYTES)
      throw new Fault('config', `${where}, ${id}, has ${key.length} bytes instead of ${KEY_BYTES}.`, FORM);
    if (keys.some((other) => other.id === id))
      throw new Fault('config', `${where}: there are two keys ${id}.`, 'Give each key an id of its own.');
    keys.push(localMasterKey(id, key));
  }
  if (keys.length === 0) throw new Fault('config', `${source} holds no key.`, FORM);
  return keys;
}
