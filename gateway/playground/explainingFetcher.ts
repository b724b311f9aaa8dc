import type { GraphiQLProps } from 'graphiql';
import type { Report } from '../src/report.ts';
import { post } from './session.ts';
import type { Session } from './session.ts';

type Fetcher = GraphiQLProps['fetcher'];

interface Explainable {
  extensions?: { explain?: Report; [name: string]: unknown };
  [part: string]: unknown;
}

/** The answer as it is without an explanation, and that. */
function split({ extensions, ...answer }: Explainable): [Explainable, Report | undefined] {
  const { explain, ...others } = extensions ?? {};
  return [Object.keys(others).length === 0 ? answer : { ...answer, extensions: others }, explain];
}

/** Sends as who is signed in, and tells of each operation that somebody ran. */
export function explainingFetcher(
  session: Session | undefined,
  onExplained: (report: Report | undefined) => void,
): Fetcher {
  return async (request, options) => {
    const bearer = session ? { authorization: `Bearer ${await session.accessToken()}` } : {};
    const isOwn = request.operationName === 'IntrospectionQuery';
    const explain = session && !isOwn ? { 'x-metatron-explain': 'true' } : {};
    const sent = await post(request, { ...bearer, ...explain, ...options?.headers });
    const [answer, report] = split(sent as Explainable);
    if (!isOwn) onExplained(report);
    return answer as Awaited<ReturnType<Fetcher>>;
  };
}
