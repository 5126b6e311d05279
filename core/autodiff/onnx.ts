import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Constant, ElementType, Graph, Node, Value } from './graph.ts';

/*
 * Writes a graph as ONNX's ModelProto. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
const OPSET = 18;
const IR_VERSION = 8;
/** TensorProto.DataType. */
export const ELEMENT: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
};
/** TensorProto.DataLocation. */
const EXTERNAL = 1;
const ATTRIBUTE = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const;
/** Attributes that are floats by ONNX's definition even where the number given is whole. */
const FLOATS: ReadonlySet<string> = new Set(['alpha', 'beta', 'epsilon']);
/** Operators that only ONNX Runtime knows. */
const CONTRIB: ReadonlySet<string> = new Set(['FusedMatMul', 'Gelu']);

export interface ModelOutput {
  readonly value: Value;
  /** Name in the file; default: the value's own. */
  readonly name?: string;
}

/** Where a constant's bytes lie outside the `.onnx` file: ONNX's external data. */
export interface ExternalPlace {
  /** File name, relative to the `.onnx` file's folder. */
  readonly location: string;
  readonly offset: number;
}

/**
 * The part of the graph that `outputs` depend on, as the pieces of a `.onnx` file in order.
 * Large constants are referred to, not copied, so a model of a gigabyte can be written piece by piece.
 * @param place Asked of each constant in turn; what it gives a place is left out of the file. Default: nothing is.
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

/** The same in one piece. */
export function toOnnx(graph: Graph, outputs: readonly ModelOutput[]): Uint8Array {
  return Buffer.concat(encodeModel(graph, outputs));
}

/**
 * The nodes that `outputs` need, leaves last and in reverse. ONNX Runtime walks depth first from the leaves, the last listed
 * first: this way each weight's gradient runs as soon as it can, and the activations it holds die layer by layer.
 */
function schedule(outputs: readonly Value[]): Node[] {
  const nodes = needed(outputs);
  const consumed = new Set(nodes.flatMap(({ inputs }) => inputs));
  const leaf = (node: Node) => !node.outputs.some((y) => consumed.has(y));
  return [...nodes.filter((node) => !leaf(node)), ...nodes.filter(leaf).reverse()];
}

/** The nodes that `outputs` depend on, in the order they were made. */
export function needed(outputs: readonly Value[]): Node[] {
  const found = new Set<Node>();
  const visit = outputs.flatMap(({ node }) => node ?? []);
  for (let node = visit.pop(); node; node = visit.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const { node: before } of node.inputs) if (before) visit.push(before);
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

/** A TensorProto as field 5 of the graph: its head, then its bytes where they lie, or where else they are. */
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
