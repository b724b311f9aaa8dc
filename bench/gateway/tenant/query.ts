/** A tenant as a superadmin looks at it: what cdx and six services know of it. */
export const TENANT = 'acme';
export const ROWS = 20;

const list = (name: string, fields: string): string => `${name}(first: ${ROWS}) { edges { node { ${fields} } } }`;

export const TENANT_QUERY = `query Tenant($id: ID!) {
  tenant(id: $id) {
    id name status client { id name }
    ${list('users', 'id email firstName lastName role lastLogin createdAt')}
    ${list('customers', 'id company email phone status source createdAt')}
    ${list('contentItems', 'id title slug status publishedAt createdAt')}
    ${list('invoices', 'id invoiceNumber status total { amount currency } dueDate createdAt')}
    ${list('events', 'id eventName sessionId pageUrl country createdAt')}
    ${list('notifications', 'id channel category status subject createdAt')}
  }
}`;
