/** Floating-point types in which weights are stored. Training computes in F32. */
export const FLOAT_TYPES = ['F32', 'F16', 'BF16', 'F64'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** Decodes little-endian bytes to float32. The conversion from bfloat16 and binary16 is exact; from F64 it rounds. */
export function decodeFloats(bytes: Uint8Array<ArrayBuffer>, type: FloatType): Float32Array<ArrayBuffer> {
  if (type === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (type === 'F64') {
    // Such an array may only begin at a multiple of eight bytes.
    const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
    return Float32Array.from(new Float64Array(buffer, byteOffset, bytes.length / 8));
  }
  const half = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return Float32Array.from(half, type === 'BF16' ? fromBfloat16 : fromBinary16);
}

/** Encodes float32 values as little-endian bytes, rounded to nearest, ties to even. */
export function encodeFloats(values: Float32Array, type: FloatType): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (type === 'F64') return new Uint8Array(Float64Array.from(values).buffer);
  return new Uint8Array(Uint16Array.from(values, type === 'BF16' ? toBfloat16 : toBinary16).buffer);
}

/** Whether no value is NaN or infinite. */
export function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function fromBfloat16(half: number): number {
  asBits[0] = half << 16;
  return asFloat[0] as number;
}

function toBfloat16(value: number): number {
  asFloat[0] = value;
  const bits = asBits[0] as number;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function fromBinary16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function toBinary16(value: number): number {
  asFloat[0] = value;
  const sign = ((asBits[0] as number) >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // The spacing of binary16 numbers around `magnitude`; it is 2^-24 below the smallest normal number.
  const step = 2 ** (Math.max(Math.floor(Math.log2(magnitude)), -14) - 10);
  const steps = roundHalfEven(magnitude / step);
  const rounded = steps * step;
  if (rounded < 2 ** -14) return sign | Math.round(rounded / 2 ** -24);
  const exponent = Math.floor(Math.log2(rounded));
  return sign | ((exponent + 15) << 10) | Math.round((rounded / 2 ** exponent - 1) * 1024);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  return fraction > 0.5 || (fraction === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
