/**
 * The one renderer of message templates: the subgraph refuses with it, the jobs deliver with it.
 *
 * A template is data from people, so it may name no file, run no expression that the check of its
 * variables cannot see, and neither loop nor grow without an end.
 */
import { Liquid, type Template } from 'liquidjs';

/** In HTML every value is escaped; in text it stands as it is. */
export type TemplateFormat = 'text' | 'html';

const TAGS: ReadonlySet<string> = new Set('assign case comment cycle for break continue if unless raw #'.split(' '));
/** Without `raw`, which would undo the escaping, and without those that evaluate text as an expression. */
const FILTERS: ReadonlySet<string> = new Set(
  (
    'abs append at_least at_most capitalize ceil compact concat date default divided_by downcase first floor ' +
    'join last lstrip map minus modulo plus prepend remove remove_first replace replace_first reverse round ' +
    'rstrip size slice sort split squish strip times truncate truncatewords uniq upcase url_encode'
  ).split(' '),
);

const LIMITS = { parseLimit: 200_000, renderLimit: 300, memoryLimit: 1_000_000 };
const MAX_RENDERED = 500_000;

/** What is wrong with a template, or with filling it, in words for whoever wrote it. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

function makeEngine(format: TemplateFormat): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // No look-up ever reaches the file system.
    templates: {},
    dynamicPartials: false,
    timezoneOffset: 0,
    locale: 'en-US',
    ...(format === 'html' ? { outputEscape: 'escape' as const } : {}),
    ...LIMITS,
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) Reflect.deleteProperty(engine.tags, name);
  for (const name of Object.keys(engine.filters)) if (!FILTERS.has(name)) Reflect.deleteProperty(engine.filters, name);
  return engine;
}

const engines: Readonly<Record<TemplateFormat, Liquid>> = { text: makeEngine('text'), html: makeEngine('html') };

/** The engine's own message names the line, the column and no more than the template's words. */
function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new TemplateError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'It cannot be read.');
  }
}

const parse = (source: string, format: TemplateFormat): Template[] => attempt(() => engines[format].parse(source));

/**
 * The names that a template takes from outside itself.
 * @throws TemplateError when it cannot be parsed.
 */
export function variablesIn(source: string, format: TemplateFormat): readonly string[] {
  const parsed = parse(source, format);
  return attempt(() => engines[format].globalVariablesSync(parsed));
}

/**
 * Fills a template; a variable without a value is an error.
 * @throws TemplateError
 */
export function renderTemplate(source: string, values: object, format: TemplateFormat): string {
  const parsed = parse(source, format);
  const rendered = attempt(() => engines[format].renderSync(parsed, values) as string);
  if (rendered.length > MAX_RENDERED) throw new TemplateError('The filled template is too long.');
  return rendered;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };

/** A message's HTML as plain text, for those who read no HTML. No pattern looks beyond the next of its kind. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<(style|script|head)\b(?:(?!<\1)[\s\S])*?<\/\1\s*>/gi, '')
    .replaceAll(
      /<a\b[^<>]*\bhref="([^"]*)"[^<>]*>((?:(?!<a\b)[\s\S])*?)<\/a\s*>/gi,
      (_match, link: string, words: string) => (words.trim() === link ? link : `${words} (${link})`),
    )
    .replaceAll(/<br\s*\/?>|<\/(p|div|h[1-6]|li|tr)\s*>/gi, '\n')
    .replaceAll(/<\/?[a-z!][^>]*>/gi, '')
    .replaceAll(/&(amp|lt|gt|quot|#34|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
