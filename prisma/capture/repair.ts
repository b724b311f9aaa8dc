/**
 * The function that installs the triggers, and puts them back: on every captured table and on each of its
 * partitions, since a statement that names a partition fires the partition's triggers alone.
 */
import type { Capture } from './declare.ts';
import { captureFunction, EVERY_TENANT, RELATIONS_TABLE } from './names.ts';
import { capturedTables, outboxesOf } from './outbox.ts';

/** ALWAYS: a session in replication mode changes rows like any other. */
const TRIGGERS = `VALUES
      ('insert', 'INSERT', 'REFERENCING NEW TABLE AS new_rows'),
      ('update', 'UPDATE', 'REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'),
      ('delete', 'DELETE', 'REFERENCING OLD TABLE AS old_rows'),
      ('truncate', 'TRUNCATE', '')`;

const createInstall = (): string => `CREATE TABLE ${RELATIONS_TABLE} (
  relation oid PRIMARY KEY,
  source   varchar(63) NOT NULL
);

-- Whether any of the relation's triggers was missing, disabled or another.
CREATE FUNCTION sync_capture_install(relation regclass, capture regprocedure) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  wanted     record;
  is_changed boolean := false;
BEGIN
  FOR wanted IN SELECT * FROM (${TRIGGERS}) AS t (suffix, operation, transitions) LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_trigger WHERE tgrelid = relation AND tgname = 'sync_capture_' || wanted.suffix
        AND tgenabled = 'A' AND tgfoid = capture);
    EXECUTE format('DROP TRIGGER IF EXISTS sync_capture_%s ON %s', wanted.suffix, relation);
    EXECUTE format('CREATE TRIGGER sync_capture_%s AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
      wanted.suffix, wanted.operation, relation, wanted.transitions, capture);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER sync_capture_%s', relation, wanted.suffix);
    is_changed := true;
  END LOOP;
  RETURN is_changed;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_install(regclass, regprocedure) FROM PUBLIC;`;

/**
 * What happened to a table while a trigger was missing, or in a partition that came or went, no outbox
 * says: the relay is told to take every tenant anew.
 */
export function createRepair(capture: Capture): string {
  const list = capturedTables(capture).map((table) => {
    const outboxes = outboxesOf(capture, table).map((outbox) => `'${outbox}'`);
    return `('${table}', '${captureFunction(table)}()', ARRAY[${outboxes.join(', ')}])`;
  });
  return `${createInstall()}

CREATE FUNCTION sync_capture_repair() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  captured   record;
  part       regclass;
  outbox     text;
  is_changed boolean;
  has_rows   boolean;
BEGIN
  -- Two workers may come at once; the second then finds the work done.
  PERFORM pg_advisory_xact_lock(hashtextextended('sync_capture_repair', 0));
  FOR captured IN SELECT * FROM (VALUES
    ${list.join(',\n    ')}) AS s (source, capture, outboxes)
  LOOP
    is_changed := false;
    FOR part IN
      DELETE FROM ${RELATIONS_TABLE} r WHERE r.source = captured.source AND r.relation <> captured.source::regclass
        AND r.relation NOT IN (SELECT relid FROM pg_partition_tree(captured.source)) RETURNING relation
    LOOP
      is_changed := true;
      CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE oid = part);
      EXECUTE format('DROP TRIGGER IF EXISTS sync_capture_insert ON %1$s; DROP TRIGGER IF EXISTS sync_capture_update ON %1$s;
        DROP TRIGGER IF EXISTS sync_capture_delete ON %1$s; DROP TRIGGER IF EXISTS sync_capture_truncate ON %1$s', part);
    END LOOP;
    FOR part IN SELECT captured.source::regclass UNION SELECT relid FROM pg_partition_tree(captured.source) LOOP
      CONTINUE WHEN NOT sync_capture_install(part, captured.capture::regprocedure);
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part) INTO has_rows;
      INSERT INTO ${RELATIONS_TABLE} VALUES (part, captured.source) ON CONFLICT DO NOTHING;
      -- A new partition without rows has nothing that could be missed.
      is_changed := is_changed OR has_rows OR NOT FOUND;
    END LOOP;
    CONTINUE WHEN NOT is_changed;
    FOREACH outbox IN ARRAY captured.outboxes LOOP
      EXECUTE format('INSERT INTO %I (tenant_id) VALUES (%L)', outbox, '${EVERY_TENANT}');
    END LOOP;
    RETURN NEXT captured.source;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_repair() FROM PUBLIC;
SELECT sync_capture_repair();`;
}
