/** The addresses of the workers' bundles, put in by bundle.ts. */
declare const WORKERS: Readonly<Record<'editor' | 'json' | 'graphql', string>>;

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(label === 'json' || label === 'graphql' ? WORKERS[label] : WORKERS.editor),
  },
});
