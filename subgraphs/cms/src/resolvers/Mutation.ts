import { deletion, payload } from '@metatron/platform/verb/payload';

import { contentItemCreate, contentItemUpdate } from '../contentItem.ts';
import { contentItemArchive, contentItemPublish, contentItemUnpublish } from '../contentItemPublish.ts';
import { contentItemRestore } from '../contentItemRestore.ts';
import { contentTypeCreate, contentTypeUpdate } from '../contentType.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { mediaFileCreate, mediaFileUpdate } from '../mediaFile.ts';
import { mediaFileDelete } from '../mediaFileDelete.ts';
import { pageCreate, pageUpdate } from '../page.ts';
import { pageMove } from '../pageMove.ts';
import { pagePublish, pageUnpublish } from '../pagePublish.ts';
import { templateCreate, templateUpdate } from '../template.ts';

export const Mutation: MutationResolvers = {
  contentTypeCreate: payload('contentType', contentTypeCreate),
  contentTypeUpdate: payload('contentType', contentTypeUpdate),
  contentItemCreate: payload('contentItem', contentItemCreate),
  contentItemUpdate: payload('contentItem', contentItemUpdate),
  contentItemPublish: payload('contentItem', contentItemPublish),
  contentItemUnpublish: payload('contentItem', contentItemUnpublish),
  contentItemArchive: payload('contentItem', contentItemArchive),
  contentItemRestore: payload('contentItem', contentItemRestore),
  mediaFileCreate: payload('mediaFile', mediaFileCreate),
  mediaFileUpdate: payload('mediaFile', mediaFileUpdate),
  mediaFileDelete: deletion(mediaFileDelete),
  pageCreate: payload('page', pageCreate),
  pageUpdate: payload('page', pageUpdate),
  pageMove: payload('page', pageMove),
  pagePublish: payload('page', pagePublish),
  pageUnpublish: payload('page', pageUnpublish),
  templateCreate: payload('template', templateCreate),
  templateUpdate: payload('template', templateUpdate),
};
