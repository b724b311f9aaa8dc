import type { IncomingMessage, ServerResponse } from 'node:http';

/** Sets the headers that let a page of another origin in, or not; true when that was all that was asked. */
export type CrossOrigin = (request: IncomingMessage, response: ServerResponse) => boolean;

const ALLOWED = {
  'access-control-allow-headers':
    'authorization, content-type, x-tenant-key, x-request-id, x-metatron-explain, apollo-require-preflight',
  'access-control-allow-methods': 'GET, POST, PUT',
  'access-control-max-age': '600',
};

/** Exactly the origins of the configuration; a stranger gets no header at all. */
export function crossOrigin(allowed: readonly string[]): CrossOrigin {
  return ({ headers: { origin }, method }, response) => {
    response.setHeader('vary', 'Origin');
    if (origin !== undefined && allowed.includes(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      for (const [name, value] of Object.entries(ALLOWED)) response.setHeader(name, value);
    }
    if (method !== 'OPTIONS') return false;
    response.writeHead(204).end();
    return true;
  };
}
