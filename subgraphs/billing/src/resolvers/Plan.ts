import type { PlanResolvers } from '../generated/types.ts';
import { moneyColumn } from '../money.ts';
import { plans } from '../tables.ts';

export const Plan: PlanResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(plans, id),
  price: moneyColumn('amount'),
};
