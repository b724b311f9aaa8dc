import type { Domain } from '@metatron/platform/domains';

import { seed as analytics } from '../analytics/seed.ts';
import { seed as auth } from '../auth/seed.ts';
import { seed as billing } from '../billing/seed.ts';
import { seed as cdx } from '../cdx/seed.ts';
import { seed as cms } from '../cms/seed.ts';
import { seed as crm } from '../crm/seed.ts';
import { seed as notifications } from '../notifications/seed.ts';

import type { DomainSeed } from './scene.ts';

/** A domain without demo data does not compile. */
export const seeds: Readonly<Record<Domain, DomainSeed>> = { auth, crm, cms, billing, analytics, notifications, cdx };
