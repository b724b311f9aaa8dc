/** Chance that always falls the same way: everything random in the demo comes from here. */
import { createHash } from 'node:crypto';

import type { Faker } from '@faker-js/faker';
// The package's main entry loads every language: ten times the time, and 30 MB more.
import { faker as english } from '@faker-js/faker/locale/en';

const EnglishFaker = english.constructor as typeof Faker;

/** A generator of its own, whose values depend on the names alone. */
export function fakerOf(...names: readonly string[]): Faker {
  const seed = createHash('sha256').update(names.join('/')).digest().readUInt32BE();
  return new EnglishFaker({ locale: english.rawDefinitions, seed });
}

/** A UUID of version 7: the instant's milliseconds, then 74 bits. */
function uuid(at: Date, high: number, middle: number, low: number): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const a = (high & 0xfff).toString(16).padStart(3, '0');
  const b = ((middle & 0x3fff) | 0x8000).toString(16);
  const c = low.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${b}-${c}`;
}

/** The next id of a row that was created at an instant. */
export function idAt(faker: Faker, at: Date): string {
  const bits = faker.number.int({ max: 2 ** 26 - 1 });
  return uuid(at, bits >> 14, bits, faker.number.int({ max: 2 ** 48 - 1 }));
}

/** The id of what is known by a name in several domains, such as a plan or a client. */
export function namedId(at: Date, ...names: readonly string[]): string {
  const digest = createHash('sha256').update(names.join('/')).digest();
  return uuid(at, digest.readUInt16BE(0), digest.readUInt16BE(2), digest.readUIntBE(4, 6));
}

/** 32 bytes in hexadecimal, which stand for a digest that nobody knows the source of. */
export function digestOf(faker: Faker): string {
  return createHash('sha256').update(String(faker.number.float())).digest('hex');
}

export const DAY = 86_400_000;

export const daysFrom = (at: Date, days: number): Date => new Date(at.getTime() + Math.round(days * DAY));

/** An instant between two; the first if they are in the wrong order. */
export function between(faker: Faker, from: Date, to: Date): Date {
  const span = to.getTime() - from.getTime();
  return span <= 0 ? from : new Date(from.getTime() + faker.number.int({ max: span }));
}

/** An instant within the days before another. */
export const within = (faker: Faker, days: number, before: Date): Date =>
  between(faker, daysFrom(before, -days), before);

export const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

export const isoDay = (at: Date): string => at.toISOString().slice(0, 10);

/** A value by weight: `weighted(faker, { open: 3, won: 1 })` is 'open' three times of four. */
export function weighted<Name extends string>(faker: Faker, weights: Readonly<Record<Name, number>>): Name {
  const entries = Object.entries(weights) as [Name, number][];
  return faker.helpers.weightedArrayElement(entries.map(([value, weight]) => ({ value, weight })));
}
