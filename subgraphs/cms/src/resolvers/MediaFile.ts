import type { MediaFileResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { mediaFiles } from '../tables.ts';

export const MediaFile: MediaFileResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(mediaFiles, id),
  tenant: tenantOf,
  fileSize: ({ fileSize }) => String(fileSize),
  uploadedBy: ({ uploadedBy }) => userOf(uploadedBy),
};
