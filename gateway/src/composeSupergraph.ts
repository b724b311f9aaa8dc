/**
 * Composes the supergraph from the subgraphs' schemas. `--check` compares it with the committed
 * one instead of writing it; `--api` writes the public schema, as clients see it. That one git
 * ignores: a second copy of what the supergraph says could differ from it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { composeServices } from '@apollo/composition';
import { exceptionFor, isWithheld } from '@metatron/platform/access/decide';
import { domains } from '@metatron/platform/domains';
import { readSchema } from '@metatron/platform/sdl/files';
import { Kind, parse, printSchema, type DocumentNode } from 'graphql';

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
        if (owner === undefined || owner === 'shared') return false;
        const mayBeNull = isNarrowed(type, field) || isWithheld(owner, type, field);
        return type === 'Query' || type === 'Mutation' || (shared && owner !== home) || mayBeNull;
      })
      .map((field) => `${type}.${field}`);
  });
}

function compose(): { supergraph: string; api: string } {
  const services = domains.map((name) => ({ name, url: `local:${name}`, typeDefs: readSchema(name).document }));
  const { supergraphSdl, schema, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const rigid = findRigidFields(parse(supergraphSdl, { noLocation: true }));
  if (rigid.length > 0)
    throw new Error(
      `These fields must be nullable, since a denial or a subgraph that is down makes them null: ${rigid.join(', ')}`,
    );
  const api = printSchema(schema.toAPISchema().toGraphQLJSSchema());
  return { supergraph: `${supergraphSdl.trim()}\n`, api: `${api}\n` };
}

const apiFile = join(dirname(supergraphFile), 'generated', 'schema.graphql');
const { supergraph, api } = compose();
if (process.argv.includes('--api')) {
  mkdirSync(dirname(apiFile), { recursive: true });
  writeFileSync(apiFile, api);
} else if (!process.argv.includes('--check')) {
  writeFileSync(supergraphFile, supergraph);
} else if (readFileSync(supergraphFile, 'utf8') !== supergraph) {
  console.error('gateway/supergraph.graphql is not what the subgraphs compose to.');
  process.exitCode = 1;
}
