/** The benchmark's supergraph in the product's terms. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Supergraph } from '@metatron/gateway/supergraph';
import type { Domain } from '@metatron/platform/domains';
import { Kind, parse } from 'graphql';

import type { Service } from './schemas.ts';

/** A link is a domain's: these lend their names, which the supergraph does not know. */
export const DOMAINS: Readonly<Record<Service, Domain>> = {
  users: 'auth',
  products: 'cms',
  inventory: 'billing',
  reviews: 'crm',
};

/** The keys of the run that a supergraph's file is made for. */
export const keysBeside = (supergraphFile: string): string => join(dirname(supergraphFile), 'keys.json');

/** Everybody may read every field. */
export function readForeign(file: string): Supergraph {
  const sdl = readFileSync(file, 'utf8');
  const types = parse(sdl, { noLocation: true }).definitions.filter(
    (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION,
  );
  const coordinates = types.flatMap((type) =>
    (type.fields ?? []).map(({ name }) => `${type.name.value}.${name.value}`),
  );
  return { sdl, owners: new Map(coordinates.map((coordinate) => [coordinate, 'shared'])) };
}

/** Where the supergraph says that a subgraph is. */
export function addressOf(sdl: string, service: Service): string {
  const address = new RegExp(`name: "${service}", url: "([^"]+)"`).exec(sdl)?.[1];
  if (address === undefined) throw new Error(`the supergraph has no address of ${service}`);
  return address;
}
