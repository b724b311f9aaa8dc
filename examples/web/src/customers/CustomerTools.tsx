import type { CustomerOrder, CustomerStatus } from '../generated/graphql.ts';

const STATUSES: readonly CustomerStatus[] = ['PROSPECT', 'ACTIVE', 'INACTIVE', 'CHURNED'];

const ORDERS: Readonly<Record<string, CustomerOrder>> = {
  'Newest first': { field: 'CREATED_AT', direction: 'DESC' },
  'Oldest first': { field: 'CREATED_AT', direction: 'ASC' },
  'Company, A to Z': { field: 'COMPANY', direction: 'ASC' },
  'Last changed': { field: 'UPDATED_AT', direction: 'DESC' },
};

const nameOf = ({ field, direction }: CustomerOrder): string | undefined =>
  Object.keys(ORDERS).find((name) => ORDERS[name]?.field === field && ORDERS[name].direction === direction);

interface Props {
  readonly totalCount: number | null | undefined;
  readonly status: CustomerStatus | undefined;
  readonly onStatus: (status: CustomerStatus | undefined) => void;
  readonly orderBy: CustomerOrder;
  readonly onOrder: (order: CustomerOrder) => void;
}

export function CustomerTools({ totalCount, status, onStatus, orderBy, onOrder }: Props) {
  return (
    <div className="tools">
      <h1>
        Customers <small>{totalCount}</small>
      </h1>
      <label>
        Status
        <select
          value={status ?? ''}
          onChange={({ target }) => onStatus(STATUSES.find((candidate) => candidate === target.value))}
        >
          <option value="">any</option>
          {STATUSES.map((candidate) => (
            <option value={candidate} key={candidate}>
              {candidate.toLowerCase()}
            </option>
          ))}
        </select>
      </label>
      <label>
        Order
        <select value={nameOf(orderBy)} onChange={({ target }) => onOrder(ORDERS[target.value] ?? orderBy)}>
          {Object.keys(ORDERS).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </div>
  );
}
