/** Certificates of a test's own, as X.509 asks for them: Node makes keys and signatures, but no certificate. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

interface Authority {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** One value in DER: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));
const identifier = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));

const ECDSA_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(identifier(0x55, 0x04, 0x03), text(0x0c, commonName))));
const VALIDITY = sequence(text(0x18, '20200101000000Z'), text(0x18, '21200101000000Z'));
const TRUE = der(0x01, Buffer.from([0xff]));
/** Extensions: that it is an authority, or which address the server has. */
const IS_AUTHORITY = sequence(identifier(0x55, 0x1d, 0x13), TRUE, der(0x04, sequence(TRUE)));
const hasAddress = (address: string): Buffer =>
  sequence(identifier(0x55, 0x1d, 0x11), der(0x04, sequence(der(0x87, Buffer.from(address.split('.').map(Number))))));

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;

function issue(subject: string, publicKey: KeyObject, extension: Buffer, by: Authority): string {
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ...[ECDSA_SHA256, nameOf(by.name), VALIDITY, nameOf(subject)],
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, by.privateKey));
  return pem('CERTIFICATE', sequence(content, ECDSA_SHA256, signature));
}

/** A new authority's certificate, and one that it has issued to the server at an IPv4 address. */
export function issueFor(address: string): { readonly authority: string; readonly server: Issued } {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const by = { name: 'Test authority', privateKey: authority.privateKey };
  return {
    authority: issue(by.name, authority.publicKey, IS_AUTHORITY, by),
    server: {
      certificate: issue('Test server', server.publicKey, hasAddress(address), by),
      key: String(server.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    },
  };
}
