import { resolve } from 'node:path';

import { z } from 'zod';

import { domains, perDomain, services, type Domain, type Service } from './domains.ts';
import { StartupError } from './errors.ts';

/** A bucket of S3-compatible storage, and who we are to it. */
export interface ObjectStore {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const executors = ['apollo', 'metatron'] as const;

/** Who runs the query plans: Apollo's own executor, or the platform's compiled one. */
export type ExecutorName = (typeof executors)[number];

/** The whole configuration of a process, validated; nothing else reads `process.env`. */
export interface Environment {
  readonly host: string;
  readonly port: number;
  /** Where people reach the gateway: links in mails begin with it. No slash at its end. */
  readonly publicUrl: string;
  readonly dataDirectory: string;
  readonly databaseUrls: Readonly<Record<Domain, string | undefined>>;
  readonly ownerUrls: Readonly<Record<Domain, string | undefined>>;
  readonly passwords: Readonly<Record<Service, string | undefined>>;
  readonly subgraphUrls: Readonly<Record<Domain, string | undefined>>;
  readonly databaseCaFile: string | undefined;
  readonly redisUrl: string | undefined;
  readonly signingKeysFile: string;
  readonly smtpUrl: string | undefined;
  readonly objectStore: ObjectStore | undefined;
  readonly mailFrom: string;
  readonly smsWebhookUrl: string | undefined;
  readonly smsWebhookSecret: string | undefined;
  readonly vapidKeysFile: string;
  readonly demo: boolean;
  readonly demoPassword: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly executor: ExecutorName;
  /** How many times the usual number of requests is allowed; 0 for any number. */
  readonly rateLimitFactor: number;
  readonly logLevel: string;
}

const blankIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional());

const postgresUrl = (withUser: boolean) =>
  z.string().superRefine((value, issues) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
      issues.addIssue('is not a postgresql:// URL');
    } else if (url.pathname.length < 2) {
      issues.addIssue('names no database');
    } else if (!withUser && (url.username !== '' || url.password !== '')) {
      issues.addIssue('must not name a user: each service logs in under its own role');
    } else if (withUser && url.username === '') {
      issues.addIssue('must name the owner, who makes tables, roles and grants');
    }
  });

const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http(s) URL' });
const redisUrl = z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' });
const webhookSecret = z
  .string()
  .regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/, 'is not a secret of 24 bytes or more in base64, such as whsec_…');
const smtpUrl = z.url({ protocol: /^smtps?$/, error: 'is not an smtp:// URL' });

const OBJECT_STORE = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

const upper = (name: string): string => name.toUpperCase();

const named = <T extends z.ZodType>(prefix: string, names: readonly string[], schema: T) =>
  Object.fromEntries(names.map((name) => [`${prefix}_${upper(name)}`, optional(schema)]));

const variables = z.object({
  HOST: z.preprocess(blankIsUnset, z.string().default('127.0.0.1')),
  PORT: z.preprocess(
    blankIsUnset,
    z.coerce
      .number('is not a port number')
      .int('is not a port number')
      .min(0, 'is not a port number')
      .max(65_535, 'is not a port number')
      .default(4000),
  ),
  PUBLIC_URL: optional(httpUrl),
  DATA_DIR: z.preprocess(blankIsUnset, z.string().default('.data')),
  DATABASE_CA_FILE: optional(z.string()),
  REDIS_URL: optional(redisUrl),
  SIGNING_KEYS_FILE: optional(z.string()),
  SMTP_URL: optional(smtpUrl),
  S3_ENDPOINT: optional(httpUrl),
  S3_BUCKET: optional(z.string()),
  S3_REGION: z.preprocess(blankIsUnset, z.string().default('us-east-1')),
  S3_ACCESS_KEY_ID: optional(z.string()),
  S3_SECRET_ACCESS_KEY: optional(z.string()),
  MAIL_FROM: z.preprocess(blankIsUnset, z.email('is not an e-mail address').default('no-reply@metatron.example')),
  SMS_WEBHOOK_URL: optional(httpUrl),
  SMS_WEBHOOK_SECRET: optional(webhookSecret),
  VAPID_KEYS_FILE: optional(z.string()),
  DEMO: optional(z.enum(['0', '1'], 'is neither 0 nor 1')),
  DEMO_PASSWORD: optional(z.string().min(8, 'is shorter than 8 characters')),
  ALLOWED_ORIGINS: z.preprocess(blankIsUnset, z.string().default('')),
  GATEWAY_EXECUTOR: z.preprocess(blankIsUnset, z.enum(executors, 'is neither apollo nor metatron').default('metatron')),
  RATE_LIMIT_FACTOR: z.preprocess(blankIsUnset, z.coerce.number('is not a number').min(0, 'is below 0').default(1)),
  LOG_LEVEL: z.preprocess(
    blankIsUnset,
    z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace'], 'is not a log level').default('info'),
  ),
  ...named('DATABASE_URL', domains, postgresUrl(false)),
  ...named('DATABASE_OWNER_URL', domains, postgresUrl(true)),
  ...named('DATABASE_PASSWORD', services, z.string().min(8, 'is shorter than 8 characters')),
  ...named('SUBGRAPH_URL', domains, httpUrl),
});

/** Half an object store is none. */
const schema = variables.superRefine((values, issues) => {
  const missing = OBJECT_STORE.filter((name) => values[name] === undefined);
  if (missing.length === OBJECT_STORE.length) return;
  for (const name of missing)
    issues.addIssue({ code: 'custom', path: [name], message: 'is missing: the other S3_ variables are set' });
});

function objectStoreOf(values: z.infer<typeof variables>): ObjectStore | undefined {
  const [endpoint, bucket, accessKeyId, secretAccessKey] = OBJECT_STORE.map((name) => values[name]);
  if (endpoint === undefined || bucket === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { endpoint: endpoint.replace(/\/$/, ''), bucket, region: values.S3_REGION, accessKeyId, secretAccessKey };
}

/** The environment of a process that this one starts: its own, but for what is given. */
export const childEnvironment = (given: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...given,
});

/**
 * Reads and checks the environment.
 * @throws StartupError listing every fault at once; values are not repeated, they may be secrets.
 */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
    throw new StartupError(`The environment has ${String(faults.length)} fault(s):\n${faults.join('\n')}`);
  }
  const values = parsed.data as Record<string, string | undefined> & z.infer<typeof schema>;
  const of = (prefix: string) => (name: string) => values[`${prefix}_${upper(name)}`];
  const databaseUrls = perDomain(of('DATABASE_URL'));
  const embedded = domains.some((domain) => databaseUrls[domain] === undefined);
  const dataDirectory = resolve(values.DATA_DIR);
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl: (values.PUBLIC_URL ?? `http://${values.HOST}:${String(values.PORT)}`).replace(/\/+$/, ''),
    dataDirectory,
    databaseUrls,
    ownerUrls: perDomain(of('DATABASE_OWNER_URL')),
    passwords: Object.fromEntries(
      services.map((name) => [name, of('DATABASE_PASSWORD')(name)]),
    ) as Environment['passwords'],
    subgraphUrls: perDomain(of('SUBGRAPH_URL')),
    databaseCaFile: values.DATABASE_CA_FILE,
    redisUrl: values.REDIS_URL,
    signingKeysFile: values.SIGNING_KEYS_FILE ?? resolve(dataDirectory, 'keys.json'),
    smtpUrl: values.SMTP_URL,
    objectStore: objectStoreOf(values),
    mailFrom: values.MAIL_FROM,
    smsWebhookUrl: values.SMS_WEBHOOK_URL,
    smsWebhookSecret: values.SMS_WEBHOOK_SECRET,
    vapidKeysFile: values.VAPID_KEYS_FILE ?? resolve(dataDirectory, 'vapid.json'),
    demo: values.DEMO === undefined ? embedded : values.DEMO === '1',
    demoPassword: values.DEMO_PASSWORD,
    allowedOrigins: values.ALLOWED_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
    executor: values.GATEWAY_EXECUTOR,
    rateLimitFactor: values.RATE_LIMIT_FACTOR,
    logLevel: values.LOG_LEVEL,
  };
}

/**
 * `@apollo/gateway` sends usage to Apollo's servers unless the environment forbids it, which is its only switch. The
 * platform's requests stay between its own parts.
 */
export function forbidTelemetry(environment: NodeJS.ProcessEnv = process.env): void {
  environment['APOLLO_TELEMETRY_DISABLED'] = '1';
}
