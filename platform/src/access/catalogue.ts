/** What a database's catalogue says about its access. Any login may read it: no rights are needed. */
import type pg from 'pg';

import { QUEUE_SCHEMA } from './databaseRoles.ts';

/** What a right is on. A schema's and a database's own rights stand beside those of what they hold. */
export type ObjectKind = 'table' | 'function' | 'schema' | 'database';

/** One right of one role, on a whole object or on one column of it. */
export interface Right {
  /** A role's name, or `PUBLIC`. */
  readonly grantee: string;
  readonly verb: string;
  readonly kind: ObjectKind;
  /** Null for the database itself. */
  readonly object: string | null;
  readonly column: string | null;
}

export type RowSecurity = 'none' | 'enabled' | 'forced';

/** A table or view of the schema `public`. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly string[];
  readonly kind: 'table' | 'view' | 'partition';
  readonly owner: string;
  readonly rowSecurity: RowSecurity;
}

export interface Policy {
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  /** In order; `PUBLIC` for everyone. */
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface RoleState {
  readonly name: string;
  /** In order: `LOGIN`, `SUPERUSER` and the like. */
  readonly attributes: readonly string[];
}

export interface Membership {
  readonly role: string;
  readonly member: string;
  readonly inherit: boolean;
  readonly set: boolean;
  readonly admin: boolean;
  readonly grantor: string;
}

export interface Catalogue {
  readonly database: string;
  readonly relations: readonly Relation[];
  /** The functions of `public` that act as their owner. */
  readonly ownerFunctions: readonly string[];
  readonly rights: readonly Right[];
  readonly policies: readonly Policy[];
  readonly roles: readonly RoleState[];
  readonly memberships: readonly Membership[];
}

const PUBLIC_SCHEMA = `'public'::regnamespace`;
const nameOf = (role: string): string => `coalesce(pg_get_userbyid(nullif(${role}, 0)), 'PUBLIC')`;
/** What an extension brought is its own affair. */
const notOfExtension = (catalogue: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

const RELATIONS = `
  SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
         CASE WHEN c.relkind = 'v' THEN 'view' WHEN c.relispartition THEN 'partition' ELSE 'table' END AS kind,
         CASE WHEN NOT c.relrowsecurity THEN 'none' WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END AS "rowSecurity",
         array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relnamespace = ${PUBLIC_SCHEMA} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${notOfExtension('pg_class', 'c.oid')}
   GROUP BY c.oid ORDER BY c.relname`;

const OWNER_FUNCTIONS = `
  SELECT DISTINCT proname::text AS name FROM pg_proc p
   WHERE pronamespace = ${PUBLIC_SCHEMA} AND prosecdef AND ${notOfExtension('pg_proc', 'p.oid')} ORDER BY 1`;

/** An object without a list of rights has its default one, which for functions and databases opens it to all. */
const RIGHTS = `
  SELECT ${nameOf('acl.grantee')} AS grantee, acl.privilege_type AS verb, held.kind, held.object, held.column
    FROM (
      SELECT 'table' AS kind, relname::text AS object, NULL::text AS column, relowner AS owner,
             coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS acl
        FROM pg_class c
       WHERE relnamespace = ${PUBLIC_SCHEMA} AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${notOfExtension('pg_class', 'c.oid')}
      UNION ALL
      SELECT 'table', c.relname, a.attname, c.relowner, a.attacl
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
       WHERE c.relnamespace = ${PUBLIC_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
      UNION ALL
      SELECT 'function', proname, NULL, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc p WHERE pronamespace = ${PUBLIC_SCHEMA} AND prosecdef AND ${notOfExtension('pg_proc', 'p.oid')}
      UNION ALL
      SELECT 'schema', nspname, NULL, nspowner, nspacl FROM pg_namespace
       WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      UNION ALL
      SELECT 'database', NULL, NULL, datdba, coalesce(datacl, acldefault('d', datdba))
        FROM pg_database WHERE datname = current_database()
    ) held
   CROSS JOIN LATERAL aclexplode(held.acl) acl
   WHERE acl.grantee <> held.owner
     -- Beside public, other programs may keep schemas of their own: what counts is that none is open to the platform's.
     AND (held.kind <> 'schema' OR held.object IN ('public', '${QUEUE_SCHEMA}') OR ${nameOf('acl.grantee')} LIKE 'metatron\\_%')
   ORDER BY 1, 3, 4, 2, 5`;

const POLICIES = `
  SELECT c.relname AS table, p.polname AS name, p.polpermissive AS permissive,
         CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END AS command,
         ARRAY(SELECT ${nameOf('role')}::text FROM unnest(p.polroles) role ORDER BY 1) AS roles,
         pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
   WHERE c.relnamespace = ${PUBLIC_SCHEMA} ORDER BY 1, 2`;

const ROLES = `
  SELECT rolname AS name,
         array_remove(ARRAY[CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolinherit THEN 'INHERIT' END,
           CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
           CASE WHEN rolsuper THEN 'SUPERUSER' END], NULL) AS attributes
    FROM pg_roles WHERE rolname LIKE 'metatron\\_%' ORDER BY 1`;

/** Whoever makes a role may pass it on but neither inherits nor takes it: that is PostgreSQL's own grant, and left out. */
const MEMBERSHIPS = `
  SELECT pg_get_userbyid(roleid) AS role, pg_get_userbyid(member) AS member, pg_get_userbyid(grantor) AS grantor,
         inherit_option AS inherit, set_option AS set, admin_option AS admin
    FROM pg_auth_members
   WHERE (pg_get_userbyid(roleid) LIKE 'metatron\\_%' OR pg_get_userbyid(member) LIKE 'metatron\\_%')
     AND (inherit_option OR set_option) ORDER BY 1, 2, 3`;

const listOf = (select: string): string => `coalesce((SELECT json_agg(listed) FROM (${select}) listed), '[]')`;

/** All of it as one statement sees it, and half the work of seven for a process that asks seven databases at its start. */
const CATALOGUE = `
  SELECT current_database() AS database, ${listOf(RELATIONS)} AS relations,
         ARRAY(${OWNER_FUNCTIONS}) AS "ownerFunctions", ${listOf(RIGHTS)} AS rights,
         ${listOf(POLICIES)} AS policies, ${listOf(ROLES)} AS roles, ${listOf(MEMBERSHIPS)} AS memberships`;

/** Reads a database's access from its catalogue. */
export async function readCatalogue(database: Pick<pg.Pool, 'query'>): Promise<Catalogue> {
  const { rows } = await database.query<Catalogue>(CATALOGUE);
  if (rows[0] === undefined) throw new Error('the catalogue gave no row');
  return rows[0];
}
