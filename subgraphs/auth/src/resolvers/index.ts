import { AuthEvent } from './AuthEvent.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Role } from './Role.ts';
import { Session } from './Session.ts';
import { Tenant } from './Tenant.ts';
import { User } from './User.ts';

export const resolvers = { AuthEvent, Mutation, Query, Role, Session, Tenant, User };
