import { describe, expect, test } from '@jest/globals';

import { domains } from './domains.ts';
import { childEnvironment, readEnvironment } from './env.ts';

const messageOf = (source: NodeJS.ProcessEnv): string => {
  try {
    readEnvironment(source);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

const everyDatabase = Object.fromEntries(
  domains.map((domain) => [`DATABASE_URL_${domain.toUpperCase()}`, `postgresql://db.example/${domain}`]),
);

describe('readEnvironment', () => {
  test('needs nothing: the gateway listens on loopback at 4000, over embedded databases with demo data', () => {
    const environment = readEnvironment({});
    expect(environment).toMatchObject({ host: '127.0.0.1', port: 4000, demo: true, logLevel: 'info' });
    expect(environment.dataDirectory).toMatch(/^\/.*\/\.data$/);
    expect(environment.signingKeysFile).toBe(`${environment.dataDirectory}/keys.json`);
    expect(environment.redisUrl).toBeUndefined();
    expect(environment.allowedOrigins).toEqual([]);
    expect(environment.rateLimitFactor).toBe(1);
  });

  test('a blank variable is one that is not set', () => {
    const blank = { HOST: '', PORT: '', REDIS_URL: '', DEMO: '', DATABASE_URL_CRM: '', DEMO_PASSWORD: '' };
    expect(readEnvironment(blank)).toEqual(readEnvironment({}));
  });

  test('loads demo data unasked only where a database is embedded', () => {
    expect(readEnvironment(everyDatabase).demo).toBe(false);
    expect(readEnvironment({ ...everyDatabase, DEMO: '1' }).demo).toBe(true);
    expect(readEnvironment({ ...everyDatabase, DATABASE_URL_CMS: '' }).demo).toBe(true);
    expect(readEnvironment({ DEMO: '0' }).demo).toBe(false);
  });

  test('keeps what belongs to one domain or service apart from the others', () => {
    const environment = readEnvironment({
      DATABASE_URL_CRM: 'postgresql://db.example:5433/crm',
      DATABASE_OWNER_URL_CRM: 'postgresql://owner@db.example:5433/crm',
      DATABASE_PASSWORD_QUEUE: 'a queue password',
      SUBGRAPH_URL_CDX: 'https://cdx.example/graphql',
    });
    expect(environment.databaseUrls).toMatchObject({ crm: 'postgresql://db.example:5433/crm', cms: undefined });
    expect(environment.ownerUrls).toMatchObject({ crm: 'postgresql://owner@db.example:5433/crm', cms: undefined });
    expect(environment.passwords).toMatchObject({ queue: 'a queue password', crm: undefined });
    expect(environment.subgraphUrls).toMatchObject({ cdx: 'https://cdx.example/graphql', crm: undefined });
  });

  test('reads the allowed origins as a list', () => {
    const { allowedOrigins } = readEnvironment({ ALLOWED_ORIGINS: 'https://a.example, https://b.example,' });
    expect(allowedOrigins).toEqual(['https://a.example', 'https://b.example']);
  });

  test('takes an object store whole or not at all', () => {
    const store = { S3_ENDPOINT: 'https://s3.example/', S3_BUCKET: 'media', S3_ACCESS_KEY_ID: 'us' };
    expect(readEnvironment({ ...store, S3_SECRET_ACCESS_KEY: 'word' }).objectStore).toEqual({
      endpoint: 'https://s3.example',
      bucket: 'media',
      region: 'us-east-1',
      accessKeyId: 'us',
      secretAccessKey: 'word',
    });
    expect(messageOf(store)).toContain('S3_SECRET_ACCESS_KEY is missing');
    expect(readEnvironment({}).objectStore).toBeUndefined();
  });

  test('names every fault at once and repeats no value', () => {
    const message = messageOf({
      PORT: 'seventy',
      DEMO: 'yes',
      REDIS_URL: 'http://secret-word@redis',
      SMTP_URL: 'secret-word',
      DATABASE_URL_CMS: 'mysql://secret-word@db/cms',
      DATABASE_PASSWORD_CDX: 'secret',
    });
    expect(message.split('\n')).toEqual([
      'The environment has 6 fault(s):',
      '  PORT is not a port number',
      '  REDIS_URL is not a redis:// URL',
      '  SMTP_URL is not an smtp:// URL',
      '  DEMO is neither 0 nor 1',
      '  DATABASE_URL_CMS is not a postgresql:// URL',
      '  DATABASE_PASSWORD_CDX is shorter than 8 characters',
    ]);
  });

  test.each([
    ['PORT', '65536', 'is not a port number'],
    ['PORT', '-1', 'is not a port number'],
    ['PORT', '80.5', 'is not a port number'],
    ['PORT', 'Infinity', 'is not a port number'],
    ['GATEWAY_EXECUTOR', 'hive', 'is neither apollo nor metatron'],
    ['LOG_LEVEL', 'loud', 'is not a log level'],
    ['DATABASE_URL_CRM', 'postgresql://host', 'names no database'],
    ['DATABASE_URL_CRM', 'postgresql://u@host/crm', 'must not name a user: each service logs in under its own role'],
    ['DATABASE_OWNER_URL_CRM', 'postgresql://host/crm', 'must name the owner, who makes tables, roles and grants'],
    ['SUBGRAPH_URL_CRM', 'ftp://host', 'is not an http(s) URL'],
    ['DEMO_PASSWORD', 'tiny', 'is shorter than 8 characters'],
  ])('refuses %s=%s: it %s', (name, value, fault) => {
    expect(messageOf({ [name]: value })).toBe(`The environment has 1 fault(s):\n  ${name} ${fault}`);
  });
});

test('a process that this one starts has its environment, but for what is given', () => {
  expect(childEnvironment({ PORT: '0' })).toEqual({ ...childEnvironment(), PORT: '0' });
  expect(childEnvironment()).toHaveProperty('PATH');
});
