/**
 * Composes the supergraph from the subgraphs' schemas. `--check` compares it with the committed
 * one instead of writing it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { composeServices } from '@apollo/composition';
import { exceptionFor, isWithheld } from '@metatron/platform/access/decide';
import { domains } from '@metatron/platform/domains';
import { readSchema } from '@metatron/platform/sdl/files';
import { Kind, parse, type DocumentNode } from 'graphql';

import { readOwners, supergraphFile } from './supergraph.ts';

/** Whether the field has a rule that lets fewer people use it than its domain's row. */
function isNarrowed(type: string, field: string): boolean {
  const exception = exceptionFor(type, field);
  return exception !== undefined && !exception.allow.includes('anonymous') && !exception.allow.includes('platform');
}

/**
 * Fields that must be nullable and are not: a denial, or a subgraph that is down, makes root
 * fields, fields that cross a subgraph and fields with a rule of their own null. A type's home is
 * the domain that has its `createdAt`.
 */
function findRigidFields(document: DocumentNode): string[] {
  const owners = readOwners(document);
  const objects = document.definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  return objects.flatMap((definition) => {
    const type = definition.name.value;
    const { fields = [] } = definition;
    const home = owners.get(`${type}.createdAt`);
    const shared = new Set(fields.map(({ name }) => owners.get(`${type}.${name.value}`))).size > 1;
    return fields
      .filter((field) => field.type.kind === Kind.NON_NULL_TYPE)
      .map(({ name }) => name.value)
      .filter((field) => {
        const owner = owners.get(`${type}.${field}`);
        if (owner === undefined) return false;
        const mayBeNull = isNarrowed(type, field) || isWithheld(owner, type, field);
        return type === 'Query' || type === 'Mutation' || (shared && owner !== home) || mayBeNull;
      })
      .map((field) => `${type}.${field}`);
  });
}

function compose(): string {
  const services = domains.map((name) => ({ name, url: `local:${name}`, typeDefs: readSchema(name).document }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const rigid = findRigidFields(parse(supergraphSdl, { noLocation: true }));
  if (rigid.length > 0)
    throw new Error(
      `These fields must be nullable, since a denial or a subgraph that is down makes them null: ${rigid.join(', ')}`,
    );
  return `${supergraphSdl.trim()}\n`;
}

const composed = compose();
if (!process.argv.includes('--check')) {
  writeFileSync(supergraphFile, composed);
} else if (readFileSync(supergraphFile, 'utf8') !== composed) {
  console.error('gateway/supergraph.graphql is not what the subgraphs compose to.');
  process.exitCode = 1;
}
