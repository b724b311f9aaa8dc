/** Loaded before a worker's own modules, as `mutate.ts?<number>`: rewrites the source that the mutation names. */
import { registerHooks } from 'node:module';

import { mutations } from './mutations.ts';

const mutation = mutations[Number(new URL(import.meta.url).search.slice(1))];
if (mutation === undefined) throw new Error('there is no such mutation');
const { name, files, text, instead } = mutation;

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!files.some((file) => url.endsWith(`/sync-jobs/src/relay/${file}`))) return loaded;
    const source =
      typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source ?? undefined);
    if (!source.includes(text)) throw new Error(`${url} has nothing to be run ${name}: see mutations.ts`);
    return { ...loaded, source: source.replaceAll(text, instead) };
  },
});
