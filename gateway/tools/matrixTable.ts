/** The access matrix as the design prints it: who may do what in which database. */
import { people, services, type Person, type Rule, type ServiceRule } from '@metatron/platform/access/matrix';
import { domains, type Domain } from '@metatron/platform/domains';

/** The design's order: the master database first. */
const databases: readonly Domain[] = ['cdx', ...domains.filter((domain) => domain !== 'cdx')];
/** Who meets the databases in person: for the gateway and for those without a token the row would be empty. */
const shown: readonly Person[] = ['superadmin', 'admin', 'client', 'key'];

const ACRONYMS: ReadonlySet<string> = new Set(['crm', 'cms', 'cdx']);
const titled = (name: string): string =>
  ACRONYMS.has(name) ? name.toUpperCase() : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

function cell(read: boolean, write: boolean, scope: string): string {
  if (!read && !write) return '❌';
  const verbs = [...(read ? ['R'] : []), ...(write ? ['W'] : [])].join('/');
  return `✅ ${verbs}${scope === '' ? '' : ` (${scope})`}`;
}

function personCell({ read, write }: Rule): string {
  const scope = [read, write].find((one) => one !== 'none') ?? 'all';
  return cell(read !== 'none', write !== 'none', scope === 'all' ? '' : scope);
}

/** What a part is called: by the first of these that it names, the others being what comes with it. */
const SUBJECTS = ['summary', 'users', 'customers', 'events', 'tenants'];

function nameOf(part: ServiceRule['read']): string {
  if (typeof part === 'string') return '';
  const tables = Object.keys(part);
  const subject = SUBJECTS.find((name) => tables.some((table) => table === name || table.endsWith(`_${name}`)));
  return subject ?? tables.join(', ');
}

function serviceCell(service: Domain, database: Domain): string {
  const { read, write } = services[service][database];
  const scope = database === 'cdx' && service !== 'cdx' ? 'sync' : nameOf(read === 'none' ? write : read);
  return cell(read !== 'none', write !== 'none', scope);
}

/** An emoji takes two columns of a terminal. */
const widthOf = (text: string): number => text.length + (/[✅❌]/.test(text) ? 1 : 0);

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const fill = (text: string, column: number): string => text + ' '.repeat((widths[column] ?? 0) - widthOf(text));
  const line = widths.map((width) => '-'.repeat(width));
  return [...rows.slice(0, 1), line, ...rows.slice(1)].map((row) => `| ${row.map(fill).join(' | ')} |`);
}

/** The whole table, as Markdown. */
export function matrixTable(): string {
  const head = ['Service', ...databases.map((database) => `${database.toUpperCase()}-DB`)];
  const ofPeople = shown.map((person) => [
    person === 'key' ? '**Publishable key**' : `**${titled(person)}**`,
    ...databases.map((database) => personCell(people[person][database])),
  ]);
  const ofServices = domains.map((service) => [
    `**${titled(service)} Service**`,
    ...databases.map((database) => serviceCell(service, database)),
  ]);
  return align([head, ...ofPeople, ...ofServices]).join('\n');
}
