/** The states of accounts and sessions, which are read off their columns, and their legal moves. */
import { stateMachine } from '@metatron/platform/verb/moves';
import type { Session, User } from '@metatron/prisma/auth/client';

export type UserState = 'active' | 'deactivated';

export const userState = ({ isActive }: Pick<User, 'isActive'>): UserState => (isActive ? 'active' : 'deactivated');

export const moveUser = stateMachine('user', {
  deactivate: { from: ['active'], to: 'deactivated' },
  reactivate: { from: ['deactivated'], to: 'active' },
});

export type SessionState = 'active' | 'expired' | 'revoked';

export function sessionState({ isActive, expiresAt }: Pick<Session, 'isActive' | 'expiresAt'>): SessionState {
  if (!isActive) return 'revoked';
  return expiresAt > new Date() ? 'active' : 'expired';
}

export const moveSession = stateMachine('session', {
  revoke: { from: ['active'], to: 'revoked' },
});
