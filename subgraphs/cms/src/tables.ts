import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/cms/client';

import type {
  ContentItemRow,
  ContentTypeRow,
  ContentVersionRow,
  MediaFileRow,
  PageRow,
  TemplateRow,
} from './mappers.ts';

export const contentTypes = defineTable<ContentTypeRow>(
  'ContentType',
  'content_types',
  Prisma.ContentTypeScalarFieldEnum,
  { published: 'published_content_types' },
);
export const contentItems = defineTable<ContentItemRow>(
  'ContentItem',
  'content_items',
  Prisma.ContentItemScalarFieldEnum,
  { published: 'published_content_items' },
);
export const contentVersions = defineTable<ContentVersionRow>(
  'ContentVersion',
  'content_versions',
  Prisma.ContentVersionScalarFieldEnum,
);
export const templates = defineTable<TemplateRow>('Template', 'templates', Prisma.TemplateScalarFieldEnum);
export const pages = defineTable<PageRow>('Page', 'pages', Prisma.PageScalarFieldEnum, {
  published: 'published_pages',
});
// Where a file lies in the store is nobody's business outside of it.
export const mediaFiles = defineTable<MediaFileRow>('MediaFile', 'media_files', Prisma.MediaFileScalarFieldEnum, {
  without: ['filePath'],
  published: 'published_media_files',
});
