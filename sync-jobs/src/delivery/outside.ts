/**
 * The way to addresses that people name: only to public ones. The name is looked up once, every
 * address behind it is checked, and the connection is made to what was checked.
 */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher } from 'undici';

import { DeliveryError } from './provider.ts';

const CONNECT_MS = 5_000;

/** Whether an address is one of the open internet; a mapped or disguised one is what it stands for. */
export const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';

const inside = (): DeliveryError =>
  new DeliveryError('gone', 'address_refused', 'The endpoint is not at a public address.');

/** @throws DeliveryError for what is not https, or names an address that is not public. */
export function requireOutside(endpoint: string, allows: (address: string) => boolean): void {
  const { protocol, hostname } = new URL(endpoint);
  if (protocol !== 'https:') throw inside();
  // Node looks up no name that is an address already.
  const host = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !allows(host)) throw inside();
}

/** A look-up that gives only what was checked: one address inside spoils the name. */
export function checkedLookup(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { all: true, order: 'verbatim' }).then(
      (found) => {
        const [first] = found;
        if (first === undefined || !found.every(({ address }) => allows(address))) callback(inside(), '', 0);
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, '', 0),
    );
  };
}

/** Connections to the outside alone. */
export const outsideDispatcher = (allows: (address: string) => boolean): Dispatcher =>
  new Agent({ connect: { lookup: checkedLookup(allows), timeout: CONNECT_MS }, keepAliveTimeout: 1_000 });
