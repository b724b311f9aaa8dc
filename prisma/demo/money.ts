import type { Faker } from '@faker-js/faker';
import { currencyScale } from '@metatron/platform/sdl/scalars';

/** About how many of the currency a US dollar buys; enough for believable prices. */
const PER_DOLLAR: Readonly<Record<string, number>> = { USD: 1, EUR: 0.9, GBP: 0.8, JPY: 150, BHD: 0.38 };

const scaleOf = (currency: string): number => currencyScale(currency) ?? 2;

/**
 * An amount in the currency's smallest unit as PostgreSQL reads it: 1234 BHD is `1.234`.
 * @param finer how many more decimals the amount has, as a rate may.
 */
export function toAmount(minor: number, currency: string, finer = 0): string {
  const scale = scaleOf(currency) + finer;
  const digits = String(Math.abs(minor)).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  return minor < 0 ? `-${text}` : text;
}

/** A price of about so many dollars, in the currency's smallest unit. */
export function priceOf(dollars: number, currency: string): number {
  const price = dollars * (PER_DOLLAR[currency] ?? 1) * 10 ** scaleOf(currency);
  // Prices are round: three digits that count, whatever the currency.
  const step = 10 ** Math.max(0, Math.floor(Math.log10(price)) - 2);
  return Math.round(price / step) * step;
}

/** The value of a piece of business between two amounts of dollars. */
export function valueOf(faker: Faker, least: number, most: number, currency: string): string {
  return toAmount(priceOf(faker.number.int({ min: least, max: most }), currency), currency);
}
