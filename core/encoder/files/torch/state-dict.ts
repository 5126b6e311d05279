/*
 * Reads the pickle that torch.save writes for a state dict, without running any code: it understands the opcodes that
 * occur there, and the few names that they call. A pickle can call any function of Python; nothing else is accepted.
 * The opcodes are those of Python's pickletools, up to protocol 2, with which torch writes.
 */

/** The bytes behind one or several tensors: an entry `data/KEY` of the archive. */
export class Storage {
  readonly key: string;
  /** As safetensors calls it. */
  readonly dtype: string;
  readonly elements: number;

  constructor(key: string, dtype: string, elements: number) {
    this.key = key;
    this.dtype = dtype;
    this.elements = elements;
  }
}

/** A view of a storage. All numbers count elements. */
export class StoredTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** Why a pickle is not read, as the rest of a sentence. */
export class NotAStateDict extends Error {}

/** A name of Python, such as `torch._utils._rebuild_tensor_v2`. */
class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Where the items of a tuple or a dict begin on the stack. */
const MARK = Symbol('mark');

type Dict = Map<Value, Value>;
type Value = string | number | boolean | null | typeof MARK | Global | Storage | StoredTensor | Dict | readonly Value[];

/** Storage classes of torch, by their names. */
const STORAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ 'torch.FloatStorage': 'F32', 'torch.HalfStorage': 'F16', 'torch.BFloat16Storage': 'BF16' },
    ...{ 'torch.DoubleStorage': 'F64', 'torch.LongStorage': 'I64', 'torch.IntStorage': 'I32' },
    ...{ 'torch.ShortStorage': 'I16', 'torch.CharStorage': 'I8', 'torch.ByteStorage': 'U8' },
    'torch.BoolStorage': 'BOOL',
  }),
);

/** What a state dict calls. */
const CALLS = new Map<string, (args: readonly Value[]) => Value>([
  ['collections.OrderedDict', newDict],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
]);

/**
 * The tensors of a pickled state dict, by name, in its order.
 * @throws NotAStateDict if it is anything else.
 */
export function readStateDict(pickle: Buffer): ReadonlyMap<string, StoredTensor> {
  const result = run(pickle);
  if (!(result instanceof Map)) throw new NotAStateDict('holds no state dict');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of result) {
    if (typeof name !== 'string' || !(value instanceof StoredTensor))
      throw new NotAStateDict(`holds more than the weights of a model: ${JSON.stringify(name)}`);
    tensors.set(name, value);
  }
  return tensors;
}

function run(pickle: Buffer): Value {
  try {
    const machine = new Machine(pickle);
    while (!machine.ended) machine.step();
    return machine.pop();
  } catch (error) {
    // A stack or a memo that outgrows what JavaScript allows.
    throw error instanceof RangeError ? new NotAStateDict('is damaged') : error;
  }
}

/** The stack machine that a pickle is a program for. */
class Machine {
  /** By opcode. */
  static readonly #EFFECTS = new Map<string, (m: Machine) => void>([
    ['\x80', (m) => m.#byte()], // PROTO
    ['.', (m) => m.#end()], // STOP
    ['(', (m) => m.#push(MARK)], // MARK
    ['N', (m) => m.#push(null)], // NONE
    ['\x88', (m) => m.#push(true)], // NEWTRUE
    ['\x89', (m) => m.#push(false)], // NEWFALSE
    ['K', (m) => m.#push(m.#byte())], // BININT1
    ['M', (m) => m.#push(m.#bytes(2).readUInt16LE())], // BININT2
    ['J', (m) => m.#push(m.#bytes(4).readInt32LE())], // BININT
    ['\x8a', (m) => m.#push(m.#long())], // LONG1
    ['X', (m) => m.#push(m.#bytes(m.#uint32()).toString('utf8'))], // BINUNICODE
    ['c', (m) => m.#push(new Global(`${m.#line()}.${m.#line()}`))], // GLOBAL
    ['q', (m) => m.#memo.set(m.#byte(), m.#top())], // BINPUT
    ['r', (m) => m.#memo.set(m.#uint32(), m.#top())], // LONG_BINPUT
    ['h', (m) => m.#push(m.#remembered(m.#byte()))], // BINGET
    ['j', (m) => m.#push(m.#remembered(m.#uint32()))], // LONG_BINGET
    [')', (m) => m.#push([])], // EMPTY_TUPLE
    ['\x85', (m) => m.#push(m.#popMany(1))], // TUPLE1
    ['\x86', (m) => m.#push(m.#popMany(2))], // TUPLE2
    ['\x87', (m) => m.#push(m.#popMany(3))], // TUPLE3
    ['t', (m) => m.#push(m.#popToMark())], // TUPLE
    ['}', (m) => m.#push(new Map())], // EMPTY_DICT
    ['s', (m) => m.#setItems(m.#popMany(2))], // SETITEM
    ['u', (m) => m.#setItems(m.#popToMark())], // SETITEMS
    ['Q', (m) => m.#push(storageOf(m.pop()))], // BINPERSID
    ['R', (m) => m.#call(m.#popMany(2))], // REDUCE
    ['b', (m) => m.#build(m.pop())], // BUILD
  ]);

  ended = false;
  readonly #pickle: Buffer;
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();
  #at = 0;

  constructor(pickle: Buffer) {
    this.#pickle = pickle;
  }

  step(): void {
    const opcode = this.#byte();
    const effect = Machine.#EFFECTS.get(String.fromCharCode(opcode));
    if (!effect) throw new NotAStateDict(`has the pickle opcode 0x${opcode.toString(16)}, which no state dict has`);
    effect(this);
  }

  pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new NotAStateDict('is damaged');
    return value;
  }

  #end(): void {
    this.ended = true;
  }

  #push(value: Value): void {
    this.#stack.push(value);
  }

  #top(): Value {
    const value = this.pop();
    this.#push(value);
    return value;
  }

  #popMany(count: number): Value[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  #popToMark(): Value[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new NotAStateDict('is damaged');
    return this.#stack.splice(mark).slice(1);
  }

  #remembered(key: number): Value {
    const value = this.#memo.get(key);
    if (value === undefined) throw new NotAStateDict('is damaged');
    return value;
  }

  #setItems(items: readonly Value[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 === 1) throw new NotAStateDict('is damaged');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i] as Value, items[i + 1] as Value);
  }

  #call([callee, args]: readonly Value[]): void {
    const call = callee instanceof Global ? CALLS.get(callee.name) : undefined;
    if (!call) throw callsCode(callee);
    this.#push(call(Array.isArray(args) ? args : []));
  }

  /** Attributes of a dict: the versions of the modules (`_metadata`), which say nothing about the weights. */
  #build(attributes: Value): void {
    if (this.#top() instanceof Map && attributes instanceof Map) return;
    throw new NotAStateDict('builds objects, which no state dict has');
  }

  #bytes(count: number): Buffer {
    const from = this.#at;
    this.#at += count;
    if (this.#at > this.#pickle.length) throw new NotAStateDict('is damaged');
    return this.#pickle.subarray(from, this.#at);
  }

  #byte(): number {
    return this.#bytes(1).readUInt8();
  }

  #uint32(): number {
    return this.#bytes(4).readUInt32LE();
  }

  /** A whole number in two's complement, of at most six bytes: more elements than any tensor has. */
  #long(): number {
    const count = this.#byte();
    if (count > 6) throw new NotAStateDict('has a number that is too large');
    return count === 0 ? 0 : this.#bytes(count).readIntLE(0, count);
  }

  #line(): string {
    const end = this.#pickle.indexOf('\n', this.#at);
    if (end < 0) throw new NotAStateDict('is damaged');
    const line = this.#bytes(end - this.#at).toString('utf8');
    this.#at = end + 1;
    return line;
  }
}

/** The storage of a persistent id: ('storage', torch.FloatStorage, key, device, number of elements). */
function storageOf(id: Value): Storage {
  const [kind, type, key, , elements] = Array.isArray(id) ? (id as readonly Value[]) : [];
  const name = type instanceof Global ? type.name : '';
  const dtype = STORAGES.get(name);
  if (kind !== 'storage' || typeof key !== 'string' || !isCount(elements)) throw new NotAStateDict('is damaged');
  if (!dtype) throw new NotAStateDict(`has weights of the type ${name}`);
  return new Storage(key, dtype, elements);
}

function newDict(args: readonly Value[]): Dict {
  if (args.length > 0) throw new NotAStateDict('is damaged');
  return new Map();
}

/** Arguments: storage, offset, shape, strides, and what training needs. */
function rebuildTensor([storage, offset, shape, strides]: readonly Value[]): StoredTensor {
  const isView = storage instanceof Storage && isCount(offset) && areCounts(shape) && areCounts(strides);
  if (!isView || shape.length !== strides.length) throw new NotAStateDict('has a tensor that is damaged');
  const elements = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), offset);
  // Elements that several indices share could make a large tensor of a small file.
  if (elements > 0 && (last >= storage.elements || elements > storage.elements))
    throw new NotAStateDict('has a tensor that is larger than its storage');
  return new StoredTensor(storage, offset, shape, strides);
}

/** Arguments: the tensor, and what training needs. */
function rebuildParameter([tensor]: readonly Value[]): StoredTensor {
  if (tensor instanceof StoredTensor) return tensor;
  throw new NotAStateDict('has a tensor that is damaged');
}

function callsCode(callee: Value | undefined): NotAStateDict {
  const name = callee instanceof Global ? callee.name : 'an object';
  return new NotAStateDict(`calls ${name}, which is code, when it is read with pickle`);
}

function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function areCounts(value: Value | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}
