/**
 * Composes the supergraph from the subgraphs' schemas. `--check` compares it with the committed
 * one instead of writing it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { composeServices } from '@apollo/composition';
import { exceptionFor } from '@metatron/platform/access/decide';
import { domains, type Domain } from '@metatron/platform/domains';
import { readSchema } from '@metatron/platform/sdl/files';
import { Kind, parse, type DocumentNode } from 'graphql';

import { readOwners, supergraphFile } from './supergraph.ts';

/** Root fields, fields that cross a subgraph and fields with a rule of their own can be denied or down. */
function findRigidFields(document: DocumentNode): string[] {
  const owners = readOwners(document);
  const objects = document.definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  return objects.flatMap((type) => {
    const domainsOfType = new Set((type.fields ?? []).map((field) => owners.get(`${type.name.value}.${field.name.value}`)).filter((owner): owner is Domain => owner !== undefined));
    const isRoot = ['Query', 'Mutation'].includes(type.name.value);
    return (type.fields ?? [])
      .filter((field) => field.type.kind === Kind.NON_NULL_TYPE)
      .filter((field) => isRoot || (domainsOfType.size > 1 && owners.get(`${type.name.value}.${field.name.value}`) !== keyOwner(type.name.value, owners)) || `${type.name.value}.${field.name.value}` in exceptionsOf(type.name.value, field.name.value))
      .map((field) => `${type.name.value}.${field.name.value}`)
      .filter((coordinate) => owners.get(coordinate) !== undefined);
  });
}

/** The domain that most of a type's plain fields live in has it as its own: the one that owns `createdAt`. */
function keyOwner(type: string, owners: ReadonlyMap<string, Domain | undefined>): Domain | undefined {
  return owners.get(`${type}.createdAt`);
}

/** Payloads and the account that login answers with are open to all who can reach them. */
function exceptionsOf(type: string, field: string): Record<string, true> {
  const exception = exceptionFor(type, field);
  return exception === undefined || exception.allow.includes('anonymous') || exception.allow.includes('platform') ? {} : { [`${type}.${field}`]: true };
}

function compose(): string {
  const services = domains.map((name) => ({ name, url: `local:${name}`, typeDefs: readSchema(name).document }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error((errors ?? []).map(({ message }) => message).join('\n'));
  const rigid = findRigidFields(parse(supergraphSdl, { noLocation: true }));
  if (rigid.length > 0) throw new Error(`These fields must be nullable, since a denial or a subgraph that is down makes them null: ${rigid.join(', ')}`);
  return `${supergraphSdl.trim()}\n`;
}

const composed = compose();
if (!process.argv.includes('--check')) {
  writeFileSync(supergraphFile, composed);
} else if (readFileSync(supergraphFile, 'utf8') !== composed) {
  console.error('gateway/supergraph.graphql is not what the subgraphs compose to.');
  process.exitCode = 1;
}
