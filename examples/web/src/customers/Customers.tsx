import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { partly } from '../client/partly.ts';
import type { CustomerOrder, CustomerStatus } from '../generated/graphql.ts';
import { Faults } from '../ui/Faults.tsx';
import { CustomerRow } from './CustomerRow.tsx';
import { CustomerTools } from './CustomerTools.tsx';
import { CUSTOMERS } from './operations.ts';
import { Pager } from './Pager.tsx';
import { usePages } from './usePages.ts';

const HEADINGS = ['Customer', 'Contact', 'Status', 'Labels', 'Invoices', 'Since'];

export function Customers() {
  const pages = usePages();
  const [status, setStatus] = useState<CustomerStatus>();
  const [orderBy, setOrderBy] = useState<CustomerOrder>({ field: 'CREATED_AT', direction: 'DESC' });
  const filter = status === undefined ? {} : { filter: { status: { eq: status } } };
  const { data, previousData, error, loading, refetch } = useQuery(CUSTOMERS, {
    ...partly,
    variables: { ...pages.page, ...filter, orderBy },
  });
  // The page before stays in sight until the next one is there; its cursors lead nowhere new.
  const isPassed = data === undefined && loading;
  const customers = (isPassed ? previousData : data)?.customers;
  return (
    <section className="customers" aria-busy={loading}>
      <CustomerTools
        totalCount={customers?.totalCount}
        status={status}
        onStatus={(chosen) => {
          setStatus(chosen);
          pages.restart();
        }}
        orderBy={orderBy}
        onOrder={(chosen) => {
          setOrderBy(chosen);
          pages.restart();
        }}
      />
      <Faults error={error} onRetry={() => void refetch()} />
      {customers && (
        <div className="panel table">
          <table>
            <thead>
              <tr>
                {HEADINGS.map((heading) => (
                  <th scope="col" key={heading}>
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {customers.edges.map(({ node }) => (
                <CustomerRow customer={node} key={node.id} />
              ))}
            </tbody>
          </table>
          <Pager pages={pages} customers={customers} isPassed={isPassed} />
        </div>
      )}
    </section>
  );
}
