/** How many requests are too many. */

export interface RateSettings {
  /** The time in which requests are counted. */
  readonly seconds: number;
  /** From one network address, whoever asks. */
  readonly address: number;
  /** From one network address without a sign-in or a key. */
  readonly anonymous: number;
  /** Of one person; of one publishable key from one address, since all visitors of a site share it. */
  readonly principal: number;
  /** Of all that act in one tenant. */
  readonly tenant: number;
}

export type RateKind = Exclude<keyof RateSettings, 'seconds'>;

/** Far above a busy page, an import or a test run, and below what keeps one gateway from answering anybody else. */
const RATES: RateSettings = { seconds: 10, address: 30_000, anonymous: 10_000, principal: 10_000, tenant: 30_000 };

/** The settings of a platform that allows more or less by a factor. */
export function ratesOf(factor: number): RateSettings {
  const scaled = (points: number): number => Math.max(1, Math.round(points * factor));
  const { seconds, address, anonymous, principal, tenant } = RATES;
  const people = { principal: scaled(principal), tenant: scaled(tenant) };
  return { seconds, address: scaled(address), anonymous: scaled(anonymous), ...people };
}
