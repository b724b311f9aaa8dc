import type { Example } from './example.ts';

export const adminExamples: readonly Example[] = [
  {
    title: 'Customers across tenants',
    about: 'One list over all tenants, the newest first',
    query: `# Staff see every tenant at once.
query CustomersEverywhere {
  customers(first: 10) {
    totalCount
    edges {
      cursor
      node {
        company
        status
        tenant { id name }
        leads(first: 1) { totalCount }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    title: 'Tenants and their status',
    about: 'The directory: which are active, which suspended',
    query: `query TenantDirectory {
  tenantDirectory { id name status }
}
`,
  },
  {
    title: 'One tenant alone',
    about: 'The same lists, narrowed by tenantId',
    query: `query OneTenant {
  customers(
    first: 5
    filter: { tenantId: { eq: "globex" } }
  ) {
    totalCount
    edges { node { company email } }
  }
  users(
    first: 5
    filter: { tenantId: { eq: "globex" } }
  ) {
    totalCount
    edges { node { email role lastLogin } }
  }
}
`,
  },
  {
    title: 'The most valuable open leads',
    about: 'Of all tenants, with who works on them',
    query: `query OpenLeads {
  leads(
    first: 10
    filter: {
      stageKind: { eq: OPEN }
      currency: { eq: "USD" }
    }
    orderBy: { field: VALUE, direction: DESC }
  ) {
    totalCount
    edges {
      node {
        title
        stage
        probability
        value { amount currency }
        tenant { name }
        assignee { email }
      }
    }
  }
}
`,
  },
  {
    title: 'Open invoices by due date',
    about: 'Billing, which admins read and do not write',
    query: `query OpenInvoices {
  invoices(
    first: 10
    filter: { status: { eq: OPEN } }
    orderBy: { field: DUE_DATE, direction: ASC }
  ) {
    totalCount
    edges {
      node {
        invoiceNumber
        dueDate
        amountDue { amount currency }
        tenant { name }
        customer { company email }
      }
    }
  }
}
`,
  },
  {
    title: 'Drafts that wait',
    about: 'Unpublished content and its authors',
    query: `query Drafts {
  contentItems(
    first: 10
    filter: { status: { eq: DRAFT } }
  ) {
    totalCount
    edges {
      node {
        title
        contentType { name }
        author { email }
        tenant { name }
        updatedAt
      }
    }
  }
}
`,
  },
];
