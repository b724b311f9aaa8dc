import type { Connection } from '@metatron/platform/read/connection';
import type { ContentItem, ContentType, ContentVersion, MediaFile, Page, Template } from '@metatron/prisma/cms/client';

export type ContentTypeRow = ContentType;
export type ContentItemRow = ContentItem;
export type ContentVersionRow = ContentVersion;
export type TemplateRow = Template;
export type PageRow = Page;
export type MediaFileRow = Omit<MediaFile, 'filePath'>;

export type ContentTypeConnectionRow = Connection<ContentTypeRow>;
export type ContentItemConnectionRow = Connection<ContentItemRow>;
export type ContentVersionConnectionRow = Connection<ContentVersionRow>;
export type TemplateConnectionRow = Connection<TemplateRow>;
export type PageConnectionRow = Connection<PageRow>;
export type MediaFileConnectionRow = Connection<MediaFileRow>;

export interface PageTreeNodeRow extends Pick<Page, 'id' | 'title' | 'slug' | 'path' | 'status' | 'sortOrder'> {
  readonly children: readonly PageTreeNodeRow[];
}

export interface TenantRow {
  readonly id: string;
}

export interface UserRow {
  readonly id: string;
}
