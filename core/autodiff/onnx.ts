import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Constant, ElementType, Graph, Node, Value } from './graph.ts';

/*
 * Writes a graph as an ONNX ModelProto. The numbers below are the field numbers of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */

const OPSET = 18;
const IR_VERSION = 8;
/** ONNX's TensorProto.DataType. */
export const ELEMENT: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
};
/** TensorProto.DataLocation.EXTERNAL. */
const EXTERNAL = 1;
/** AttributeProto.AttributeType. */
const ATTRIBUTE = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const;
/** Attributes that ONNX defines as floats, also when the number is whole. */
const FLOATS: ReadonlySet<string> = new Set(['alpha', 'beta', 'epsilon']);
/** Operators of ONNX Runtime's own domain, `com.microsoft`. */
const CONTRIB: ReadonlySet<string> = new Set(['FusedMatMul', 'Gelu']);

export interface ModelOutput {
  readonly value: Value;
  /** Name in the file. Default: the name of the value. */
  readonly name?: string;
}

/** Where the bytes of a constant are stored outside of the `.onnx` file (ONNX's external data). */
export interface ExternalPlace {
  /** File name, relative to the folder of the `.onnx` file. */
  readonly location: string;
  /** In bytes. */
  readonly offset: number;
}

/**
 * Encodes the part of the graph that `outputs` depend on.
 * @param place Is called for each constant in turn. A constant for which it returns a place is not written; the caller
 *   has to store its bytes there. Default: all constants are written.
 * @returns The consecutive pieces of the `.onnx` file. Constants are referred to, not copied, so that a large model can
 *   be written piece by piece.
 */
export function encodeModel(
  graph: Graph,
  outputs: readonly ModelOutput[],
  place: (constant: Constant) => ExternalPlace | undefined = () => undefined,
): Uint8Array[] {
  const nodes = schedule(outputs.map(({ value }) => value));
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const { value } of outputs) used.add(value);
  const body = new BinaryWriter();
  for (const [i, node] of nodes.entries()) nested(body, 1, (w) => writeNode(w, node, i, outputs));
  body.tag(2, 2).string('hone');
  for (const input of graph.inputs.filter((x) => used.has(x))) nested(body, 11, (w) => writeValueInfo(w, input));
  for (const { value, name } of outputs) nested(body, 12, (w) => writeValueInfo(w, value, name));
  const constants = graph.constants.filter(({ value }) => used.has(value));
  const pieces = [body.finish(), ...constants.flatMap((constant) => tensor(constant, place(constant)))];
  const length = pieces.reduce((n, piece) => n + piece.length, 0);

  const head = new BinaryWriter();
  head.tag(1, 0).int64(IR_VERSION).tag(2, 2).string('hone');
  nested(head, 8, (w) => w.tag(1, 2).string('').tag(2, 0).int64(OPSET));
  if (nodes.some(({ op }) => CONTRIB.has(op)))
    nested(head, 8, (w) => w.tag(1, 2).string('com.microsoft').tag(2, 0).int64(1));
  head.tag(7, 2).uint32(length);
  return [head.finish(), ...pieces];
}

/**
 * Encodes the part of the graph that `outputs` depend on as one `.onnx` file.
 * @example
 * const session = await InferenceSession.create(toOnnx(graph, [{ value: loss, name: 'loss' }]));
 */
export function toOnnx(graph: Graph, outputs: readonly ModelOutput[]): Uint8Array {
  return Buffer.concat(encodeModel(graph, outputs));
}

/**
 * The nodes that `outputs` depend on, with the leaves last and in reverse. ONNX Runtime walks depth first from the
 * leaves, starting with the last one listed. In this order each weight's gradient runs as early as it can, and
 * activations are freed layer by layer.
 */
function schedule(outputs: readonly Value[]): Node[] {
  const nodes = needed(outputs);
  const consumed = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isLeaf = (node: Node) => !node.outputs.some((y) => consumed.has(y));
  return [...nodes.filter((node) => !isLeaf(node)), ...nodes.filter(isLeaf).reverse()];
}

/** The nodes that `outputs` depend on, in the order in which they were added. */
export function needed(outputs: readonly Value[]): Node[] {
  const found = new Set<Node>();
  const stack = outputs.flatMap(({ node }) => node ?? []);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const { node: source } of node.inputs) if (source) stack.push(source);
  }
  return outputs[0]?.graph.nodes.filter((node) => found.has(node)) ?? [];
}

function nested(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, 2).fork();
  write(writer);
  writer.join();
}

function writeNode(w: BinaryWriter, node: Node, index: number, outputs: readonly ModelOutput[]): void {
  const nameOf = (value: Value) => outputs.find((output) => output.value === value)?.name ?? value.name;
  for (const x of node.inputs) w.tag(1, 2).string(nameOf(x));
  for (const y of node.outputs) w.tag(2, 2).string(nameOf(y));
  w.tag(3, 2).string(`${node.scope}/${node.op}_${index}`);
  w.tag(4, 2).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) nested(w, 5, () => writeAttribute(w, name, value));
  if (CONTRIB.has(node.op)) w.tag(7, 2).string('com.microsoft');
}

function writeAttribute(w: BinaryWriter, name: string, value: number | string | readonly number[]): void {
  w.tag(1, 2).string(name);
  if (typeof value === 'string') {
    w.tag(4, 2).string(value).tag(20, 0).int32(ATTRIBUTE.STRING);
  } else if (typeof value !== 'number') {
    for (const item of value) w.tag(8, 0).int64(item);
    w.tag(20, 0).int32(ATTRIBUTE.INTS);
  } else if (FLOATS.has(name)) {
    w.tag(2, 5).float(value).tag(20, 0).int32(ATTRIBUTE.FLOAT);
  } else {
    w.tag(3, 0).int64(value).tag(20, 0).int32(ATTRIBUTE.INT);
  }
}

function writeValueInfo(w: BinaryWriter, value: Value, name = value.name): void {
  w.tag(1, 2).string(name);
  nested(w, 2, () =>
    nested(w, 1, () => {
      w.tag(1, 0).int32(ELEMENT[value.type]);
      nested(w, 2, () => {
        for (const dim of value.shape)
          nested(w, 1, () => (typeof dim === 'number' ? w.tag(1, 0).int64(dim) : w.tag(2, 2).string(dim)));
      });
    }),
  );
}

/** A TensorProto as field 5 of the graph: its head, then its bytes, unless they are stored elsewhere. */
function tensor({ value, data }: Constant, place: ExternalPlace | undefined): Uint8Array[] {
  const inner = new BinaryWriter();
  for (const dim of value.shape) inner.tag(1, 0).int64(dim as number);
  inner.tag(2, 0).int32(ELEMENT[value.type]).tag(8, 2).string(value.name);
  if (place) {
    for (const [key, entry] of Object.entries({ ...place, length: data.length }))
      nested(inner, 13, (w) => w.tag(1, 2).string(key).tag(2, 2).string(String(entry)));
    inner.tag(14, 0).int32(EXTERNAL);
  } else inner.tag(9, 2).uint32(data.length);
  const head = inner.finish();
  const inside = place ? [] : [data];
  const outer = new BinaryWriter();
  outer
    .tag(5, 2)
    .uint32(head.length + (place ? 0 : data.length))
    .raw(head);
  return [outer.finish(), ...inside];
}
