-- Incidents are entered by this function alone, whoever reports them: the gateway by way of the cdx
-- service, the services and the workers under their own sync logins. Repeats count up one row until it
-- is closed; of the fields asked for, ten are kept. Rows are written in one order, so that two reports
-- at once do not wait for each other.
CREATE FUNCTION security_events_report(incidents jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- The login is the caller's own, whatever rights it has taken on. A service knows neither person nor
  -- tenant of whom it refuses unheard: one that names them is not the service.
  IF session_user LIKE 'metatron\_%\_sync' AND session_user <> 'metatron_cdx_sync' AND EXISTS (
    SELECT FROM jsonb_array_elements(incidents) AS i
     WHERE i ->> 'tenant_id' IS DISTINCT FROM 'platform' OR i ->> 'actor_id' IS NOT NULL) THEN
    RAISE EXCEPTION 'a service reports incidents of no tenant and no person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO security_events AS s
         (tenant_id, id, kind, severity, dedupe_key, actor_id, ip_address, count, first_at, last_at, details)
  SELECT tenant_id, id, kind, severity, dedupe_key, actor_id, ip_address, count, first_at, last_at, details
    FROM jsonb_to_recordset(incidents) AS i (
         tenant_id text, id uuid, kind text, severity text, dedupe_key text, actor_id uuid, ip_address inet,
         count integer, first_at timestamptz, last_at timestamptz, details jsonb)
   ORDER BY tenant_id, kind, dedupe_key
  ON CONFLICT (tenant_id, kind, dedupe_key) WHERE status IN ('open', 'acknowledged') DO UPDATE
    SET count = least(s.count::bigint + excluded.count, 2147483647), ip_address = excluded.ip_address,
        first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at),
        updated_at = now(),
        details = s.details || excluded.details || CASE WHEN excluded.details ? 'coordinates' THEN
          jsonb_build_object('coordinates', (
            SELECT jsonb_agg(k.name) FROM (
              SELECT DISTINCT name
                FROM jsonb_array_elements(
                       coalesce(s.details -> 'coordinates', '[]') || (excluded.details -> 'coordinates')) AS name
               ORDER BY name LIMIT 10) AS k)) ELSE '{}' END;
END
$$;
REVOKE ALL ON FUNCTION security_events_report(jsonb) FROM PUBLIC;
