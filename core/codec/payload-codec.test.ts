import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { localMasterKey, type MasterKey } from './master-key.ts';
import type { Payload } from './payload-bytes.ts';
import { PayloadCodec } from './payload-codec.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = (text: string): Payload => ({ metadata: { encoding: bytes('json/plain') }, data: bytes(text) });
const textOf = ({ data }: Payload) => new TextDecoder().decode(data ?? undefined);
const newKey = (id: string) => localMasterKey(id, randomBytes(32));

const [first, second] = [newKey('first'), newKey('second')];
const codec = (...keys: MasterKey[]) => new PayloadCodec({ keys });
const sealed = async (key = first, text = '"pumps of hall 7"') => {
  const [payload] = await codec(key).encode([plain(text)]);
  if (!payload?.data || !payload.metadata) throw new Error('nothing was encoded');
  return { metadata: payload.metadata, data: payload.data };
};
/** The payload with one byte of its data changed. */
const flipped = ({ metadata, data }: { metadata: Payload['metadata']; data: Uint8Array }, at: number): Payload => ({
  metadata: metadata ?? {},
  data: Uint8Array.from(data, (byte, i) => (i === (at + data.length) % data.length ? byte ^ 1 : byte)),
});

it('gives back every payload as it was, with its metadata, whatever its size', async () => {
  const payloads: Payload[] = [
    plain('{"a":"字"}'),
    { metadata: { encoding: bytes('binary/null') } },
    { metadata: { encoding: bytes('binary/plain'), other: Uint8Array.of(0, 255) }, data: randomBytes(100_000) },
    { metadata: {}, data: new Uint8Array() },
  ];
  const encoded = await codec(first).encode(payloads);
  const decoded = await codec(first).decode(encoded);
  for (const [i, { metadata, data }] of decoded.entries()) {
    expect(Object.keys(metadata ?? {})).toEqual(Object.keys(payloads[i]?.metadata ?? {}));
    for (const [name, value] of Object.entries(metadata ?? {}))
      expect([...value]).toEqual([...(payloads[i]?.metadata?.[name] ?? [])]);
    expect(Buffer.from(data ?? []).equals(Buffer.from(payloads[i]?.data ?? []))).toBe(true);
  }
});

it('shows nothing of the text, the kind of value or the data key, and no two encodings are alike', async () => {
  const one = await sealed();
  const other = await sealed();
  const all = Buffer.concat([one.data, ...Object.values(one.metadata)]).toString('latin1');
  expect(all).not.toMatch(/pumps|json\/plain/);
  expect(Buffer.from(one.data).equals(Buffer.from(other.data))).toBe(false);
});

it('adds less than 300 bytes, so that the guard on sizes still keeps below what Temporal takes', async () => {
  const { metadata, data } = await sealed(newKey('k'.repeat(64)), 'x'.repeat(1_000_000));
  const overhead = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  expect(data.length + overhead).toBeLessThan(1_000_300);
});

it('reads what an earlier key has written after a rotation, and writes with the first', async () => {
  const old = await sealed(first);
  const rotated = codec(second, first);
  expect((await rotated.decode([old])).map(textOf)).toEqual(['"pumps of hall 7"']);
  const [written] = await rotated.encode([plain('1')]);
  expect((await codec(second).decode([written ?? {}])).map(textOf)).toEqual(['1']);
});

it('leaves plain payloads as they are, and writes plain ones without keys', async () => {
  expect(await codec(first).decode([plain('1')])).toEqual([plain('1')]);
  expect(await codec().encode([plain('1')])).toEqual([plain('1')]);
});

it('does not encrypt twice', async () => {
  const once = await sealed();
  expect(await codec(second).encode([once])).toEqual([once]);
});

it('names the key that is missing, and those that are there', async () => {
  const payload = await sealed(first);
  await expect(codec().decode([payload])).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/key first, which is not here \(here: none\)/),
    advice: expect.stringContaining('HONE_CODEC_KEYS'),
  });
  await expect(codec(second).decode([payload])).rejects.toThrow(/first.*here: second/);
});

it('tells another key of the same name', async () => {
  await expect(codec(newKey('first')).decode([await sealed(first)])).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('another key than the one that is called first'),
  });
});

it.each([
  ['its nonce', 0],
  ['its text', 20],
  ['its tag', -1],
])('refuses a payload whose bytes were changed in %s', async (_, at) => {
  await expect(codec(first).decode([flipped(await sealed(), at)])).rejects.toMatchObject({ kind: 'lost' });
});

it.each([0, 1, 27, 28, 40])('refuses a payload cut off after %i bytes', async (length) => {
  const { metadata, data } = await sealed();
  await expect(codec(first).decode([{ metadata, data: data.subarray(0, length) }])).rejects.toMatchObject({
    kind: 'lost',
  });
});

it('does not repeat what somebody wrote into a key id', async () => {
  const { metadata, data } = await sealed();
  const forged = { metadata: { ...metadata, 'encryption-key-id': bytes(`\u001b[2J<b>${'x'.repeat(1000)}`) }, data };
  const failure = await codec(first)
    .decode([forged])
    .catch((error: Error) => error.message);
  expect(failure).toMatch(/^Data in Temporal is encrypted with the key [\w.?-]{64}, which/);
});

it('puts the reason in the place of an unreadable payload where a worker asks for it, and keeps the others', async () => {
  const lenient = new PayloadCodec({ keys: [second], unreadable: 'replace' });
  const [bad, good] = await lenient.decode([await sealed(first), await sealed(second)]);
  expect(JSON.parse(textOf(bad ?? {}))).toMatchObject({
    honeUnreadable: { message: expect.stringContaining('first') },
  });
  expect(textOf(good ?? {})).toBe('"pumps of hall 7"');
});

it('asks the key service once for many payloads, and again after it has failed', async () => {
  let [wraps, unwraps] = [0, 0];
  const service: MasterKey = {
    ...first,
    wrap: (key) => (++wraps === 1 ? Promise.reject(new Error('no answer')) : first.wrap(key)),
    unwrap: (wrapped) => {
      unwraps++;
      return first.unwrap(wrapped);
    },
  };
  const writer = codec(service);
  await expect(writer.encode([plain('1')])).rejects.toThrow('no answer');
  const written = await writer.encode([plain('1'), plain('2'), plain('3')]);
  expect(wraps).toBe(2);
  const reader = codec(service);
  for (const payload of written) await reader.decode([payload]);
  expect(unwraps).toBe(1);
});
