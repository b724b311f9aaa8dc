/** Where the gateway answers: the page's own origin, unless the build was told otherwise. */
const origin = (import.meta.env['VITE_GATEWAY_URL'] as string | undefined) ?? '';

export const endpoint = `${origin}/graphql`;
