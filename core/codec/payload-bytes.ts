import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** `temporal.api.common.v1.Payload`, as the SDK hands it on. */
export interface Payload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

// message Payload { map<string, bytes> metadata = 1; bytes data = 2; }
const METADATA = 1;
const DATA = 2;
const KEY = 1;
const VALUE = 2;

/** The protobuf encoding of a payload. */
export function bytesOfPayload({ metadata, data }: Payload): Uint8Array {
  const writer = new BinaryWriter();
  for (const [key, value] of Object.entries(metadata ?? {})) {
    writer.tag(METADATA, WireType.LengthDelimited).fork();
    writer.tag(KEY, WireType.LengthDelimited).string(key);
    writer.tag(VALUE, WireType.LengthDelimited).bytes(value);
    writer.join();
  }
  if (data) writer.tag(DATA, WireType.LengthDelimited).bytes(data);
  return writer.finish();
}

export function payloadOfBytes(bytes: Uint8Array): Payload {
  const metadata: Record<string, Uint8Array> = {};
  let data: Uint8Array | undefined;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === METADATA) {
      const [key, value] = entryOf(reader.bytes());
      metadata[key] = value;
    } else if (field === DATA) data = reader.bytes();
    else reader.skip(type, field);
  }
  return data === undefined ? { metadata } : { metadata, data };
}

function entryOf(bytes: Uint8Array): [string, Uint8Array] {
  let key = '';
  let value = new Uint8Array();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === KEY) key = reader.string();
    else if (field === VALUE) value = new Uint8Array(reader.bytes());
    else reader.skip(type, field);
  }
  return [key, value];
}
