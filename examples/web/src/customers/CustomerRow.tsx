import { unmask, type FragmentType } from '../generated/index.ts';
import { CUSTOMER_ROW } from './operations.ts';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export function CustomerRow({ customer }: { readonly customer: FragmentType<typeof CUSTOMER_ROW> }) {
  const { company, firstName, lastName, email, status, tags, createdAt, invoices } = unmask(CUSTOMER_ROW, customer);
  const person = [firstName, lastName].filter(Boolean).join(' ');
  return (
    <tr>
      <th scope="row">{company ?? person}</th>
      <td>
        {company == null ? '' : person}
        <small>{email}</small>
      </td>
      <td>
        <span className={`status ${status.toLowerCase()}`}>{status.toLowerCase()}</span>
      </td>
      <td>
        {tags.map((tag) => (
          <span className="tag" key={tag}>
            {tag}
          </span>
        ))}
      </td>
      <td className="number">{invoices?.totalCount ?? '–'}</td>
      <td>{day.format(new Date(createdAt))}</td>
    </tr>
  );
}
