import type { Example } from './example.ts';

export const superadminExamples: readonly Example[] = [
  {
    title: 'One tenant, seven databases',
    about: 'Summaries beside every service’s rows',
    query: `# One query, seven databases.
query TenantOverview {
  tenant(id: "acme") {
    name
    crmSummary {
      totalCustomers
      openLeads
      pipelineValue { amount currency }
    }
    billingOverview {
      mrr { amount currency }
      outstanding { amount currency }
    }
    users(first: 3) {
      totalCount
      edges { node { email role } }
    }
    customers(first: 3) {
      totalCount
      edges { node { email company } }
    }
    contentItems(first: 3) { totalCount }
    invoices(first: 3) { totalCount }
    events(first: 3) { totalCount }
    notifications(first: 3) { totalCount }
  }
}
`,
  },
  {
    title: 'The platform at a glance',
    about: 'All tenants together, money by currency',
    query: `query PlatformOverview {
  platformOverview {
    tenants
    users
    customers
    openLeads
    activeSubscriptions
    openInvoices
    events
    pipelineValue { amount currency }
    mrr { amount currency }
    outstanding { amount currency }
  }
}
`,
  },
  {
    title: 'Tenants by open pipeline',
    about: 'Ordered by a sum in one currency, with its age',
    query: `query TenantsByPipeline {
  tenants(
    first: 10
    currency: "USD"
    orderBy: { field: PIPELINE_VALUE, direction: DESC }
  ) {
    totalCount
    edges {
      node {
        id
        name
        status
        client { name }
        crmSummary {
          openLeads
          avgProbability
          pipelineValue { amount currency }
          completeThrough
        }
        billingOverview { mrr { amount currency } }
      }
    }
  }
}
`,
  },
  {
    title: 'A customer across services',
    about: 'CRM, billing and auth joined',
    query: `query CustomersAcrossServices {
  customers(
    first: 3
    filter: {
      tenantId: { eq: "acme" }
      status: { eq: ACTIVE }
    }
  ) {
    edges {
      node {
        company
        tenant { name }
        leads(first: 2) {
          edges {
            node { title stage assignee { email } }
          }
        }
        subscriptions(first: 1) {
          edges {
            node {
              plan { name }
              status
              monthlyAmount { amount currency }
            }
          }
        }
        invoices(first: 2) {
          edges {
            node {
              invoiceNumber
              status
              amountDue { amount currency }
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
    title: 'How fresh the summaries are',
    about: 'Lag, backlog and drift of every source',
    query: `query SyncStatus {
  syncStatus {
    service
    source
    lagMs
    backlog
    lastError
    lastReconciledAt
    drift
    completeThrough
  }
}
`,
  },
  {
    title: 'What has failed for good',
    about: 'Dead letters; deadLetterRetry sends one again',
    query: `query DeadLetters {
  deadLetters(
    first: 20
    orderBy: { field: UPDATED_AT, direction: DESC }
  ) {
    totalCount
    edges {
      node {
        id
        tenantId
        source
        job
        payload
        error
        attempts
        status
        resolvedBy { email }
        updatedAt
      }
    }
  }
}
`,
  },
  {
    title: 'The audit log',
    about: 'Who did what, for whom, the latest first',
    query: `query AuditLog {
  auditLog(
    first: 20
    orderBy: { field: SEQ, direction: DESC }
  ) {
    edges {
      node {
        seq
        at
        actor { email }
        onBehalfOf { email }
        tenantId
        action
        outcome
        object
        requestId
      }
    }
  }
}
`,
  },
  {
    title: 'Sign-ins everywhere',
    about: 'Auth events of all tenants, from CDX',
    query: `query SignInsEverywhere {
  authEventsGlobal(first: 20) {
    totalCount
    edges {
      node {
        eventType
        tenant { name }
        user { email }
        ipAddress
        createdAt
      }
    }
  }
}
`,
  },
];
