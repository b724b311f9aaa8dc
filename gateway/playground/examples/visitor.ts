import type { Example } from './example.ts';

/** For who is not signed in. */
export const visitorExamples: readonly Example[] = [
  {
    title: 'Log in',
    about: 'The bar above does this; a frontend does it so',
    waits: true,
    query: `# Fill in the password, then run it. The bar above does the same for you.
mutation Login {
  login(input: { email: "client@acme.example", password: "" }) {
    accessToken
    refreshToken
    expiresIn
    user { email role tenant { name } }
    userErrors { field message code }
  }
}
`,
  },
  {
    title: 'Ask for a new password',
    about: 'A mail with a single-use link; no word on who has an account',
    waits: true,
    query: `mutation ForgottenPassword {
  passwordResetRequest(input: { email: "you@example.com" }) {
    ok
    userErrors { field message code }
  }
}
`,
  },
];
