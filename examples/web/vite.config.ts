import { defineConfig } from 'vite';

const gateway = 'http://127.0.0.1:4000';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  // The page and the gateway share an origin, as behind a reverse proxy: no CORS.
  server: { port: 5173, proxy: { '/graphql': gateway, '/media': gateway } },
});
