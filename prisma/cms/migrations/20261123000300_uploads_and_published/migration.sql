-- Uploads that wait for their `mediaFileCreate`, which uses up the row; a day later they are forgotten.
CREATE TABLE media_uploads (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  uploaded_by UUID NOT NULL,
  file_path   TEXT NOT NULL,
  mime_type   VARCHAR(100) NOT NULL,
  file_size   BIGINT NOT NULL,
  sha256      VARCHAR(64) NOT NULL,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT media_uploads_file_size_check CHECK (file_size > 0)
);
CREATE INDEX media_uploads_created_at ON media_uploads (tenant_id, created_at);
SELECT protect_tenant_table('media_uploads');

-- Files are served by their path.
CREATE INDEX media_files_path ON media_files (tenant_id, file_path);

-- What the published state uses, the public may know of; what only the draft uses, it may not.
ALTER TABLE media_usages ADD COLUMN is_published BOOLEAN NOT NULL DEFAULT false;
UPDATE media_usages u SET is_published = true
 WHERE EXISTS (SELECT FROM pages p WHERE p.tenant_id = u.tenant_id AND p.id = u.page_id AND p.status = 'published')
    OR EXISTS (SELECT FROM content_items i
                WHERE i.tenant_id = u.tenant_id AND i.content_type_id = u.content_type_id
                  AND i.id = u.content_item_id AND i.status = 'published');
CREATE INDEX media_usages_published ON media_usages (tenant_id, media_file_id) WHERE is_published;

-- What the public sees, under the columns that the API reads. They run with the caller's rights: a
-- publishable key may read none but the columns that are named here (platform/src/access/matrix.ts).
-- What tells of the draft is made up from what was published, so that no edit of it shows.
CREATE VIEW published_content_items WITH (security_invoker = true) AS
SELECT i.tenant_id, i.content_type_id, i.id, v.title, v.slug, v.data, i.status, i.published_at,
       i.published_version, NULL::uuid AS author_id, i.published_version AS version,
       NULL::uuid AS parent_id, v.seo_data, i.created_at, i.published_at AS updated_at
FROM content_items i
JOIN content_versions v ON v.tenant_id = i.tenant_id AND v.content_type_id = i.content_type_id
  AND v.item_id = i.id AND v.version = i.published_version;

CREATE VIEW published_content_types WITH (security_invoker = true) AS
SELECT tenant_id, id, name, slug, schema, '{}'::jsonb AS settings, version, created_at, updated_at
FROM content_types;

CREATE VIEW published_pages WITH (security_invoker = true) AS
SELECT tenant_id, id, (published ->> 'title')::varchar(255) AS title, slug, parent_id, parent_path, path,
       (published ->> 'template')::varchar(100) AS template, published -> 'content' AS content,
       (published ->> 'seoTitle')::varchar(255) AS seo_title, published ->> 'seoDescription' AS seo_description,
       published ->> 'seoKeywords' AS seo_keywords, status, published_at, published,
       NULL::uuid AS author_id, sort_order, coalesce((published ->> 'version')::integer, 1) AS version,
       created_at, published_at AS updated_at
FROM pages
WHERE published IS NOT NULL;

CREATE VIEW published_media_files WITH (security_invoker = true) AS
SELECT tenant_id, id, filename, filename AS original_filename, mime_type, file_size, url, alt_text, caption,
       '{}'::jsonb AS metadata, NULL::uuid AS uploaded_by, version, created_at, updated_at
FROM media_files m
WHERE EXISTS (SELECT FROM media_usages u
               WHERE u.tenant_id = m.tenant_id AND u.media_file_id = m.id AND u.is_published);
