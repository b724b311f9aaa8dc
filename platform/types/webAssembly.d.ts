/** The part of WebAssembly that is used: TypeScript knows the rest for browsers only, and `lib: dom` is not for servers. */
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  type ModuleImports = Record<string, unknown>;
  interface Instance {
    readonly exports: Exports;
  }
  function instantiate(
    bytes: Uint8Array,
    imports?: Record<string, ModuleImports>,
  ): Promise<{ instance: Instance; module: object }>;
}
