import type { Resolvers } from '../generated/types.ts';

import { ContentItem } from './ContentItem.ts';
import { ContentType } from './ContentType.ts';
import { ContentVersion } from './ContentVersion.ts';
import { MediaFile } from './MediaFile.ts';
import { Mutation } from './Mutation.ts';
import { Page } from './Page.ts';
import { PageTreeNode } from './PageTreeNode.ts';
import { Query } from './Query.ts';
import { Template } from './Template.ts';
import { Tenant } from './Tenant.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = {
  ContentItem,
  ContentType,
  ContentVersion,
  MediaFile,
  Mutation,
  Page,
  PageTreeNode,
  Query,
  Template,
  Tenant,
  User,
};
