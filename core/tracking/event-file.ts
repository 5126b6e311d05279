import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { TrackedRun } from './tracked-run.ts';

/**
 * A run as an event file of TensorBoard: records of the protocol buffer `tensorflow.Event`, framed as TFRecords.
 * @param at Seconds since the epoch.
 * https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 */
export function eventFile({ metrics, parameters }: TrackedRun, at: number): Uint8Array {
  const event = () => new BinaryWriter().tag(1, WireType.Bit64).double(at);
  const events = [
    event().tag(3, WireType.LengthDelimited).string('brain.Event:2'),
    ...metrics.map(({ name, step, value }) =>
      event().tag(2, WireType.Varint).int64(step).tag(5, WireType.LengthDelimited).bytes(scalar(name, value)),
    ),
    event()
      .tag(5, WireType.LengthDelimited)
      .bytes(text('parameters', markdownTable(parameters))),
  ];
  return concat(events.map((one) => framed(one.finish())));
}

/** `Summary { value { tag, simple_value } }` */
function scalar(name: string, value: number): Uint8Array {
  return summary(new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).tag(2, WireType.Bit32).float(value));
}

/** `Summary { value { tag, metadata { plugin_data { plugin_name: "text" } }, tensor { dtype: DT_STRING, … } } }` */
function text(name: string, content: string): Uint8Array {
  const plugin = new BinaryWriter().tag(1, WireType.LengthDelimited).string('text').finish();
  const metadata = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(plugin).finish();
  const one = new BinaryWriter().tag(1, WireType.Varint).int64(1).finish();
  const shape = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(one).finish();
  const DT_STRING = 7;
  const tensor = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(DT_STRING)
    .tag(2, WireType.LengthDelimited)
    .bytes(shape)
    .tag(8, WireType.LengthDelimited)
    .string(content)
    .finish();
  return summary(
    new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .string(name)
      .tag(9, WireType.LengthDelimited)
      .bytes(metadata)
      .tag(8, WireType.LengthDelimited)
      .bytes(tensor),
  );
}

function summary(value: BinaryWriter): Uint8Array {
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value.finish()).finish();
}

function markdownTable(parameters: TrackedRun['parameters']): string {
  const rows = Object.entries(parameters).map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |`);
  return ['| parameter | value |', '|---|---|', ...rows].join('\n');
}

/** Length, its checksum, the record, its checksum; all little-endian. */
function framed(record: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(record.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(record.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(record, 12);
  view.setUint32(12 + record.length, maskedCrc(record), true);
  return bytes;
}

/** CRC-32C, rotated and shifted as TFRecord has it, so that checksums of checksums do not look like one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const CASTAGNOLI = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
