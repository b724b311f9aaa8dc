/** Mail by SMTP, or as files where no server is configured. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Environment } from '@metatron/platform/env';
import type { Logger } from '@metatron/platform/log';
import { createTransport, type SendMailOptions } from 'nodemailer';

import { DeliveryError, type DeliveryProvider, type OutgoingMessage } from './provider.ts';

/** A template names no file and no address for the mailer to fetch. */
const CLOSED = { disableFileAccess: true, disableUrlAccess: true };
const LIMITS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** The id stays the same over all attempts, so that a mail that came twice is known again. */
export const messageIdOf = (id: string, from: string): string => `<${id}@${from.split('@')[1] ?? 'localhost'}>`;

function mailOf({ id, target, subject, text, html }: OutgoingMessage, from: string): SendMailOptions {
  return {
    from,
    to: { name: '', address: target.address },
    subject: subject ?? '',
    text,
    ...(html === null ? {} : { html }),
    messageId: messageIdOf(id, from),
    headers: { 'auto-submitted': 'auto-generated' },
  };
}

/** RFC 5321: the mailbox is not there, or is not that person's any more. */
const UNKNOWN_MAILBOX = new Set([550, 551, 553]);

function toDeliveryError(error: unknown): DeliveryError {
  const { responseCode, code = 'ERROR' } = error as { responseCode?: number; code?: string };
  if (responseCode === undefined) {
    return new DeliveryError('transient', 'smtp_unreachable', `The mail server does not answer (${code}).`);
  }
  const said = `smtp_${String(responseCode)}`;
  if (code === 'EENVELOPE' && UNKNOWN_MAILBOX.has(responseCode))
    return new DeliveryError('gone', said, `The mail server does not know the recipient (${String(responseCode)}).`);
  const failure = responseCode >= 500 ? 'permanent' : 'transient';
  return new DeliveryError(failure, said, `The mail server refuses the mail (${String(responseCode)}).`);
}

export function smtpProvider(smtpUrl: string, from: string): DeliveryProvider {
  const transport = createTransport({ url: smtpUrl, ...LIMITS, ...CLOSED });
  return {
    channel: 'email',
    name: 'smtp',
    async deliver(message) {
      try {
        const { messageId } = await transport.sendMail(mailOf(message, from));
        return { providerMessageId: messageId };
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
  };
}

/** Each mail is a file that its owner alone may read; another attempt writes the same one. */
export function fileProvider(dataDirectory: string, from: string, log: Logger): DeliveryProvider {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix', ...CLOSED });
  const directory = join(dataDirectory, 'mail');
  return {
    channel: 'email',
    name: 'file',
    async deliver(message) {
      const { messageId, message: content } = await transport.sendMail(mailOf(message, from));
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(join(directory, `${message.id}.eml`), content as Buffer, { mode: 0o600 });
      log.info({ recipient: message.target.address, subject: message.subject }, 'a mail was written to DATA_DIR/mail');
      return { providerMessageId: messageId };
    },
  };
}

export const mailProvider = ({ smtpUrl, dataDirectory, mailFrom }: Environment, log: Logger): DeliveryProvider =>
  smtpUrl === undefined ? fileProvider(dataDirectory, mailFrom, log) : smtpProvider(smtpUrl, mailFrom);
