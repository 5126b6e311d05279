/**
 * The part of WebAssembly's JavaScript interface that is used here. TypeScript declares it only together with the
 * globals of a browser.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(pages: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  /** `Exports` is not checked: the module must export it. */
  class Instance<Exports extends object> {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Exports;
  }
}
