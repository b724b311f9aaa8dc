import * as fields from '@metatron/platform/verb/fields';

const MAX = 255;

/** A name in an address: what a path or a query would read as something else is refused. */
export const slug = fields
  .text(MAX)
  .regex(/^[^\s/\\?#%]+$/u, 'This must have no spaces, slashes, question marks, # or %.')
  .refine((value) => !/^\.+$/.test(value), 'This must not be dots alone.');

/** A name in code: of a content type. */
export const codeSlug = fields
  .text(100)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'This must consist of a-z, 0-9, _ and -, and begin with a letter or digit.');

/** `Über uns!` → `uber-uns`; a title without letters of a–z gives `fallback`. */
export function toSlug(title: string, fallback: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const made = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replace(/^-+|-+$/g, '');
  return made === '' ? fallback : made;
}
