/** The channels' providers against servers of their own: each one speaks its real protocol. */
import { createECDH, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readVapidKeys } from '@metatron/platform/vapid';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { Agent } from 'undici';

import { fileProvider, smtpProvider } from '../src/delivery/mail.ts';
import { isPublic, outsideDispatcher } from '../src/delivery/outside.ts';
import type { DeliveryProvider, OutgoingMessage } from '../src/delivery/provider.ts';
import { smsWebhookProvider } from '../src/delivery/smsWebhook.ts';
import { webPushProvider } from '../src/delivery/webPush.ts';

import { into } from './kit.ts';

const FROM = 'no-reply@metatron.example';
const directory = mkdtempSync(join(tmpdir(), 'metatron-providers-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: '01890000-0000-7000-8000-000000000001',
  target: { address: 'ada@example.com' },
  subject: 'Déjà vu',
  text: 'Dear Ada',
  html: '<p>Dear Ada</p>',
  ...more,
});

/** How a refusal is called, and whether another attempt may mend it. */
const refusal = async (provider: DeliveryProvider, given = message()): Promise<string> => {
  const error: unknown = await provider.deliver(given).catch((thrown: unknown) => thrown);
  const { code, failure } = error as { code?: string; failure?: string };
  return `${String(failure)} ${String(code)}`;
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('SMTP', () => {
  const mails: string[] = [];
  let server: SMTPServer;
  let provider: DeliveryProvider;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo({ address }, _session, callback) {
        const code = /^refuse(\d+)@/.exec(address)?.[1];
        callback(code === undefined ? null : Object.assign(new Error(`no ${address}`), { responseCode: Number(code) }));
      },
      onData(stream, _session, callback) {
        let text = '';
        stream.on('data', (part: Buffer) => (text += part.toString()));
        stream.on('end', () => {
          mails.push(text);
          callback();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    provider = smtpProvider(`smtp://127.0.0.1:${String((server.server.address() as AddressInfo).port)}`, FROM);
  });

  afterAll(() => new Promise<void>((resolve) => server.close(resolve)));

  test('takes a mail in both forms, under an id that stays the same', async () => {
    const { providerMessageId } = await provider.deliver(message());
    expect(providerMessageId).toBe(`<${message().id}@metatron.example>`);
    expect(mails[0]).toMatch(/^To: ada@example\.com\r?$/m);
    for (const part of ['text/plain', 'text/html', '<p>Dear Ada</p>', 'auto-generated', providerMessageId])
      expect(mails[0]?.toLowerCase()).toContain(part?.toLowerCase());
  });

  test('cannot be told of further recipients by a subject or an address', async () => {
    const subject = 'Hi\r\nBcc: eve@example.com';
    await provider.deliver(message({ subject }));
    expect(mails.at(-1)).not.toMatch(/^bcc:/im);
    const target = { address: 'ada@example.com, eve@example.com' };
    await provider.deliver(message({ target })).catch(() => undefined);
    expect(mails.at(-1)).not.toMatch(/^to:.*, eve@example\.com/im);
  });

  test.each([
    ['refuse550', 'gone smtp_550'],
    ['refuse554', 'permanent smtp_554'],
    ['refuse451', 'transient smtp_451'],
  ])('says of %s that it is %s', async (name, expected) => {
    expect(await refusal(provider, message({ target: { address: `${name}@example.com` } }))).toBe(expected);
  });

  test('that does not answer is tried again', async () => {
    expect(await refusal(smtpProvider('smtp://127.0.0.1:1', FROM))).toBe('transient smtp_unreachable');
  });
});

test('without SMTP a mail is a file for its owner alone, and the log has no more than recipient and subject', async () => {
  const lines: string[] = [];
  const log = pino(into(lines));
  await fileProvider(directory, FROM, log).deliver(message());
  const file = join(directory, 'mail', `${message().id}.eml`);
  expect(readFileSync(file, 'utf8')).toContain('Dear Ada');
  expect([statSync(file).mode & 0o777, statSync(join(directory, 'mail')).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(JSON.parse(lines.join(''))).toMatchObject({ recipient: 'ada@example.com', subject: 'Déjà vu' });
  expect(lines.join('')).not.toContain('Dear');
});

const servers: Server[] = [];

async function listen(server: Server): Promise<Server> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A provider's server, which answers with the status in the path. */
async function startServer(asked: Asked[]): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({ headers: request.headers, body: Buffer.concat(parts) });
      const status = Number(/\d{3}$/.exec(request.url ?? '')?.[0] ?? 200);
      response.writeHead(status, status === 302 ? { location: '/200' } : {}).end('{"id":"theirs"}');
    });
  });
  return listen(server);
}

describe('an HTTP provider', () => {
  const asked: Asked[] = [];
  let server: Server;

  beforeAll(async () => {
    server = await startServer(asked);
  });

  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const sms = (path: string) => smsWebhookProvider(`http://127.0.0.1:${String(portOf(server))}/${path}`, secret);
  const text = message({ target: { address: '+442079460000' }, subject: null, html: null });

  test('of text messages gets each under a signature that it can verify', async () => {
    expect(await sms('').deliver(text)).toEqual({ providerMessageId: 'theirs' });
    const { headers, body } = asked.at(-1)!;
    const signed = headers as Record<string, string>;
    expect(new Webhook(secret).verify(body, signed)).toMatchObject({ data: { to: '+442079460000', text: 'Dear Ada' } });
    expect(() => new Webhook(secret).verify(`${body.toString()} `, signed)).toThrow();
    expect(headers['webhook-id']).toBe(text.id);
  });

  test.each([
    ['302', 'permanent http_302'],
    ['400', 'permanent http_400'],
    ['429', 'transient http_429'],
    ['503', 'transient http_503'],
  ])('that answers %s is %s, and is asked once', async (status, expected) => {
    const before = asked.length;
    expect(await refusal(sms(status), text)).toBe(expected);
    expect(asked).toHaveLength(before + 1);
  });

  const keys = readVapidKeys(join(directory, 'vapid.json'));
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys().toString('base64url');
  const auth = randomBytes(16).toString('base64url');
  const toBrowser = (endpoint: string) =>
    message({ target: { address: 'browser', browser: { endpoint, keys: { p256dh, auth } } } });
  /** What is asked of the push service comes here, whatever its name. */
  const here = () =>
    new Agent({
      connect: (_options, callback) => {
        const socket = connect(portOf(server), '127.0.0.1', () => callback(null, socket));
      },
    });
  const push = () => webPushProvider({ keys, contact: FROM, dispatcher: here() });

  test('of push messages gets each encrypted for the browser and signed by the platform', async () => {
    await push().deliver(toBrowser('https://push.example/one'));
    const { headers, body } = asked.at(-1)!;
    expect(headers).toMatchObject({ host: 'push.example', 'content-encoding': 'aes128gcm', ttl: '86400' });
    expect(headers.authorization).toContain(`k=${keys.publicKey}`);
    const [, claims = ''] = /t=[\w-]+\.([\w-]+)\./.exec(headers.authorization ?? '') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: 'https://push.example',
      sub: `mailto:${FROM}`,
    });
    expect(body.toString('latin1')).not.toContain('Ada');
  });

  test.each([
    ['404', 'gone http_404'],
    ['410', 'gone http_410'],
    ['302', 'permanent http_302'],
    ['413', 'permanent http_413'],
    ['503', 'transient http_503'],
  ])('of push messages that answers %s is %s', async (status, expected) => {
    expect(await refusal(push(), toBrowser(`https://push.example/${status}`))).toBe(expected);
  });

  test('is never one inside, by whatever name: no packet leaves', async () => {
    let connections = 0;
    const counter = await listen(createServer().on('connection', () => (connections += 1)));
    const port = String(portOf(counter));
    const provider = webPushProvider({ keys, contact: FROM });
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', 'localhost'])
      expect([host, await refusal(provider, toBrowser(`https://${host}:${port}/x`))]).toEqual([
        host,
        'gone address_refused',
      ]);
    expect(await refusal(provider, toBrowser('http://push.example/x'))).toBe('gone address_refused');
    expect(connections).toBe(0);
  });

  test('at a name that leads inside is reached where the check allows it: the check is what refuses', async () => {
    let connections = 0;
    const counter = await listen(createServer().on('connection', () => (connections += 1)));
    const open = webPushProvider({
      keys,
      contact: FROM,
      allows: () => true,
      dispatcher: outsideDispatcher(() => true),
    });
    // It speaks no TLS, so that the message goes no further than the connection.
    expect(await refusal(open, toBrowser(`https://localhost:${String(portOf(counter))}/x`))).toBe(
      'transient no_answer',
    );
    expect(connections).toBeGreaterThan(0);
  });
});

test.each([
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.168.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '192.0.2.1',
  '::',
  '::1',
  'fe80::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'not an address',
])('%s is not a public address', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(['8.8.8.8', '2606:4700:4700::1111'])('%s is a public address', (address) => {
  expect(isPublic(address)).toBe(true);
});
