/**
 * graphql-shield and graphql-middleware as they run on Node 24: shield's ESM build does not load there, and its CommonJS
 * build calls a helper that Node 23 took away.
 */
import { createRequire } from 'node:module';
import util from 'node:util';

import type * as Middleware from 'graphql-middleware';
import type * as Shield from 'graphql-shield';

const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= (value) => value === undefined;
const require = createRequire(import.meta.url);

export const { shield, rule, allow, deny } = require('graphql-shield') as typeof Shield;
export const { applyMiddleware } = require('graphql-middleware') as typeof Middleware;

/** A rule of a tree: one of ours, or one that always answers the same. */
export type ShieldRule = ReturnType<ReturnType<typeof rule>> | Pick<typeof allow, keyof typeof allow>;
