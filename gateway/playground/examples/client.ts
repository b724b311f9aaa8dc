import type { Example } from './example.ts';

export const clientExamples: readonly Example[] = [
  {
    title: 'Customers with their leads',
    about: 'The tenant comes from the sign-in',
    query: `# Your own tenant's customers.
query Customers {
  customers(first: 5) {
    totalCount
    edges {
      node {
        company
        email
        status
        leads(first: 3) {
          edges {
            node {
              title
              stage
              value { amount currency }
            }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    title: 'Who am I?',
    about: 'Role, tenant and waiting work',
    query: `query Me {
  me {
    email
    role
    tenant { id name }
    tenants { id name }
    assignedLeads(first: 5) {
      totalCount
      edges { node { title stage } }
    }
    notifications(first: 3) {
      edges { node { subject channel status } }
    }
  }
}
`,
  },
  {
    title: 'Create a lead',
    about: 'The lead, or userErrors by field',
    writes: true,
    query: `# The superadmin's summary follows at once.
mutation AddLead {
  leadCreate(
    input: {
      title: "A lead from the playground"
      value: { amount: "1250.00", currency: "USD" }
      probability: 40
    }
  ) {
    lead { id title stage version }
    userErrors { field message code }
  }
}
`,
  },
  {
    title: 'Move a lead on',
    about: 'The newest prospect becomes qualified',
    writes: true,
    lookUp: {
      query: '{ leads(first: 1, filter: { stage: { eq: "prospect" } }) { edges { node { id } } } }',
      values: { '<lead>': 'leads.edges.0.node.id' },
    },
    query: `mutation MoveLead {
  leadStageMove(
    input: {
      id: "<lead>"
      stage: "qualified"
    }
  ) {
    lead {
      title
      stage
      probability
      stageHistory(first: 3) {
        edges {
          node { fromStage toStage changedAt }
        }
      }
    }
    userErrors { field message code }
  }
}
`,
  },
  {
    title: 'The pipeline as a board',
    about: 'Stages, and the leads in them',
    query: `query Board {
  pipelines(
    first: 1
    filter: { isDefault: { eq: true } }
  ) {
    edges {
      node {
        name
        stages { name kind probability }
        leads(first: 20) {
          edges {
            node {
              title
              stage
              customer { company }
              assignee { firstName }
            }
          }
        }
      }
    }
  }
}
`,
  },
  {
    title: 'Invoices and payments',
    about: 'Exact money, never a float',
    query: `query Invoices {
  invoices(first: 5) {
    totalCount
    edges {
      node {
        invoiceNumber
        status
        total { amount currency }
        amountDue { amount currency }
        payments(first: 2) {
          edges {
            node {
              amount { amount currency }
              status
            }
          }
        }
      }
    }
  }
}
`,
  },
  {
    title: 'What visitors did',
    about: 'The latest events, with their users',
    query: `query Visits {
  events(first: 10) {
    edges {
      node {
        eventName
        pageUrl
        country
        browser
        user { email }
        createdAt
      }
    }
  }
}
`,
  },
];
