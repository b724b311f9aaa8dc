import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/cms/client';

import { serveFile } from './mediaServe.ts';
import { upload } from './mediaUpload.ts';
import { resolvers } from './resolvers/index.ts';

/** Content of typed fields with its versions, a tree of pages, and a library of files. */
export default defineSubgraph({
  domain: 'cms',
  resolvers,
  routes: { 'PUT /media/uploads': upload, 'GET /media/:tenant/:name': serveFile },
  createClient: (adapter) => new PrismaClient({ adapter }),
});
