import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { z } from 'zod';

const contentType = eventKind({ contentTypeId: id });
const contentItem = eventKind({ contentItemId: id, contentTypeId: id, version: z.int() });
const page = eventKind({ pageId: id, version: z.int() });
const mediaFile = eventKind({ mediaFileId: id });
const template = eventKind({ templateId: id });

/** What happens in CMS. */
export const events = defineEvents('cms', {
  'contentType.created': contentType,
  'contentType.updated': contentType,
  'contentItem.created': contentItem,
  'contentItem.updated': contentItem,
  'contentItem.restored': contentItem,
  'contentItem.published': contentItem,
  'contentItem.unpublished': contentItem,
  'contentItem.archived': contentItem,
  'page.created': page,
  'page.updated': page,
  'page.moved': page,
  'page.published': page,
  'page.unpublished': page,
  'mediaFile.created': mediaFile,
  'mediaFile.updated': mediaFile,
  'mediaFile.deleted': mediaFile,
  'template.created': template,
  'template.updated': template,
});
