import { demoTenantKey } from '../../src/demoAccounts.ts';
import type { Example } from './example.ts';

/** For who is not signed in. */
export const visitorExamples: readonly Example[] = [
  {
    title: 'Log in',
    about: 'As a frontend does it',
    waits: true,
    query: `# Fill in the password and run it;
# the bar above does the same.
mutation Login {
  login(
    input: {
      email: "client@acme.example"
      password: ""
    }
  ) {
    accessToken
    refreshToken
    expiresIn
    user { role tenant { name } }
    userErrors { field message code }
  }
}
`,
  },
  {
    title: 'Read what is published',
    about: 'As a website does, under a publishable key',
    demo: true,
    headers: { 'x-tenant-key': demoTenantKey },
    query: `# No sign-in: the tenant comes from the
# publishable key, under Headers below.
query Website {
  contentItems(
    first: 5
    orderBy: { field: PUBLISHED_AT, direction: DESC }
  ) {
    totalCount
    edges {
      node {
        title
        slug
        data
        publishedAt
        contentType { slug }
        media { url altText }
      }
    }
  }
  pageTree {
    title
    path
    children { title path }
  }
}
`,
  },
  {
    title: 'Ask for a new password',
    about: 'A mail with a single-use link',
    waits: true,
    query: `mutation ForgottenPassword {
  passwordResetRequest(
    input: { email: "you@example.com" }
  ) {
    ok
    userErrors { field message code }
  }
}
`,
  },
];
