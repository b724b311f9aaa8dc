/** Words that a generator of names does not have: what people in these trades write. */

export const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
] as const;

export const sources = ['website', 'referral', 'campaign', 'trade fair', 'partner', 'cold call'] as const;

export const tags = ['vip', 'newsletter', 'reseller', 'pilot', 'onboarding', 'at risk', 'enterprise'] as const;

export const lostReasons = [
  'Chose a competitor on price',
  'The budget was cut until next year',
  'No answer after the third proposal',
  'Built it in house',
  'A required integration is missing',
] as const;

export const projects = [
  'Annual licence',
  'Pilot for one team',
  'Rollout to all sites',
  'Upgrade of the plan',
  'Support contract',
  'Migration from the old system',
  'Integration with the warehouse',
  'Training for the sales team',
] as const;

export const needs = [
  'Asked for a quote after the webinar; decides together with the finance team.',
  'Wants to replace two tools by one before the contract with the present supplier ends.',
  'Needs single sign-on and a data processing agreement before anything else.',
  'Grows into two more countries this year and looks for a partner who knows both.',
  'Had a short outage with the present supplier and wants a second source.',
] as const;

/** Subject and content of a conversation, by its type. */
export const conversations: Readonly<
  Record<'email' | 'call' | 'meeting' | 'note', readonly (readonly [subject: string, content: string])[]>
> = {
  email: [
    ['Offer and next steps', 'Sent the offer with both payment terms and asked for a date to go through it.'],
    ['Your question about the invoice', 'Explained the proration on the last invoice; the customer is content.'],
    ['Documents for procurement', 'Sent the security questionnaire, the insurance certificate and the terms.'],
  ],
  call: [
    ['Discovery call', 'Four people on the call. They lose a day a week on copying data by hand.'],
    ['Follow-up on the offer', 'The offer is with the finance team; a decision is expected by the end of the month.'],
    ['Complaint about a delay', 'Apologised, found the missing delivery, promised a call back tomorrow.'],
  ],
  meeting: [
    ['Product demo', 'Showed the import and the reports. The reports decided it.'],
    ['Quarterly review', 'Use has doubled since spring. They want to talk about the larger plan.'],
    ['Workshop at the customer’s site', 'Mapped their process on one wall; three open questions remain.'],
  ],
  note: [
    ['Changed contact', 'The former contact has left; the deputy takes over for now.'],
    ['Background', 'Belongs to a group that already buys from us in another country.'],
  ],
};
