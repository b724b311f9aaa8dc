/** The words of a message, from a template and the values that fill it. */
import { renderTemplate, TemplateError, textOf } from './template.ts';
import { fillVariables, readVariables, type ValueFault } from './templateVariables.ts';

/** What of a template's version makes a message. */
export interface TemplateSource {
  readonly channel: string;
  readonly subject: string | null;
  readonly body: string;
  /** The declarations as they are stored. */
  readonly variables: unknown;
}

export interface Words {
  readonly subject: string | null;
  readonly text: string;
  /** For mail alone. */
  readonly html: string | null;
}

/** The values that a template lacks, knows nothing of, or cannot take. */
export class FillingError extends Error {
  readonly faults: readonly ValueFault[];

  constructor(faults: readonly ValueFault[]) {
    super('The values do not fit the template.');
    this.name = 'FillingError';
    this.faults = faults;
  }
}

const MAX_SUBJECT = 500;

/** One line: a subject becomes a header. */
function fillSubject(subject: string, values: object): string {
  const line = renderTemplate(subject, values, 'text').replaceAll(/\s+/g, ' ').trim();
  if (line.length > MAX_SUBJECT) throw new TemplateError('the filled subject is too long');
  return line;
}

/**
 * Fills a template for its channel.
 * @throws FillingError when the values are not those that it declares, TemplateError when it cannot be filled.
 */
export function fillWords(
  { channel, subject, body, variables }: TemplateSource,
  data: Readonly<Record<string, unknown>>,
): Words {
  const { values, faults } = fillVariables(readVariables(variables), data);
  if (faults.length > 0) throw new FillingError(faults);
  const line = subject === null ? null : fillSubject(subject, values);
  if (channel !== 'email') return { subject: line, text: renderTemplate(body, values, 'text'), html: null };
  const html = renderTemplate(body, values, 'html');
  return { subject: line, text: textOf(html), html };
}
