-- CMS: content types, items and their versions; templates and the tree of pages; media.
--
-- A published item or page is shown as it was published: an item through its published version, a
-- page through its snapshot. The row's own columns are the draft, so that no edit of a draft can
-- change what the public sees. Authors are users of AUTH, another database: no foreign key.

CREATE TABLE content_types (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  name       VARCHAR(100) NOT NULL,
  slug       VARCHAR(100) NOT NULL,
  schema     JSONB NOT NULL,
  settings   JSONB NOT NULL DEFAULT '{}',
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT content_types_slug_key UNIQUE (tenant_id, slug),
  CONSTRAINT content_types_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9_-]*$'),
  CONSTRAINT content_types_schema_check CHECK (jsonb_typeof(schema) = 'object'),
  CONSTRAINT content_types_settings_check CHECK (jsonb_typeof(settings) = 'object'),
  CONSTRAINT content_types_version_check CHECK (version > 0)
);
CREATE INDEX content_types_id ON content_types (id);
CREATE INDEX content_types_list ON content_types (tenant_id, created_at DESC, id DESC);
CREATE INDEX content_types_staff_list ON content_types (created_at DESC, id DESC);

-- Partitioned by content: everything about an item is found in the partition of its type. Hence the
-- type is in its key, and in every reference to it.
CREATE TABLE content_items (
  tenant_id         VARCHAR(50) NOT NULL,
  content_type_id   UUID NOT NULL,
  id                UUID NOT NULL,
  title             VARCHAR(255) NOT NULL,
  slug              VARCHAR(255) NOT NULL,
  data              JSONB NOT NULL,
  status            VARCHAR(50) NOT NULL DEFAULT 'draft',
  published_at      TIMESTAMPTZ(3),
  -- The version that the public sees; later ones are drafts.
  published_version INTEGER,
  author_id         UUID,
  version           INTEGER NOT NULL DEFAULT 1,
  -- The item that this one was made from. Revisions are content_versions, under the item's own slug.
  parent_id         UUID,
  seo_data          JSONB NOT NULL DEFAULT '{}',
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, content_type_id, id),
  CONSTRAINT content_items_slug_key UNIQUE (tenant_id, content_type_id, slug),
  CONSTRAINT content_items_type_fkey FOREIGN KEY (tenant_id, content_type_id)
    REFERENCES content_types (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT content_items_parent_fkey FOREIGN KEY (tenant_id, content_type_id, parent_id)
    REFERENCES content_items (tenant_id, content_type_id, id) ON DELETE SET NULL (parent_id),
  CONSTRAINT content_items_slug_check CHECK (slug ~ '^[^/[:space:]]+$'),
  CONSTRAINT content_items_data_check CHECK (jsonb_typeof(data) = 'object'),
  CONSTRAINT content_items_seo_data_check CHECK (jsonb_typeof(seo_data) = 'object'),
  CONSTRAINT content_items_status_check CHECK (status IN ('draft', 'published', 'archived')),
  CONSTRAINT content_items_published_check CHECK (
    (status = 'published') = (published_version IS NOT NULL)
    AND (status <> 'published' OR published_at IS NOT NULL)),
  CONSTRAINT content_items_parent_check CHECK (parent_id <> id),
  CONSTRAINT content_items_version_check CHECK (version > 0 AND published_version BETWEEN 1 AND version)
) PARTITION BY HASH (content_type_id);

-- One row per saved state of an item, numbered without gaps because content_items.version counts
-- them. This is where the bulk of the content lies, so it is partitioned as the items are.
CREATE TABLE content_versions (
  tenant_id       VARCHAR(50) NOT NULL,
  content_type_id UUID NOT NULL,
  id              UUID NOT NULL,
  item_id         UUID NOT NULL,
  version         INTEGER NOT NULL,
  title           VARCHAR(255) NOT NULL,
  slug            VARCHAR(255) NOT NULL,
  data            JSONB NOT NULL,
  seo_data        JSONB NOT NULL DEFAULT '{}',
  author_id       UUID,
  -- The version that was restored to make this one.
  restored_from   INTEGER,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, content_type_id, id),
  CONSTRAINT content_versions_version_key UNIQUE (tenant_id, content_type_id, item_id, version),
  CONSTRAINT content_versions_item_fkey FOREIGN KEY (tenant_id, content_type_id, item_id)
    REFERENCES content_items (tenant_id, content_type_id, id) ON DELETE CASCADE,
  CONSTRAINT content_versions_data_check CHECK (jsonb_typeof(data) = 'object'),
  CONSTRAINT content_versions_seo_data_check CHECK (jsonb_typeof(seo_data) = 'object'),
  CONSTRAINT content_versions_version_check CHECK (version > 0),
  CONSTRAINT content_versions_restored_from_check CHECK (restored_from BETWEEN 1 AND version - 1)
) PARTITION BY HASH (content_type_id);

DO $$
BEGIN
  FOR n IN 0..7 LOOP
    EXECUTE format('CREATE TABLE content_items_p%s PARTITION OF content_items FOR VALUES WITH (MODULUS 8, REMAINDER %s)', n, n);
    EXECUTE format('CREATE TABLE content_versions_p%s PARTITION OF content_versions FOR VALUES WITH (MODULUS 8, REMAINDER %s)', n, n);
  END LOOP;
END
$$;

-- What is published exists, and cannot be taken away while it is. Deferred, because an item and its
-- first version are made in one transaction and each points at the other.
ALTER TABLE content_items ADD CONSTRAINT content_items_published_version_fkey
  FOREIGN KEY (tenant_id, content_type_id, id, published_version)
  REFERENCES content_versions (tenant_id, content_type_id, item_id, version)
  ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX content_items_id ON content_items (id);
CREATE INDEX content_items_list ON content_items (tenant_id, created_at DESC, id DESC);
CREATE INDEX content_items_staff_list ON content_items (created_at DESC, id DESC);
CREATE INDEX content_items_type ON content_items (tenant_id, content_type_id, created_at DESC, id DESC);
CREATE INDEX content_items_status ON content_items (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX content_items_author ON content_items (tenant_id, author_id, created_at DESC, id DESC) WHERE author_id IS NOT NULL;
CREATE INDEX content_items_parent ON content_items (tenant_id, content_type_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX content_versions_id ON content_versions (id);
CREATE INDEX content_versions_list ON content_versions (tenant_id, created_at DESC, id DESC);
CREATE INDEX content_versions_item ON content_versions (tenant_id, item_id, created_at DESC, id DESC);
CREATE INDEX content_versions_staff_list ON content_versions (created_at DESC, id DESC);

-- A page names its template, as the design has it: the name is the template's second key.
CREATE TABLE templates (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  name        VARCHAR(100) NOT NULL,
  description TEXT,
  definition  JSONB NOT NULL,
  is_active   BOOLEAN NOT NULL DEFAULT true,
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT templates_name_key UNIQUE (tenant_id, name),
  CONSTRAINT templates_definition_check CHECK (jsonb_typeof(definition) = 'object'),
  CONSTRAINT templates_version_check CHECK (version > 0)
);
CREATE INDEX templates_id ON templates (id);
CREATE INDEX templates_list ON templates (tenant_id, created_at DESC, id DESC);
CREATE INDEX templates_staff_list ON templates (created_at DESC, id DESC);

-- The tree. A page carries its parent's path, its own path is made of that and its slug, and the
-- foreign key keeps the copy true: moving or renaming a page moves all below it, in one statement.
-- That also makes a cycle impossible, since every path is longer than its parent's: a page put under
-- its own descendant is refused, by the key or, after some rounds, by the check on the length.
CREATE TABLE pages (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  title           VARCHAR(255) NOT NULL,
  slug            VARCHAR(255) NOT NULL,
  parent_id       UUID,
  parent_path     TEXT,
  path            TEXT NOT NULL GENERATED ALWAYS AS (coalesce(parent_path, '') || '/' || slug) STORED,
  template        VARCHAR(100),
  content         JSONB NOT NULL,
  seo_title       VARCHAR(255),
  seo_description TEXT,
  seo_keywords    TEXT,
  status          VARCHAR(50) NOT NULL DEFAULT 'draft',
  published_at    TIMESTAMPTZ(3),
  -- What the public sees: title, template, content and seo as they were published.
  published       JSONB,
  author_id       UUID,
  sort_order      INTEGER NOT NULL DEFAULT 0,
  version         INTEGER NOT NULL DEFAULT 1,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT pages_path_key UNIQUE (tenant_id, path),
  CONSTRAINT pages_id_path_key UNIQUE (tenant_id, id, path),
  CONSTRAINT pages_slug_key UNIQUE NULLS NOT DISTINCT (tenant_id, parent_id, slug),
  CONSTRAINT pages_parent_fkey FOREIGN KEY (tenant_id, parent_id, parent_path)
    REFERENCES pages (tenant_id, id, path) ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT pages_template_fkey FOREIGN KEY (tenant_id, template)
    REFERENCES templates (tenant_id, name) ON UPDATE CASCADE ON DELETE RESTRICT,
  -- Both or neither: a foreign key with a NULL in it would not be checked.
  CONSTRAINT pages_parent_check CHECK ((parent_id IS NULL) = (parent_path IS NULL) AND parent_id <> id),
  CONSTRAINT pages_slug_check CHECK (slug ~ '^[^/[:space:]]+$'),
  CONSTRAINT pages_path_check CHECK (octet_length(path) <= 2000),
  CONSTRAINT pages_content_check CHECK (jsonb_typeof(content) IN ('object', 'array')),
  CONSTRAINT pages_status_check CHECK (status IN ('draft', 'published', 'archived')),
  CONSTRAINT pages_published_check CHECK (
    (status = 'published') = (published IS NOT NULL)
    AND (status <> 'published' OR published_at IS NOT NULL) AND jsonb_typeof(published) = 'object'),
  CONSTRAINT pages_version_check CHECK (version > 0)
);
CREATE INDEX pages_id ON pages (id);
CREATE INDEX pages_list ON pages (tenant_id, created_at DESC, id DESC);
CREATE INDEX pages_staff_list ON pages (created_at DESC, id DESC);
CREATE INDEX pages_children ON pages (tenant_id, parent_id, sort_order, id);
CREATE INDEX pages_template ON pages (tenant_id, template) WHERE template IS NOT NULL;
CREATE INDEX pages_author ON pages (tenant_id, author_id, created_at DESC, id DESC) WHERE author_id IS NOT NULL;

-- Where a page used to be: written by the move, for the page and for all below it.
CREATE TABLE page_redirects (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  from_path  TEXT NOT NULL,
  page_id    UUID NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT page_redirects_from_path_key UNIQUE (tenant_id, from_path),
  CONSTRAINT page_redirects_page_fkey FOREIGN KEY (tenant_id, page_id)
    REFERENCES pages (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT page_redirects_from_path_check CHECK (from_path LIKE '/%' AND octet_length(from_path) <= 2000)
);
CREATE INDEX page_redirects_page ON page_redirects (tenant_id, page_id);

CREATE TABLE media_files (
  tenant_id         VARCHAR(50) NOT NULL,
  id                UUID NOT NULL,
  filename          VARCHAR(255) NOT NULL,
  original_filename VARCHAR(255) NOT NULL,
  mime_type         VARCHAR(100) NOT NULL,
  file_size         BIGINT NOT NULL,
  file_path         TEXT NOT NULL,
  url               TEXT NOT NULL,
  alt_text          TEXT,
  caption           TEXT,
  metadata          JSONB NOT NULL DEFAULT '{}',
  uploaded_by       UUID,
  version           INTEGER NOT NULL DEFAULT 1,
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT media_files_mime_type_check CHECK (mime_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+$'),
  CONSTRAINT media_files_file_size_check CHECK (file_size >= 0),
  CONSTRAINT media_files_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
  CONSTRAINT media_files_version_check CHECK (version > 0)
);
CREATE INDEX media_files_id ON media_files (id);
CREATE INDEX media_files_list ON media_files (tenant_id, created_at DESC, id DESC);
CREATE INDEX media_files_staff_list ON media_files (created_at DESC, id DESC);
CREATE INDEX media_files_uploader ON media_files (tenant_id, uploaded_by, created_at DESC, id DESC) WHERE uploaded_by IS NOT NULL;

-- Which item or page, as draft or as published, uses a file: while a row is here, the file cannot
-- be deleted.
CREATE TABLE media_usages (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  media_file_id   UUID NOT NULL,
  content_type_id UUID,
  content_item_id UUID,
  page_id         UUID,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT media_usages_key UNIQUE NULLS NOT DISTINCT (tenant_id, media_file_id, content_type_id, content_item_id, page_id),
  CONSTRAINT media_usages_media_file_fkey FOREIGN KEY (tenant_id, media_file_id)
    REFERENCES media_files (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT media_usages_content_item_fkey FOREIGN KEY (tenant_id, content_type_id, content_item_id)
    REFERENCES content_items (tenant_id, content_type_id, id) ON DELETE CASCADE,
  CONSTRAINT media_usages_page_fkey FOREIGN KEY (tenant_id, page_id)
    REFERENCES pages (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT media_usages_user_check CHECK (
    num_nonnulls(content_item_id, page_id) = 1 AND (content_item_id IS NULL) = (content_type_id IS NULL))
);
CREATE INDEX media_usages_content_item ON media_usages (tenant_id, content_type_id, content_item_id) WHERE content_item_id IS NOT NULL;
CREATE INDEX media_usages_page ON media_usages (tenant_id, page_id) WHERE page_id IS NOT NULL;

SELECT protect_tenant_table('content_types');
SELECT protect_tenant_table('content_items');
SELECT protect_tenant_table('content_versions');
SELECT protect_tenant_table('templates');
SELECT protect_tenant_table('pages');
SELECT protect_tenant_table('page_redirects');
SELECT protect_tenant_table('media_files');
SELECT protect_tenant_table('media_usages');

-- What other services may know. It runs with the caller's rights, so that row security holds
-- through it.
CREATE VIEW cms_summary WITH (security_invoker = true) AS
SELECT tenant_id,
       count(*)                                     AS total_items,
       count(*) FILTER (WHERE status = 'published') AS published_items
FROM content_items
GROUP BY tenant_id;
