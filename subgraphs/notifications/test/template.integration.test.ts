import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { fresh } from '../../../platform/test/mutations.ts';

import { change, denial, done, refusal } from './notifications.ts';

afterAll(closeSql);

const mail = () => ({
  tenantId: 'acme',
  key: fresh('mail'),
  channel: 'EMAIL',
  name: 'A mail',
  subject: 'For {{ name }}',
  body: '<p>{{ name }}: {{ total }}</p>',
  variables: [{ name: 'name' }, { name: 'total', type: 'NUMBER', required: false }],
});

const create = (input: object) => done('notificationTemplate', 'admin', 'notificationTemplateCreate', input);

describe('notificationTemplateCreate', () => {
  test('makes a draft with its variables declared, in English unless another language is named', async () => {
    const input = mail();
    expect(await create(input)).toMatchObject({
      key: input.key,
      locale: 'en',
      status: 'DRAFT',
      version: 1,
      publishedVersion: null,
      variables: [
        { name: 'name', type: 'text', required: true },
        { name: 'total', type: 'number', required: false },
      ],
    });
    expect(await refusal('admin', 'notificationTemplateCreate', input)).toBe('TAKEN key');
    expect(await create({ ...input, locale: 'de-CH' })).toMatchObject({ locale: 'de-CH' });
  });

  test.each<[string, object, string]>([
    ['cannot be read', { body: '{{ name' }, 'INVALID body'],
    ['includes a file', { body: "{% include 'other' %}" }, 'INVALID body'],
    ['undoes the escaping', { body: '{{ name | raw }}' }, 'INVALID body'],
    ['is a mail without a subject', { subject: null }, 'INVALID subject'],
    ['has a key of its own kind', { key: 'My Key' }, 'INVALID key'],
    ['is in no language', { locale: 'English' }, 'INVALID locale'],
    ['declares a name twice', { variables: [{ name: 'a' }, { name: 'a' }] }, 'INVALID variables.1.name'],
    ['declares a word of the language', { variables: [{ name: 'nil' }] }, 'INVALID variables.0.name'],
    ['is too long', { body: 'x'.repeat(100_001) }, 'INVALID body'],
    ['is of an unknown tenant', { tenantId: 'nobody' }, 'NOT_FOUND tenantId'],
  ])('refuses a template that %s', async (_what, input, expected) => {
    expect(await refusal('admin', 'notificationTemplateCreate', { ...mail(), ...input })).toBe(expected);
  });

  test('leaves the platform’s own to superadmins: their mails carry links that let people in', async () => {
    const input = { ...mail(), tenantId: 'platform' };
    expect(await refusal('admin', 'notificationTemplateCreate', input)).toBe('FORBIDDEN tenantId');
    const { id } = await done('notificationTemplate', 'superadmin', 'notificationTemplateCreate', input);
    for (const verb of ['Update', 'Publish', 'Archive', 'Restore'])
      expect(await refusal('admin', `notificationTemplate${verb}`, { id })).toBe('FORBIDDEN id');
  });

  test('is not for clients', async () => {
    expect(await denial('acme', 'notificationTemplateCreate', mail())).toEqual(['FORBIDDEN']);
  });
});

describe('notificationTemplateUpdate', () => {
  test('changes the draft and not what is published', async () => {
    const { id } = await create(mail());
    await done('notificationTemplate', 'admin', 'notificationTemplatePublish', { id });
    const edited = await done('notificationTemplate', 'admin', 'notificationTemplateUpdate', {
      id,
      expectedVersion: 1,
      body: 'New {{ name }}',
    });
    expect(edited).toMatchObject({ body: 'New {{ name }}', version: 2, publishedVersion: 1, status: 'PUBLISHED' });
    const versions = await sql(
      'notifications',
      'SELECT version, body FROM notification_template_versions WHERE template_id = $1',
      [id],
    );
    expect(versions).toEqual([{ version: 1, body: mail().body }]);
    expect(await refusal('admin', 'notificationTemplateUpdate', { id, expectedVersion: 1, name: 'Late' })).toBe(
      'CONFLICT expectedVersion',
    );
  });

  test('finds no template of another tenant', async () => {
    const { id } = await create(mail());
    expect(await refusal('admin', 'notificationTemplateUpdate', { id, tenantId: 'globex', name: 'Theirs' })).toBe(
      'NOT_FOUND id',
    );
    expect(await refusal('admin', 'notificationTemplatePublish', { id, tenantId: 'globex' })).toBe('NOT_FOUND id');
  });
});

describe('notificationTemplatePublish', () => {
  test('refuses what it does not declare, and leaves nothing', async () => {
    const { id } = await create({ ...mail(), variables: [{ name: 'total' }] });
    expect(await refusal('admin', 'notificationTemplatePublish', { id })).toBe('INVALID subject, INVALID body');
    expect(
      await sql('notifications', 'SELECT 1 FROM notification_template_versions WHERE template_id = $1', [id]),
    ).toEqual([]);
  });

  test('makes one version of a draft, however many publish it at once', async () => {
    const { id } = await create(mail());
    const answers = await Promise.all([1, 2, 3].map(() => change('admin', 'notificationTemplatePublish', { id })));
    expect(answers.map(({ notificationTemplate }) => notificationTemplate?.publishedVersion)).toEqual([1, 1, 1]);
    const events = await sql<{ type: string }>(
      'notifications',
      "SELECT type FROM domain_events WHERE payload->>'templateId' = $1 AND type LIKE '%published'",
      [id],
    );
    expect(events).toHaveLength(1);
  });

  test('ends with the archive, from which a template comes back as a draft', async () => {
    const { id } = await create(mail());
    const step = (name: string) => done('notificationTemplate', 'admin', `notificationTemplate${name}`, { id });
    expect(await refusal('admin', 'notificationTemplateRestore', { id })).toBe('CONFLICT id');
    expect(await step('Archive')).toMatchObject({ status: 'ARCHIVED' });
    expect(await refusal('admin', 'notificationTemplatePublish', { id })).toBe('CONFLICT id');
    expect(await refusal('admin', 'notificationTemplateArchive', { id })).toBe('CONFLICT id');
    expect(await step('Restore')).toMatchObject({ status: 'DRAFT' });
    expect(await step('Publish')).toMatchObject({ status: 'PUBLISHED', publishedVersion: 3 });
  });
});
