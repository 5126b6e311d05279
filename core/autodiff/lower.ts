import { type Constant, Graph, type Node, type Value } from './graph.ts';
import { needed } from './onnx.ts';
import { elements, type Shape } from './shape.ts';

/** How a node is said in the operators of an execution provider: adds to `to` what makes its outputs, and returns those. */
export type Lowering = (node: Node, to: Lowered) => readonly Value[];
/** Operator -> how it is said; what is not here is taken over as it is. */
export type LoweringTable = Readonly<Record<string, Lowering>>;

/**
 * The same computation in the operators of one execution provider: a pass after `backward` and before `toOnnx`.
 * What computes shapes is left behind, unless something still asks for it: a lowering reads them off the values that have them.
 * @param outputs Of one graph.
 * @returns A new graph with inputs of the same names, and `outputs` in it.
 */
export function lower(outputs: readonly Value[], table: LoweringTable): { graph: Graph; outputs: Value[] } {
  const to = new Lowered(outputs[0]?.graph ?? new Graph(), table);
  for (const { outputs: made } of needed(outputs)) if (made.some(({ type }) => type !== 'int64')) to.value(made[0]);
  return { graph: to.graph, outputs: outputs.map((value) => to.value(value)) };
}

/** A graph while it is being lowered. */
export class Lowered {
  readonly graph = new Graph();
  readonly #table: LoweringTable;
  readonly #constants: ReadonlyMap<Value, Constant>;
  readonly #values = new Map<Value, Value>();
  /** Dimensions that stand side by side in some value, and where. */
  readonly #runs = new Map<string, { value: Value; start: number; end: number }>();
  readonly #once = new Map<string, Value>();

  constructor(from: Graph, table: LoweringTable) {
    this.#table = table;
    this.#constants = new Map(from.constants.map((constant) => [constant.value, constant]));
    // First of all, since they are there anyhow: a shape read off an activation would keep that alive.
    for (const input of from.inputs) this.value(input);
  }

  /** What stands for a value of the original graph. */
  value(original: Value): Value {
    const known = this.#values.get(original);
    if (known) return known;
    const { node } = original;
    if (!node) return this.#note(original, this.#leaf(original));
    const made = this.graph.within(node.scope, () => (this.#table[node.op] ?? copy)(node, this));
    for (const [i, output] of node.outputs.entries()) this.#note(output, made[i]);
    return this.#values.get(original) as Value;
  }

  /** The same where it is data, not a shape or axes: int32 instead of int64 even if it is a constant. */
  data(original: Value): Value {
    const constant = original.type === 'int64' && this.#constants.get(original);
    return constant ? this.graph.int(numbers(constant), original.shape, 'int32') : this.value(original);
  }

  /** A shape as an int64 vector in host memory; undefined unless it is known or stands in one piece in some value. */
  shape(shape: Shape): Value | undefined {
    if (elements(shape) !== undefined) return this.graph.int(shape as number[]);
    const run = this.#runs.get(shape.join());
    if (!run) return undefined;
    const window = { start: run.start, end: run.end };
    return this.once(
      `shape ${shape}`,
      () => this.graph.add('Shape', [run.value], [{ type: 'int64', shape: [shape.length] }], window)[0],
    );
  }

  /** Makes what `key` stands for the first time it is asked for. */
  once(key: string, make: () => Value): Value {
    const value = this.#once.get(key) ?? make();
    this.#once.set(key, value);
    return value;
  }

  #leaf(original: Value): Value {
    const { name, type, shape } = original;
    const constant = this.#constants.get(original);
    if (!constant) return this.graph.input(name, type, shape);
    if (type === 'float32') return this.graph.float(numbers(constant), shape);
    return this.graph.int(numbers(constant), shape, type === 'int32' ? type : 'int64');
  }

  #note(original: Value, made: Value): Value {
    this.#values.set(original, made);
    for (let start = 0; start < made.shape.length; start++)
      for (let end = start + 1; end <= made.shape.length; end++) {
        const key = made.shape.slice(start, end).join();
        if (!this.#runs.has(key)) this.#runs.set(key, { value: made, start, end });
      }
    return made;
  }
}

/** The node as it is; int32 comes out of it where int32 went into it instead of int64. */
export const copy: Lowering = ({ op, inputs, outputs, attributes, facts }, to) => {
  const lowered = inputs.map((input) => to.value(input));
  const narrowed = lowered.some(({ type }, i) => type !== inputs[i]?.type);
  const typed = outputs.map(({ type, shape }) => ({
    type: narrowed && type === 'int64' ? ('int32' as const) : type,
    shape,
  }));
  return to.graph.add(op, lowered, typed, attributes, facts);
};

function numbers({ value: { type }, data: { buffer, byteOffset, byteLength } }: Constant): number[] {
  if (type === 'int64') return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
  if (type === 'int32') return Array.from(new Int32Array(buffer, byteOffset, byteLength / 4));
  return Array.from(new Float32Array(buffer, byteOffset, byteLength / 4));
}
