import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/data-converter-helpers.js';
import { decodeMapFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { describe, expect, it } from 'vitest';
import { localMasterKey } from '../core/codec/master-key.ts';
import { PayloadCodec } from '../core/codec/payload-codec.ts';
import { LenientCodec } from './lenient-codec.ts';
import { summaryOf } from './run-summary.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const [own, other] = ['own', 'other'].map((id) => new PayloadCodec({ keys: [localMasterKey(id, randomBytes(32))] }));
const plain = (value: unknown) => defaultPayloadConverter.toPayload(value) ?? {};
const encrypted = async (codec: PayloadCodec | undefined, value: unknown): Promise<Payload> =>
  (await codec?.encode([plain(value)]))?.[0] ?? {};

/** The summary of a run that was started with this memo, as `list` returns it. */
async function listed(fields: Record<string, Payload>, codec = own) {
  const converter = loadDataConverter({ payloadCodecs: codec ? [new LenientCodec(codec)] : [] });
  return summaryOf({
    type: 'fineTune',
    workflowId: 'run-1',
    runId: 'r1',
    status: { name: 'RUNNING', code: 1 },
    startTime: new Date(0),
    memo: (await decodeMapFromPayloads(converter, fields)) ?? {},
  });
}

describe('a run in a list', () => {
  it('has its title and hold where the key is here', async () => {
    const memo = { title: await encrypted(own, 'Handbook'), hold: plain('paused') };
    expect(await listed(memo)).toMatchObject({ title: 'Handbook', hold: 'paused', unreadable: undefined });
  });

  it.each<[string, () => Payload | Promise<Payload>, RegExp]>([
    ['encrypted with a key that is not here', () => encrypted(other, 'Secret'), /the key other, which is not here/],
    ['in the encoding of another codec', () => ({ metadata: { encoding: bytes('binary/zstd') } }), /as binary\/zstd/],
    ['without an encoding', () => ({ data: bytes('x') }), /as \(none\)/],
    ['not JSON', () => ({ metadata: { encoding: bytes('json/plain') }, data: bytes('{') }), /as json\/plain/],
  ])('is listed with a remark if its title is %s', async (_, title, remark) => {
    const summary = await listed({ title: await title(), hold: await encrypted(own, 'approval') });
    expect(summary).toMatchObject({ workflowId: 'run-1', state: 'running', startedAt: new Date(0), hold: 'approval' });
    expect(summary.title).toBeUndefined();
    expect(summary.unreadable).toMatch(remark);
  });

  it('shows nothing that a terminal would act on, whatever the encoding is called', async () => {
    const { unreadable } = await listed({ title: { metadata: { encoding: bytes(`\u001b[2J${'x'.repeat(999)}`) } } });
    expect(unreadable).toMatch(/as [\w?]{64}\.$/);
  });
});
