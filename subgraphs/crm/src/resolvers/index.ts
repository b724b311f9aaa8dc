import type { Resolvers } from '../generated/types.ts';

import { Customer } from './Customer.ts';
import { Deal } from './Deal.ts';
import { Interaction } from './Interaction.ts';
import { Lead } from './Lead.ts';
import { Mutation } from './Mutation.ts';
import { Pipeline } from './Pipeline.ts';
import { Query } from './Query.ts';
import { StageChange } from './StageChange.ts';
import { Tenant } from './Tenant.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = {
  Customer,
  Deal,
  Interaction,
  Lead,
  Mutation,
  Pipeline,
  Query,
  StageChange,
  Tenant,
  User,
};
