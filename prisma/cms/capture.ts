import { count, same, type Capture } from '../capture/declare.ts';

export const capture: Capture = {
  domain: 'cms',
  aggregates: [
    {
      table: 'content_items',
      summary: 'cms_summary',
      measures: { total_items: count(), published_items: count("status = 'published'") },
    },
  ],
  rows: [
    {
      table: 'content_items',
      target: 'cms_content_index',
      follows: { table: 'content_types', column: 'name', by: 'content_type_id' },
      columns: {
        ...same(
          'tenant_id',
          'id',
          'content_type_id',
          'title',
          'slug',
          'status',
          'author_id',
          'version',
          'published_at',
          'created_at',
          'updated_at',
        ),
        content_type:
          '(SELECT t.name FROM content_types t WHERE t.tenant_id = source.tenant_id AND t.id = source.content_type_id)',
      },
    },
  ],
};
