import { createHash } from 'node:crypto';

import { domains } from '@metatron/platform/domains';

import { daysFrom, idAt, isoDay, namedId } from './random.ts';
import type { Row, Scene, Step } from './scene.ts';

/** Each process reports itself later; until then nobody knows how it is. */
function serviceRows({ platform }: Scene): Row[] {
  const parts = [
    ['gateway', 'gateway', 'Answers every request; the only address that clients know'],
    ...domains.map((domain) => [domain, 'subgraph', `Owns the ${domain} database`] as const),
    ['sync-jobs', 'worker', 'Carries changes from every domain into cdx'],
  ] as const;
  const at = platform.createdAt;
  return parts.map(([name, kind, description]) => ({
    id: namedId(at, 'service', name),
    name,
    kind,
    description,
    status: 'unknown',
    details: {},
    created_at: at,
    updated_at: at,
  }));
}

const SETTINGS: readonly (readonly [key: string, description: string, ...values: unknown[]])[] = [
  ['branding.productName', 'The name that people see', 'Metatron', 'Codex Metatron'],
  ['support.email', 'Where questions go', 'support@metatron.example'],
  ['analytics.retentionMonths', 'How long events are kept', 12, 24],
  ['maintenance.window', 'When the platform may be slow, in UTC', { day: 'sunday', from: '02:00', to: '04:00' }],
];

/** Settings with every value that they have had. */
function* settingSteps({ platform }: Scene): Generator<Step> {
  const {
    createdAt,
    members: [superadmin],
  } = platform;
  const settings = SETTINGS.map(([key, description, ...values]) => ({
    id: namedId(createdAt, 'setting', key),
    key,
    description,
    values,
  }));
  const changedAt = (index: number): Date => daysFrom(createdAt, index * 90);
  yield {
    table: 'system_config',
    rows: settings.map(({ id, key, description, values }) => ({
      id,
      key,
      description,
      value: values.at(-1),
      version: values.length,
      updated_by: superadmin.id,
      created_at: createdAt,
      updated_at: changedAt(values.length - 1),
    })),
  };
  yield {
    table: 'system_config_versions',
    rows: settings.flatMap(({ id, values }) =>
      values.map((value, index) => ({
        config_id: id,
        version: index + 1,
        value,
        is_secret: false,
        changed_by: superadmin.id,
        created_at: changedAt(index),
      })),
    ),
  };
}

/** Last quarter's reports for all tenants, each with the hash of its evidence. */
function reportRows({ platform, faker }: Scene): Row[] {
  const {
    anchor,
    members: [superadmin],
  } = platform;
  const [from, to] = [daysFrom(anchor, -110), daysFrom(anchor, -20)];
  return ['access_review', 'data_retention'].map((kind) => {
    const evidence = {
      kind,
      from: isoDay(from),
      to: isoDay(to),
      reviewed: faker.number.int({ min: 20, max: 90 }),
      findings: 0,
    };
    const hash = createHash('sha256').update(JSON.stringify(evidence)).digest('hex');
    return {
      tenant_id: 'platform',
      id: idAt(faker, to),
      kind,
      status: 'ready',
      period_start: from,
      period_end: to,
      evidence,
      hash: `\\x${hash}`,
      requested_by: superadmin.id,
      completed_at: daysFrom(to, 0.1),
      created_at: to,
      updated_at: daysFrom(to, 0.1),
    };
  });
}

/** A change that could not be applied once, looked at and dropped. */
function deadLetterRows({ platform, faker }: Scene): Row[] {
  const {
    anchor,
    members: [superadmin],
  } = platform;
  const at = daysFrom(anchor, -40);
  return [
    {
      tenant_id: 'platform',
      id: idAt(faker, at),
      source: 'auth',
      source_ref: 'demo-1',
      job: 'drain',
      payload: { source: 'auth', tenantId: 'platform' },
      error: 'The row was deleted before it was read.',
      attempts: 3,
      status: 'discarded',
      resolved_by: superadmin.id,
      resolved_at: daysFrom(at, 1),
      created_at: at,
      updated_at: daysFrom(at, 1),
    },
  ];
}

export function* platformSteps(scene: Scene): Generator<Step> {
  yield { table: 'services', rows: serviceRows(scene) };
  yield* settingSteps(scene);
  yield { table: 'compliance_reports', rows: reportRows(scene) };
  yield { table: 'dead_letters', rows: deadLetterRows(scene) };
}
