-- AUTH: the tenant directory, users, their sessions and tokens, roles, and what happened to them.
--
-- tenant_id is the home tenant of a person and of all that is theirs. No raw secret is stored:
-- every *_hash is a digest, and none of them is granted to another service.

-- A small copy of cdx.tenants, fed by its mutations: it names tenants for everyone, and lets a
-- suspension reach logins and live sessions. client_id is the cdx client that owns the tenant.
CREATE TABLE tenants (
  id         VARCHAR(50) NOT NULL,
  name       VARCHAR(255) NOT NULL,
  status     VARCHAR(50) NOT NULL DEFAULT 'active',
  client_id  UUID,
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id),
  CONSTRAINT tenants_id_check CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,49}$'),
  CONSTRAINT tenants_status_check CHECK (status IN ('active', 'suspended')),
  -- A suspended platform would lock out everyone who could resume it.
  CONSTRAINT tenants_platform_check CHECK (id <> 'platform' OR (status = 'active' AND client_id IS NULL)),
  CONSTRAINT tenants_version_check CHECK (version > 0)
);
CREATE INDEX tenants_client ON tenants (client_id, id);
CREATE INDEX tenants_staff_list ON tenants (created_at DESC, id DESC);

-- The home of the platform's own staff.
INSERT INTO tenants (id, name) VALUES ('platform', 'Platform');

-- Publishable keys are public by nature: a browser that is not signed in shows one, and the tenant
-- is found by it, so the key alone is unique and looked up.
CREATE TABLE tenant_keys (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  key        VARCHAR(100) NOT NULL,
  kind       VARCHAR(50) NOT NULL DEFAULT 'publishable',
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  revoked_at TIMESTAMPTZ(3),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT tenant_keys_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
  CONSTRAINT tenant_keys_key_key UNIQUE (key),
  CONSTRAINT tenant_keys_kind_check CHECK (kind IN ('publishable')),
  CONSTRAINT tenant_keys_key_check CHECK (key ~ '^pk_[A-Za-z0-9_-]{16,}$')
);
CREATE INDEX tenant_keys_id ON tenant_keys (id);

CREATE TABLE users (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  email               VARCHAR(255) NOT NULL,
  -- Who is invited has none yet, who is erased none any more: then '!', which no password hashes to.
  password_hash       VARCHAR(255) NOT NULL,
  first_name          VARCHAR(100),
  last_name           VARCHAR(100),
  role                VARCHAR(50) NOT NULL,
  is_active           BOOLEAN NOT NULL DEFAULT true,
  email_verified      BOOLEAN NOT NULL DEFAULT false,
  last_login          TIMESTAMPTZ(3),
  failed_logins       INTEGER NOT NULL DEFAULT 0,
  locked_until        TIMESTAMPTZ(3),
  password_changed_at TIMESTAMPTZ(3),
  deactivated_at      TIMESTAMPTZ(3),
  erased_at           TIMESTAMPTZ(3),
  -- Raised with every change of what the user may do: a token made before it is no longer enough.
  rights_version      INTEGER NOT NULL DEFAULT 1,
  version             INTEGER NOT NULL DEFAULT 1,
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT users_email_key UNIQUE (tenant_id, email),
  CONSTRAINT users_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT,
  CONSTRAINT users_email_check CHECK (email = lower(email) AND email ~ '^[^[:space:]@]+@[^[:space:]@]+$'),
  CONSTRAINT users_role_check CHECK (role IN ('superadmin', 'admin', 'client')),
  -- Staff live in the platform's tenant and nobody else does: no tenant's row can become staff.
  CONSTRAINT users_staff_check CHECK ((role IN ('superadmin', 'admin')) = (tenant_id = 'platform')),
  CONSTRAINT users_password_hash_check CHECK (password_hash = '!' OR password_hash LIKE '$%'),
  CONSTRAINT users_failed_logins_check CHECK (failed_logins >= 0),
  CONSTRAINT users_deactivated_check CHECK (deactivated_at IS NULL OR NOT is_active),
  CONSTRAINT users_erased_check CHECK (erased_at IS NULL OR (NOT is_active AND password_hash = '!')),
  CONSTRAINT users_rights_version_check CHECK (rights_version > 0),
  CONSTRAINT users_version_check CHECK (version > 0)
);
CREATE INDEX users_id ON users (id);
CREATE INDEX users_list ON users (tenant_id, created_at DESC, id DESC);
CREATE INDEX users_staff_list ON users (created_at DESC, id DESC);
-- A login may leave the tenant out.
CREATE INDEX users_email ON users (email);

-- A session is a family of refresh tokens: each rotation replaces token_hash, reuse ends it.
-- active_tenant_id is where its access tokens act, which may be another tenant of the same client.
CREATE TABLE sessions (
  tenant_id        VARCHAR(50) NOT NULL,
  id               UUID NOT NULL,
  user_id          UUID NOT NULL,
  active_tenant_id VARCHAR(50) NOT NULL,
  family_id        UUID NOT NULL,
  token_hash       VARCHAR(255) NOT NULL,
  expires_at       TIMESTAMPTZ(3) NOT NULL,
  ip_address       INET,
  user_agent       TEXT,
  is_active        BOOLEAN NOT NULL DEFAULT true,
  last_used_at     TIMESTAMPTZ(3),
  revoked_at       TIMESTAMPTZ(3),
  revoke_reason    VARCHAR(100),
  created_at       TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT sessions_family_key UNIQUE (tenant_id, family_id),
  CONSTRAINT sessions_user_fkey FOREIGN KEY (tenant_id, user_id)
    REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT sessions_active_tenant_fkey FOREIGN KEY (active_tenant_id)
    REFERENCES tenants (id) ON DELETE CASCADE,
  CONSTRAINT sessions_expires_check CHECK (expires_at > created_at),
  CONSTRAINT sessions_revoked_check CHECK (revoked_at IS NULL OR NOT is_active)
);
CREATE INDEX sessions_id ON sessions (id);
CREATE INDEX sessions_list ON sessions (tenant_id, created_at DESC, id DESC);
CREATE INDEX sessions_staff_list ON sessions (created_at DESC, id DESC);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id, created_at DESC, id DESC);
-- To end what acts in a tenant when it is suspended.
CREATE INDEX sessions_active_tenant ON sessions (active_tenant_id, id) WHERE is_active;

-- Everything that is handed out once: refresh tokens, and the links for reset, verification and
-- invitation. Used once means used_at goes from NULL to a time in one UPDATE.
CREATE TABLE tokens (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  user_id    UUID NOT NULL,
  kind       VARCHAR(50) NOT NULL,
  token_hash VARCHAR(255) NOT NULL,
  -- A refresh token's session, family, and the token that was exchanged for it.
  session_id UUID,
  family_id  UUID,
  parent_id  UUID,
  metadata   JSONB NOT NULL DEFAULT '{}',
  expires_at TIMESTAMPTZ(3) NOT NULL,
  used_at    TIMESTAMPTZ(3),
  revoked_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT tokens_token_hash_key UNIQUE (tenant_id, token_hash),
  -- A token is exchanged for one other at most, however many ask at the same moment.
  CONSTRAINT tokens_parent_key UNIQUE (tenant_id, parent_id),
  CONSTRAINT tokens_user_fkey FOREIGN KEY (tenant_id, user_id)
    REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT tokens_session_fkey FOREIGN KEY (tenant_id, session_id)
    REFERENCES sessions (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT tokens_parent_fkey FOREIGN KEY (tenant_id, parent_id)
    REFERENCES tokens (tenant_id, id) ON DELETE SET NULL (parent_id),
  CONSTRAINT tokens_kind_check CHECK (kind IN ('refresh', 'password_reset', 'email_verification', 'invitation')),
  CONSTRAINT tokens_refresh_check CHECK (
    CASE WHEN kind = 'refresh' THEN num_nonnulls(session_id, family_id) = 2
         ELSE num_nonnulls(session_id, family_id, parent_id) = 0 END),
  CONSTRAINT tokens_parent_check CHECK (parent_id <> id),
  CONSTRAINT tokens_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
  CONSTRAINT tokens_expires_check CHECK (expires_at > created_at)
);
-- At most one live refresh token a family. Expiry is no part of it: a predicate cannot know the time.
CREATE UNIQUE INDEX tokens_one_live_refresh ON tokens (tenant_id, family_id)
  WHERE kind = 'refresh' AND used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX tokens_id ON tokens (id);
-- A token is all that its bearer shows: it is looked up before the tenant is known.
CREATE INDEX tokens_token_hash ON tokens (token_hash);
CREATE INDEX tokens_user ON tokens (tenant_id, user_id, kind, created_at DESC, id DESC);
CREATE INDEX tokens_session ON tokens (tenant_id, session_id, created_at DESC, id DESC) WHERE session_id IS NOT NULL;
CREATE INDEX tokens_family ON tokens (tenant_id, family_id) WHERE family_id IS NOT NULL;

-- The kinds of events are open, so that a new one needs no migration. A failed login that fits no
-- user has none; when it fits no tenant either, it stands under 'platform'.
CREATE TABLE auth_events (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  user_id    UUID,
  event_type VARCHAR(50) NOT NULL,
  ip_address INET,
  user_agent TEXT,
  metadata   JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT auth_events_user_fkey FOREIGN KEY (tenant_id, user_id)
    REFERENCES users (tenant_id, id) ON DELETE SET NULL (user_id),
  CONSTRAINT auth_events_event_type_check CHECK (event_type ~ '^[a-z]+(_[a-z]+)*$'),
  CONSTRAINT auth_events_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX auth_events_id ON auth_events (id);
CREATE INDEX auth_events_list ON auth_events (tenant_id, created_at DESC, id DESC);
CREATE INDEX auth_events_staff_list ON auth_events (created_at DESC, id DESC);
CREATE INDEX auth_events_user ON auth_events (tenant_id, user_id, created_at DESC, id DESC);
CREATE INDEX auth_events_type ON auth_events (tenant_id, event_type, created_at DESC, id DESC);

-- A role is a tenant's own, or the platform's when tenant_id is NULL: every tenant may grant those.
-- scope says the same without a NULL, because a foreign key is not checked where a column is NULL.
-- No tenant can be called '*'.
CREATE TABLE roles (
  id          UUID NOT NULL,
  tenant_id   VARCHAR(50),
  scope       VARCHAR(50) NOT NULL GENERATED ALWAYS AS (coalesce(tenant_id, '*')) STORED,
  name        VARCHAR(100) NOT NULL,
  description TEXT,
  permissions JSONB NOT NULL,
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id),
  CONSTRAINT roles_scope_key UNIQUE (scope, id),
  CONSTRAINT roles_name_key UNIQUE NULLS NOT DISTINCT (tenant_id, name),
  CONSTRAINT roles_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
  CONSTRAINT roles_permissions_check CHECK (jsonb_typeof(permissions) = 'array'),
  CONSTRAINT roles_version_check CHECK (version > 0)
);
CREATE INDEX roles_list ON roles (tenant_id, created_at DESC, id DESC);
CREATE INDEX roles_staff_list ON roles (created_at DESC, id DESC);

-- granted_by is a superadmin, of another tenant than the user: no foreign key.
CREATE TABLE user_roles (
  tenant_id  VARCHAR(50) NOT NULL,
  user_id    UUID NOT NULL,
  role_id    UUID NOT NULL,
  role_scope VARCHAR(50) NOT NULL,
  granted_by UUID,
  granted_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(3),
  PRIMARY KEY (tenant_id, user_id, role_id),
  CONSTRAINT user_roles_user_fkey FOREIGN KEY (tenant_id, user_id)
    REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT user_roles_role_fkey FOREIGN KEY (role_scope, role_id)
    REFERENCES roles (scope, id) ON DELETE CASCADE,
  -- The role is the user's own tenant's or the platform's, never another tenant's.
  CONSTRAINT user_roles_scope_check CHECK (role_scope IN (tenant_id, '*')),
  CONSTRAINT user_roles_expires_check CHECK (expires_at > granted_at)
);
CREATE INDEX user_roles_role ON user_roles (role_scope, role_id);

SELECT protect_tenant_table('tenant_keys');
SELECT protect_tenant_table('users');
SELECT protect_tenant_table('sessions');
SELECT protect_tenant_table('tokens');
SELECT protect_tenant_table('auth_events');
SELECT protect_tenant_table('roles', true);
SELECT protect_tenant_table('user_roles');

-- The same for the directory, whose id is the tenant.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenants TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tenant ON tenants USING (id = nullif(current_setting('app.tenant_id', true), ''));

-- What other services may know of users. It runs with the caller's rights, so that row security
-- holds through it.
CREATE VIEW user_directory WITH (security_invoker = true) AS
SELECT tenant_id, id, email, role, is_active,
       nullif(concat_ws(' ', first_name, last_name), '') AS display_name
FROM users;
