import { elementCount, formatShape, isStatic, type Shape } from './shape.ts';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'int8' | 'uint8';

/** An edge of the graph: a tensor that exists when the graph runs. */
export interface Value {
  readonly graph: Graph;
  /** Unique in the graph; the name of the tensor in the ONNX file. */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** The node that computes it; undefined for an input or a constant. */
  readonly node: Node | undefined;
}

export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

export interface Node {
  /** ONNX operator, of the standard domain or of ONNX Runtime's (`com.microsoft`). */
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** What the gradient rule needs beyond ONNX's attributes; not written to the file. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The part of the model that the node belongs to: `encoder.layer.0`. Empty outside of `Graph.within`. */
  readonly scope: string;
}

/**
 * A node as a rule or a lowering of one operator gets it. The operator decides how many inputs and outputs there are;
 * only these may be read.
 */
export type OperatorNode = Node & {
  readonly inputs: readonly [Value, Value, Value];
  readonly outputs: readonly [Value, Value, Value];
};

export interface Constant {
  readonly value: Value;
  /** Little-endian bytes, row-major. */
  readonly data: Uint8Array;
}

/** Maps the gradient of a value to the gradients of its inputs; undefined where no gradient flows. */
export type CustomRule = (gradient: Value) => readonly (Value | undefined)[];

/** An output of a node; the type defaults to float32. */
export interface OutputSpec {
  readonly type?: ElementType;
  readonly shape: Shape;
}

/** One value for each item: a tuple for a tuple. */
export type ValueEach<Items extends readonly unknown[]> = { -readonly [Index in keyof Items]: Value };

/**
 * An ONNX graph under construction. Nodes are kept in the order in which they were added, which is an order in which
 * they can run.
 * @example
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['rows', 2]);
 * const [floor] = graph.add('Floor', [x], [{ shape: x.shape }]);
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node[] = [];
  /** Values whose gradient is defined as a whole instead of node by node; see `withGradient`. */
  readonly customGradients = new Map<Value, { inputs: readonly Value[]; rule: CustomRule }>();
  readonly #smallConstants = new Map<string, Value>();
  readonly #dims = new Map<string, { value: Value; axis: number }>();
  #scope = '';
  #count = 0;

  /**
   * Declares an input of the graph.
   * @throws Error if the graph already has an input of this name.
   */
  input(name: string, type: ElementType, shape: Shape): Value {
    if (this.inputs.some((input) => input.name === name))
      throw new Error(`the graph already has an input named ${name}`);
    const value = this.#value(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** A float32 constant; by default a scalar or a vector. Equal constants share one value. */
  float(data: number | readonly number[], shape: Shape = typeof data === 'number' ? [] : [data.length]): Value {
    return this.#smallConstant('float32', shape, Float32Array.from([data].flat()));
  }

  /** An integer constant; by default a scalar or a vector of int64. Equal constants share one value. */
  int(
    data: number | readonly number[],
    shape: Shape = typeof data === 'number' ? [] : [data.length],
    type: 'int32' | 'int64' = 'int64',
  ): Value {
    const numbers = [data].flat();
    const array = type === 'int32' ? Int32Array.from(numbers) : BigInt64Array.from(numbers, BigInt);
    return this.#smallConstant(type, shape, array);
  }

  /**
   * A named constant over existing memory, which is not copied: for a model's weights inside the file.
   * @throws Error if `data` does not have as many elements as `shape`.
   */
  weights(name: string, data: Float32Array | Int8Array, shape: Shape): Value {
    if (elementCount(shape) !== data.length)
      throw new Error(`${name} has ${data.length} elements, which do not fit the shape ${formatShape(shape)}`);
    return this.#constant(name, data instanceof Int8Array ? 'int8' : 'float32', shape, data);
  }

  /**
   * Adds a node.
   * @param outputs Type and shape of each output. They are not checked against the operator.
   * @returns One value for each of `outputs`.
   */
  add<const Outputs extends readonly OutputSpec[]>(
    op: string,
    inputs: readonly Value[],
    outputs: Outputs,
    attributes?: Attributes,
    metadata?: Node['metadata'],
  ): ValueEach<Outputs>;
  add(
    op: string,
    inputs: readonly Value[],
    outputs: readonly OutputSpec[],
    attributes: Attributes = {},
    metadata: Node['metadata'] = {},
  ): Value[] {
    const values: Value[] = [];
    const node: Node = { op, inputs, outputs: values, attributes, metadata, scope: this.#scope };
    for (const { type = 'float32', shape } of outputs) values.push(this.#value(this.#freshName(), type, shape, node));
    this.nodes.push(node);
    return values;
  }

  /** Runs `build`; the nodes that it adds get `scope` in error messages and in their names. Scopes can be nested. */
  within<T>(scope: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = outer === '' ? scope : `${outer}.${scope}`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /**
   * Replaces the gradient of `value`: `rule` returns the gradients of `inputs`, and the nodes in between are not
   * differentiated. For compositions whose gradient is cheaper as a whole, such as attention; like JAX's `custom_vjp`.
   * @returns `value`.
   * @example
   * // A straight-through estimator: the gradient passes Floor unchanged.
   * const y = graph.withGradient(floor, [x], (gradient) => [gradient]);
   */
  withGradient(value: Value, inputs: readonly Value[], rule: CustomRule): Value {
    this.customGradients.set(value, { inputs, rule });
    return value;
  }

  /**
   * A shape as an int64 vector: a constant if all sizes are known, otherwise read from values that have the named
   * dimensions.
   * @throws Error if no value has a dimension of one of the names.
   */
  shapeOf(shape: Shape): Value {
    if (isStatic(shape)) return this.int(shape);
    const parts = shape.map((dim) => {
      if (typeof dim === 'number') return this.int([dim]);
      const source = this.#dims.get(dim);
      if (!source) throw new Error(`no value in the graph has a dimension named ${dim}`);
      const slice = { start: source.axis, end: source.axis + 1 };
      return this.add('Shape', [source.value], [{ type: 'int64', shape: [1] }], slice)[0];
    });
    const [first, ...others] = parts;
    if (first && others.length === 0) return first;
    return this.add('Concat', parts, [{ type: 'int64', shape: [shape.length] }], { axis: 0 })[0];
  }

  /** A dimension name that is not in use yet. */
  freshDim(hint: string): string {
    return `${hint}~${this.#count++}`;
  }

  #freshName(): string {
    return `t${this.#count++}`;
  }

  #value(name: string, type: ElementType, shape: Shape, node?: Node): Value {
    const value: Value = { graph: this, name, type, shape, node };
    for (const [axis, dim] of shape.entries())
      if (typeof dim === 'string' && !this.#dims.has(dim)) this.#dims.set(dim, { value, axis });
    return value;
  }

  #constant(
    name: string,
    type: ElementType,
    shape: Shape,
    data: Float32Array | Int32Array | BigInt64Array | Int8Array,
  ): Value {
    const value = this.#value(name, type, shape);
    this.constants.push({ value, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return value;
  }

  #smallConstant(type: ElementType, shape: Shape, data: Float32Array | Int32Array | BigInt64Array): Value {
    const key = `${type}${formatShape(shape)}${data.join()}`;
    const existing = this.#smallConstants.get(key);
    if (existing) return existing;
    const value = this.#constant(this.#freshName(), type, shape, data);
    this.#smallConstants.set(key, value);
    return value;
  }
}
