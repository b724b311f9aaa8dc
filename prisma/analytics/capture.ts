import { count, max, type Capture } from '../capture/declare.ts';

export const capture: Capture = {
  domain: 'analytics',
  aggregates: [
    {
      table: 'events',
      summary: 'analytics_summary',
      measures: { total_events: count(), last_event_at: max('created_at') },
    },
  ],
  rows: [],
};
