import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';

const dashboard = eventKind({ dashboardId: id });
const insight = eventKind({ insightId: id });

/** What happens in ANALYTICS: what people make of events; visitors' own events are rows of its tables. */
export const events = defineEvents('analytics', {
  'dashboard.created': dashboard,
  'dashboard.updated': dashboard,
  'dashboard.deleted': dashboard,
  'insight.created': insight,
  'insight.updated': insight,
  'insight.deleted': insight,
});
