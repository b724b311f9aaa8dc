import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { change, countOf, done, idIn, refusal } from './crm.ts';

afterAll(closeSql);

const stages = [
  { name: 'one', probability: 10 },
  { name: 'Two', probability: 20 },
  { name: 'won', kind: 'WON' },
  { name: 'gone', kind: 'LOST' },
];

const newPipeline = () => done('pipeline', 'acme', 'pipelineCreate', { name: 'Second', stages });

describe('pipelineCreate', () => {
  test('makes a pipeline with its stages in order, which is not the default', async () => {
    const pipeline = await newPipeline();
    expect(pipeline).toMatchObject({ name: 'Second', isDefault: false, version: 1 });
    expect(pipeline.stages.map(({ name, order, probability, kind }) => [name, order, probability, kind])).toEqual([
      ['one', 1, 10, 'OPEN'],
      ['Two', 2, 20, 'OPEN'],
      ['won', 3, 100, 'WON'],
      ['gone', 4, 0, 'LOST'],
    ]);
  });

  test.each<[string, object[], string]>([
    ['no stages', [], 'INVALID stages, INVALID stages'],
    ['no open stage', [{ name: 'a', kind: 'WON' }], 'INVALID stages'],
    ['two stages of one name', [{ name: 'a' }, { name: 'A' }], 'INVALID stages.1.name'],
    ['a name of two lines', [{ name: 'a\nb' }], 'INVALID stages.0.name'],
    [
      'a win that is not certain',
      [{ name: 'b' }, { name: 'a', kind: 'WON', probability: 50 }],
      'INVALID stages.1.probability',
    ],
  ])('refuses %s', async (_what, wrong, expected) => {
    expect(await refusal('acme', 'pipelineCreate', { name: 'Wrong', stages: wrong })).toBe(expected);
  });
});

describe('pipelineUpdate', () => {
  test('renames stages, also two for each other, with what is in them', async () => {
    const { id, stages: before } = await newPipeline();
    const lead = await done('lead', 'acme', 'leadCreate', { title: 'Inside', pipelineId: id, stage: 'two' });
    const [one, two, won] = before.map((stage) => stage.id);
    const swapped = [
      { id: one, name: 'Two' },
      { id: two, name: 'one', probability: 44 },
      { id: won, name: 'won', kind: 'WON' },
    ];
    const pipeline = await done('pipeline', 'acme', 'pipelineUpdate', {
      id,
      expectedVersion: 1,
      name: 'Renamed',
      stages: swapped,
    });
    expect(pipeline).toMatchObject({ name: 'Renamed', version: 2 });
    expect(pipeline.stages.map(({ name }) => name)).toEqual(['Two', 'one', 'won']);
    expect((await done('lead', 'acme', 'leadUpdate', { id: lead.id, title: 'Still inside' })).stage).toBe('one');
  });

  test('refuses to leave out a stage in use, or to change what it means', async () => {
    const { id } = await newPipeline();
    await done('deal', 'acme', 'dealCreate', { title: 'Inside', pipelineId: id, stage: 'two' });
    const without = [{ name: 'one' }, { name: 'won', kind: 'WON' }];
    const turned = [{ name: 'one' }, { name: 'Two', kind: 'WON' }];
    expect(await refusal('acme', 'pipelineUpdate', { id, stages: without })).toBe('INVALID stages');
    expect(await refusal('acme', 'pipelineUpdate', { id, stages: turned })).toBe('INVALID stages');
  });

  test('refuses a stage that is not there, one that is named twice and a stale version', async () => {
    const { id, stages: before } = await newPipeline();
    const first = before[0]!.id;
    const unknown = [{ id: 'zz', name: 'Two' }];
    const twice = [
      { id: first, name: 'Two' },
      { id: first, name: 'Three' },
    ];
    expect(await refusal('acme', 'pipelineUpdate', { id, stages: unknown })).toBe('NOT_FOUND stages.0.id');
    expect(await refusal('acme', 'pipelineUpdate', { id, stages: twice })).toBe('INVALID stages');
    expect(await refusal('acme', 'pipelineUpdate', { id, name: 'X', expectedVersion: 2 })).toBe(
      'CONFLICT expectedVersion',
    );
  });

  test('refuses a lead a stage of another pipeline', async () => {
    const { id: pipelineId } = await newPipeline();
    const { id } = await done('lead', 'acme', 'leadCreate', { title: 'Inside', pipelineId });
    expect(await refusal('acme', 'leadStageMove', { id, stage: 'negotiation' })).toBe('INVALID stage');
  });
});

/** In a tenant of its own, since the other tests rely on acme's default. */
describe('a tenant’s default pipeline', () => {
  const tenantId = 'sakura';
  const defaults = (): Promise<number> => countOf('pipelines WHERE tenant_id = $1 AND is_default', [tenantId]);

  test('is exactly one, however many set it at once', async () => {
    const before = await idIn(tenantId, 'pipeline');
    const made = await Promise.all(
      [1, 2, 3].map((index) =>
        done('pipeline', 'admin', 'pipelineCreate', {
          tenantId,
          name: `Default ${String(index)}`,
          stages,
          isDefault: true,
        }),
      ),
    );
    expect(await defaults()).toBe(1);
    const wanted = [before, ...made.map(({ id }) => id), before, ...made.map(({ id }) => id)];
    await Promise.all(wanted.map((id) => done('pipeline', 'admin', 'pipelineSetDefault', { id })));
    expect(await defaults()).toBe(1);
    expect((await done('pipeline', 'admin', 'pipelineSetDefault', { id: before })).isDefault).toBe(true);
    expect(await idIn(tenantId, 'pipeline')).toBe(before);
  });

  test('is not changed by who saw another version', async () => {
    const { id, version } = await done('pipeline', 'admin', 'pipelineCreate', { tenantId, name: 'Aside', stages });
    expect(await refusal('admin', 'pipelineSetDefault', { id, expectedVersion: version + 1 })).toBe(
      'CONFLICT expectedVersion',
    );
  });

  test('is made with the first lead, once, for a tenant without one', async () => {
    const fresh = `fresh-${String(Date.now())}`;
    await sql('auth', 'INSERT INTO tenants (id, name) VALUES ($1, $1)', [fresh]);
    const answers = await Promise.all(
      [1, 2, 3, 4].map((index) => change('admin', 'leadCreate', { tenantId: fresh, title: `Lead ${String(index)}` })),
    );
    expect(new Set(answers.map(({ lead }) => lead?.pipeline.id)).size).toBe(1);
    expect(answers.map(({ lead }) => lead?.stage)).toEqual(['prospect', 'prospect', 'prospect', 'prospect']);
    expect(await countOf('pipelines WHERE tenant_id = $1', [fresh])).toBe(1);
  });
});
