/** What the matrix's scope of `published` opens, to publishable keys: fields of the API, and columns and rows behind them. */
import type { Domain } from '../domains.ts';

const listOf = (type: string) => ({
  [`${type}Connection`]: ['edges', 'pageInfo', 'totalCount'],
  [`${type}Edge`]: ['node', 'cursor'],
});

/**
 * What of a domain's API is open to a scope of `published`: fields by type. A field that is not here
 * is denied, also one that is added tomorrow; what may not be null must be here, or its type may not.
 */
export const publishedFields: Partial<Record<Domain, Readonly<Record<string, readonly string[]>>>> = {
  cms: {
    Query: ['contentTypes', 'contentItem', 'contentItems', 'mediaFiles', 'page', 'pages', 'pageTree'],
    ...listOf('ContentType'),
    ContentType: ['id', 'name', 'slug', 'schema', 'settings', 'version', 'items', 'createdAt', 'updatedAt'],
    ...listOf('ContentItem'),
    ContentItem: [
      ...['id', 'contentType', 'title', 'slug', 'data', 'seoData', 'status', 'publishedAt', 'publishedVersion'],
      ...['version', 'media', 'createdAt', 'updatedAt'],
    ],
    ...listOf('Page'),
    Page: [
      ...['id', 'title', 'slug', 'path', 'template', 'content', 'seoTitle', 'seoDescription', 'seoKeywords', 'status'],
      ...['publishedAt', 'published', 'parent', 'children', 'media', 'sortOrder', 'version', 'createdAt', 'updatedAt'],
    ],
    PageTreeNode: ['id', 'title', 'slug', 'path', 'status', 'sortOrder', 'page', 'children'],
    ...listOf('MediaFile'),
    MediaFile: [
      ...['id', 'filename', 'originalFilename', 'mimeType', 'fileSize', 'url', 'altText', 'caption', 'metadata'],
      ...['version', 'createdAt', 'updatedAt'],
    ],
  },
};

/** Columns that a scope of `published` may read, and of which rows: a condition in SQL over the row. */
export interface PublishedRows {
  readonly columns: '*' | readonly string[];
  readonly where?: string;
}

const isPublishedItem = (tenant: string, type: string): string =>
  `EXISTS (SELECT FROM content_items i WHERE i.tenant_id = ${tenant} AND i.content_type_id = ${type} AND i.published_version IS NOT NULL`;

/** The tables and views behind `publishedFields`; a condition may rest on what the others let through. */
export const publishedRows: Partial<Record<Domain, Readonly<Record<string, PublishedRows>>>> = {
  cms: {
    published_content_types: { columns: '*' },
    published_content_items: { columns: '*' },
    published_pages: { columns: '*' },
    published_media_files: { columns: '*' },
    content_types: {
      columns: ['tenant_id', 'id', 'name', 'slug', 'schema', 'version', 'created_at', 'updated_at'],
      where: `${isPublishedItem('content_types.tenant_id', 'content_types.id')})`,
    },
    content_items: {
      columns: ['tenant_id', 'content_type_id', 'id', 'status', 'published_at', 'published_version', 'created_at'],
      where: 'published_version IS NOT NULL',
    },
    content_versions: {
      columns: ['tenant_id', 'content_type_id', 'item_id', 'version', 'title', 'slug', 'data', 'seo_data'],
      where: `${isPublishedItem('content_versions.tenant_id', 'content_versions.content_type_id')} AND i.id = content_versions.item_id AND i.published_version = content_versions.version)`,
    },
    pages: {
      columns: [
        ...['tenant_id', 'id', 'slug', 'parent_id', 'parent_path', 'path', 'status', 'published_at', 'published'],
        ...['sort_order', 'created_at'],
      ],
      where: 'published IS NOT NULL',
    },
    page_redirects: {
      columns: ['tenant_id', 'from_path', 'page_id'],
      where:
        'EXISTS (SELECT FROM pages p WHERE p.tenant_id = page_redirects.tenant_id AND p.id = page_redirects.page_id)',
    },
    media_usages: { columns: ['tenant_id', 'media_file_id', 'is_published'], where: 'is_published' },
    media_files: {
      columns: [
        ...['tenant_id', 'id', 'filename', 'mime_type', 'file_size', 'url', 'alt_text', 'caption', 'version'],
        ...['created_at', 'updated_at'],
      ],
      where:
        'EXISTS (SELECT FROM media_usages u WHERE u.tenant_id = media_files.tenant_id AND u.media_file_id = media_files.id)',
    },
  },
};
