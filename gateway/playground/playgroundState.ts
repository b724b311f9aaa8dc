import { createContext } from 'react';
import type { Report } from '../src/report.ts';
import type { Session } from './session.ts';

/** The last request that was explained, and whether the latest answer came with no explanation. */
export type Explained = Report | undefined;

interface PlaygroundState {
  readonly session: Session | undefined;
  readonly explained: Explained;
}

/** What GraphiQL's panels, which take no properties, know of the page around them. */
export const PlaygroundState = createContext<PlaygroundState>({ session: undefined, explained: undefined });
