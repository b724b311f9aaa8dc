import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** Which page the address names; two pages need no router. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => window.location.hash);
