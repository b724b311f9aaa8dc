import type { ListDeclaration, ListField } from '../sdl/expand.ts';
import { PublicError } from '../errors.ts';

/** The arguments that every list of the contract takes. */
export interface ListArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly filter?: object | null;
  readonly orderBy?: { readonly field: string; readonly direction?: string | null } | null;
}

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;

export interface Order {
  readonly field: ListField;
  readonly descending: boolean;
  /** The value of the list's source, on which the order depends. */
  readonly within?: string | undefined;
}

/** Where a page starts: the last seen item's value in the ordering, and its id. */
export interface Cursor {
  readonly value: string | null;
  readonly id: string;
}

/** A list's arguments, checked. `backward` pages are read in reverse and turned round. */
export interface PageRequest {
  readonly limit: number;
  readonly backward: boolean;
  readonly cursor: Cursor | undefined;
  readonly order: Order;
  readonly filter: object;
}

const bad = (message: string): PublicError => new PublicError('BAD_USER_INPUT', message);

function pageSize(name: string, value: number | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (value < 1 || value > MAX_PAGE) throw bad(`\`${name}\` must be between 1 and ${String(MAX_PAGE)}.`);
  return value;
}

function readOrder(list: ListDeclaration, orderBy: ListArguments['orderBy'], within: string | undefined): Order {
  const field = list.fields.get(orderBy?.field ?? list.defaultOrder);
  if (field?.sortable !== true) throw bad('`orderBy.field` is not a field to order by.');
  return { field, descending: orderBy?.direction !== 'asc', within };
}

const signature = ({ field, descending, within }: Order): string =>
  [field.name, descending ? 'desc' : 'asc', ...(within === undefined ? [] : [within])].join(' ');

/** Opaque to callers; bound to its ordering, so that it cannot be used under another. */
export function encodeCursor(order: Order, { value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([signature(order), value, id])).toString('base64url');
}

function decodeCursor(order: Order, text: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw bad('The cursor is not one that this list gave.');
  }
  const [of, value, id] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const sound = typeof id === 'string' && (value === null || typeof value === 'string');
  if (!sound || of !== signature(order)) throw bad('The cursor is not one that this list gave in this order.');
  return { value, id };
}

/** @throws PublicError BAD_USER_INPUT for a page that cannot be read. */
export function readListArguments(
  list: ListDeclaration,
  { first, after, last, before, filter, orderBy }: ListArguments,
  within?: string,
): PageRequest {
  const forward = pageSize('first', first);
  const backward = pageSize('last', last);
  if (forward !== undefined && backward !== undefined) throw bad('`first` and `last` cannot be used together.');
  if (after != null && before != null) throw bad('`after` and `before` cannot be used together.');
  if (backward === undefined ? before != null : after != null)
    throw bad('`first` goes with `after`, `last` with `before`.');
  const order = readOrder(list, orderBy, within);
  const cursor = after ?? before;
  return {
    limit: forward ?? backward ?? DEFAULT_PAGE,
    backward: backward !== undefined,
    cursor: cursor == null ? undefined : decodeCursor(order, cursor),
    order,
    filter: filter ?? {},
  };
}
