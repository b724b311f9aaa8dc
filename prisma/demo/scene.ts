import type { Faker } from '@faker-js/faker';

import type { Story } from './story.ts';

/** By the columns' names in SQL. Columns that are generated or may keep their default stay out. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows for one table, all with the same columns. */
export interface Insert {
  readonly table: string;
  readonly rows: readonly Row[];
}

/** A statement over rows, which are its only parameter: `$1::jsonb`. */
export interface Statement {
  readonly sql: string;
  readonly rows: readonly Row[];
}

export type Step = Insert | Statement;

/** What a domain's seed works with. */
export interface Scene {
  readonly story: Story;
  /** The platform's own story: its superadmin grants, its plans are sold. */
  readonly platform: Story;
  /** For this tenant and domain alone. */
  readonly faker: Faker;
  /** Of the password that all demo accounts share. */
  readonly passwordHash: string;
}

export type Seed = (scene: Scene) => Iterable<Step>;

/** A domain's demo data, one tenant at a time; `platform` is for what no tenant owns. */
export interface DomainSeed {
  readonly tenant: Seed;
  readonly platform?: Seed;
}
