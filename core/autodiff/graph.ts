import { elements, type Shape, show } from './shape.ts';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'int8' | 'uint8';

/** An edge of the graph: a tensor that will exist when it runs. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** What computes it; undefined for an input or a constant. */
  readonly node?: Node;
}

export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

export interface Node {
  /** ONNX operator, of the standard domain or (`com.microsoft`) ONNX Runtime's. */
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** What the rule needs to know beyond ONNX's attributes; not serialised. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The part of the model it belongs to: `encoder.layer.0`. */
  readonly scope: string;
}

export interface Constant {
  readonly value: Value;
  readonly data: Uint8Array;
}

/** From the gradient of a value to those of what it was made of (undefined: none flows there). */
export type ValueRule = (gradient: Value) => readonly (Value | undefined)[];

interface Output {
  readonly type?: ElementType;
  readonly shape: Shape;
}

/** ONNX nodes in the order they were made, which is an order they can run in. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node[] = [];
  /** Values whose gradient is given as a whole instead of node by node; see `withGradient`. */
  readonly custom = new Map<Value, { inputs: readonly Value[]; rule: ValueRule }>();
  readonly #interned = new Map<string, Value>();
  readonly #dims = new Map<string, { value: Value; axis: number }>();
  #scope = '';
  #count = 0;

  input(name: string, type: ElementType, shape: Shape): Value {
    if (this.inputs.some((input) => input.name === name)) throw new Error(`the graph has an input ${name} already`);
    const value = this.#value(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** A float32 constant; without a shape, a scalar or a vector. Equal small constants are one. */
  float(data: number | readonly number[], shape: Shape = typeof data === 'number' ? [] : [data.length]): Value {
    return this.#intern('float32', shape, Float32Array.from([data].flat()));
  }

  /** An integer constant; without a shape, a scalar or a vector. */
  int(
    data: number | readonly number[],
    shape: Shape = typeof data === 'number' ? [] : [data.length],
    type: 'int32' | 'int64' = 'int64',
  ): Value {
    const numbers = [data].flat();
    return this.#intern(type, shape, type === 'int32' ? Int32Array.from(numbers) : BigInt64Array.from(numbers, BigInt));
  }

  /** A named constant over existing memory: a model's weights inside the file. */
  weights(name: string, data: Float32Array | Int8Array, shape: Shape): Value {
    if (elements(shape) !== data.length)
      throw new Error(`${name} has ${data.length} elements, not those of ${show(shape)}`);
    return this.#constant(name, data instanceof Int8Array ? 'int8' : 'float32', shape, data);
  }

  /** Adds a node with one output a shape given. */
  add(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Output[],
    attributes: Attributes = {},
    facts: Node['facts'] = {},
  ): Value[] {
    const made: Value[] = [];
    const node: Node = { op, inputs, outputs: made, attributes, facts, scope: this.#scope };
    for (const { type = 'float32', shape } of outputs) made.push(this.#value(this.#fresh(), type, shape, node));
    this.nodes.push(node);
    return made;
  }

  /** Everything `make` adds is said to stand in `scope`, in errors and in node names. */
  within<T>(scope: string, make: () => T): T {
    const outer = this.#scope;
    this.#scope = outer === '' ? scope : `${outer}.${scope}`;
    try {
      return make();
    } finally {
      this.#scope = outer;
    }
  }

  /**
   * Gives `value` a gradient of its own: `rule` returns those of `inputs`, and the nodes in between are not differentiated.
   * For compositions whose gradient is cheaper as a whole (attention), as JAX's `custom_vjp`.
   */
  withGradient(value: Value, inputs: readonly Value[], rule: ValueRule): Value {
    this.custom.set(value, { inputs, rule });
    return value;
  }

  /** A shape as an int64 vector: a constant where all sizes are known, else read off the values that carry the names. */
  shapeOf(shape: Shape): Value {
    if (elements(shape) !== undefined) return this.int(shape as number[]);
    const parts = shape.map((dim) => {
      if (typeof dim === 'number') return this.int([dim]);
      const bound = this.#dims.get(dim);
      if (!bound) throw new Error(`nothing in the graph has the dimension ${dim}`);
      const window = { start: bound.axis, end: bound.axis + 1 };
      return this.add('Shape', [bound.value], [{ type: 'int64', shape: [1] }], window)[0];
    });
    if (parts.length === 1) return parts[0];
    return this.add('Concat', parts, [{ type: 'int64', shape: [shape.length] }], { axis: 0 })[0];
  }

  /** A dimension name that nothing has yet. */
  freshDim(hint: string): string {
    return `${hint}~${this.#count++}`;
  }

  #fresh(): string {
    return `t${this.#count++}`;
  }

  #value(name: string, type: ElementType, shape: Shape, node?: Node): Value {
    const value: Value = { graph: this, name, type, shape, ...(node && { node }) };
    shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !this.#dims.has(dim)) this.#dims.set(dim, { value, axis });
    });
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

  #intern(type: ElementType, shape: Shape, data: Float32Array | Int32Array | BigInt64Array): Value {
    const key = `${type}${show(shape)}${data.join()}`;
    const known = this.#interned.get(key);
    if (known) return known;
    const value = this.#constant(this.#fresh(), type, shape, data);
    this.#interned.set(key, value);
    return value;
  }
}
