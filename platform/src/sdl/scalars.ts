import { data as currencies } from 'currency-codes';
import { GraphQLError, GraphQLScalarType, Kind, type GraphQLScalarType as Scalar } from 'graphql';
import { GraphQLDate, GraphQLDateTimeISO, GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';

/** ISO 4217 codes and the number of decimals of each. */
const scales: ReadonlyMap<string, number> = new Map(currencies.map(({ code, digits }) => [code, digits]));

/** The number of decimals that a currency has; undefined for what is no currency. */
export function currencyScale(currency: string): number | undefined {
  return scales.get(currency);
}

const DECIMAL = /^-?\d{1,16}(\.\d{1,6})?$/;

function parseDecimal(value: unknown): string {
  if (typeof value !== 'string' || !DECIMAL.test(value)) {
    throw new GraphQLError('Decimal must be a string such as "19.90", of at most 16 digits and 6 decimals.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return value;
}

function parseCurrency(value: unknown): string {
  if (typeof value !== 'string' || !scales.has(value)) {
    throw new GraphQLError('Currency must be an ISO 4217 code such as "EUR".', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return value;
}

const literal =
  (parse: (value: unknown) => string): GraphQLScalarType['parseLiteral'] =>
  (node) =>
    parse(node.kind === Kind.STRING ? node.value : undefined);

const decimalScalar = new GraphQLScalarType({
  name: 'Decimal',
  // Prisma's Decimal and pg's numeric string both print themselves exactly.
  serialize: String,
  parseValue: parseDecimal,
  parseLiteral: literal(parseDecimal),
});

const currencyScalar = new GraphQLScalarType({
  name: 'Currency',
  serialize: String,
  parseValue: parseCurrency,
  parseLiteral: literal(parseCurrency),
});

// Under its own name: one type of the schema would otherwise stand there twice.
const dateTimeScalar = new GraphQLScalarType({ ...GraphQLDateTimeISO.toConfig(), name: 'DateTime' });

/** The implementations of the scalars in common.graphql. */
export const scalars: Readonly<Record<string, Scalar>> = {
  Decimal: decimalScalar,
  Currency: currencyScalar,
  DateTime: dateTimeScalar,
  Date: GraphQLDate,
  JSON: GraphQLJSON,
  JSONObject: GraphQLJSONObject,
};
