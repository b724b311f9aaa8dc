import type { Domain } from '@metatron/platform/domains';

import { capture as analytics } from '../analytics/capture.ts';
import { capture as auth } from '../auth/capture.ts';
import { capture as billing } from '../billing/capture.ts';
import { capture as cdx } from '../cdx/capture.ts';
import { capture as cms } from '../cms/capture.ts';
import { capture as crm } from '../crm/capture.ts';
import { capture as notifications } from '../notifications/capture.ts';

import type { Capture } from './declare.ts';

/** A domain without a declaration does not compile. */
export const captures: Readonly<Record<Domain, Capture>> = { auth, crm, cms, billing, analytics, notifications, cdx };
