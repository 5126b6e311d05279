import { type Constant, Graph, type OperatorNode, type Value, type ValueEach } from './graph.ts';
import { needed } from './onnx.ts';
import { isStatic, type Shape } from './shape.ts';

/**
 * Expresses a node in the operators of an execution provider.
 * @returns Values of `context.graph`, one for each output of the node.
 */
export type Lowering = (node: OperatorNode, context: LoweringContext) => readonly Value[];
/** Lowerings by ONNX operator; other nodes are copied. */
export type LoweringTable = Readonly<Record<string, Lowering>>;

/**
 * Rewrites a computation in the operators of one execution provider: a pass after `backward` and before `toOnnx`. Nodes
 * that compute shapes are dropped unless the result still needs them, because a lowering reads a shape from a value
 * that has it.
 * @param outputs Values of one graph.
 * @returns A new graph, whose inputs have the same names, and in it the values of `outputs`.
 * @throws Error if a node cannot be expressed; the message names its scope.
 * @example
 * const { graph, outputs } = lower([loss, ...gradients], WEBGPU);
 * const model = toOnnx(graph, outputs.map((value) => ({ value })));
 */
export function lower<const Outputs extends readonly Value[]>(
  outputs: Outputs,
  table: LoweringTable,
): { graph: Graph; outputs: ValueEach<Outputs> };
export function lower(outputs: readonly Value[], table: LoweringTable): { graph: Graph; outputs: Value[] } {
  const context = new LoweringContext(outputs[0]?.graph ?? new Graph(), table);
  for (const node of needed(outputs)) {
    const [first] = node.outputs;
    if (first && node.outputs.some(({ type }) => type !== 'int64')) context.value(first);
  }
  return { graph: context.graph, outputs: outputs.map((value) => context.value(value)) };
}

/** Constants up to this size are copied, so that equal ones become one; larger ones are the weights of a model. */
const SMALL_BYTES = 1024;

/** The state of one call of `lower`: the new graph, and which of its values stand for those of the original. */
export class LoweringContext {
  readonly graph = new Graph();
  readonly #table: LoweringTable;
  readonly #constants: ReadonlyMap<Value, Constant>;
  readonly #values = new Map<Value, Value>();
  /** Runs of adjacent dimensions that some value has, and where. */
  readonly #dimRuns = new Map<string, { value: Value; start: number; end: number }>();
  readonly #cache = new Map<string, Value>();

  constructor(original: Graph, table: LoweringTable) {
    this.#table = table;
    this.#constants = new Map(original.constants.map((constant) => [constant.value, constant]));
    // Inputs come first because they exist anyway: reading a shape from an activation would keep the activation alive.
    for (const input of original.inputs) this.value(input);
  }

  /** The value of the new graph that stands for a value of the original. */
  value(original: Value): Value {
    const existing = this.#values.get(original);
    if (existing) return existing;
    const { node } = original;
    if (!node) {
      const leaf = this.#leaf(original);
      this.#register(original, leaf);
      return leaf;
    }
    const lowered = this.graph.within(node.scope, () => (this.#table[node.op] ?? copy)(node as OperatorNode, this));
    for (const [i, output] of node.outputs.entries()) this.#register(output, lowered[i] as Value);
    return this.#values.get(original) as Value;
  }

  /** Like `value`, for an operand that is data and not a shape or axes: an int64 constant becomes int32. */
  data(original: Value): Value {
    const constant = original.type === 'int64' && this.#constants.get(original);
    return constant ? this.graph.int(numbersOf(constant), original.shape, 'int32') : this.value(original);
  }

  /**
   * A shape as an int64 vector in host memory. Undefined unless all sizes are known, or some value has the whole run.
   */
  shape(shape: Shape): Value | undefined {
    if (isStatic(shape)) return this.graph.int(shape);
    const run = this.#dimRuns.get(shape.join());
    if (!run) return undefined;
    const slice = { start: run.start, end: run.end };
    return this.once(
      `shape ${shape}`,
      () => this.graph.add('Shape', [run.value], [{ type: 'int64', shape: [shape.length] }], slice)[0],
    );
  }

  /** Calls `build` the first time that `key` is used, and returns the same value after that. */
  once(key: string, build: () => Value): Value {
    const value = this.#cache.get(key) ?? build();
    this.#cache.set(key, value);
    return value;
  }

  #leaf(original: Value): Value {
    const { name, type, shape } = original;
    const constant = this.#constants.get(original);
    if (!constant) return this.graph.input(name, type, shape);
    if (type === 'float32') {
      const { buffer, byteOffset, byteLength } = constant.data;
      if (byteLength > SMALL_BYTES)
        return this.graph.weights(name, new Float32Array(buffer, byteOffset, byteLength / 4), shape);
      return this.graph.float(numbersOf(constant), shape);
    }
    return this.graph.int(numbersOf(constant), shape, type === 'int32' ? type : 'int64');
  }

  #register(original: Value, lowered: Value): void {
    this.#values.set(original, lowered);
    const { shape } = lowered;
    for (let start = 0; start < shape.length; start++)
      for (let end = start + 1; end <= shape.length; end++) {
        const key = shape.slice(start, end).join();
        if (!this.#dimRuns.has(key)) this.#dimRuns.set(key, { value: lowered, start, end });
      }
  }
}

/** The same node. Its int64 outputs become int32 if an int64 input has become int32. */
export const copy: Lowering = ({ op, inputs, outputs, attributes, metadata }, context) => {
  const lowered = inputs.map((input) => context.value(input));
  const narrowed = lowered.some(({ type }, i) => type !== inputs[i]?.type);
  const typed = outputs.map(({ type, shape }) => ({
    type: narrowed && type === 'int64' ? ('int32' as const) : type,
    shape,
  }));
  return context.graph.add(op, lowered, typed, attributes, metadata);
};

function numbersOf({ value: { type }, data: { buffer, byteOffset, byteLength } }: Constant): number[] {
  if (type === 'int64') return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
  if (type === 'int32') return Array.from(new Int32Array(buffer, byteOffset, byteLength / 4));
  return Array.from(new Float32Array(buffer, byteOffset, byteLength / 4));
}
