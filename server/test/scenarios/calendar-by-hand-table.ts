/**
 * Subscriptions over the leap year 2028, each with its service periods and what is invoiced for them, worked out by
 * hand. A line is
 *
 *   month of the billing run | service period | fee | usage | total of the invoice, on its last line
 *
 * Days without a year are of 2028, a day without a time of day begins at 00:00, and all is UTC. The fee is 100.00 for a
 * whole period. Every period is sent one unit at its first microsecond and ten at its last, at 1.00 each: 11.00 where it
 * has its usage and no other's. `-`: not on this invoice. `free`: sent, and never billed.
 */
export type Row = {
  name: string;
  /** Of the subscription. Default: UTC. */
  zone?: string;
  every: string;
  from: string;
  until?: string;
  anchorDay?: number;
  trialDays?: number;
  timing?: 'advance' | 'setUp';
  payer?: { timeZone?: string; billingCycle?: object };
  /** What is done to it, when: a body of PATCH, or the interval of the plan that it is changed to. */
  change?: { at: string; patch?: object; planNow?: string; planNext?: string };
  bills: string;
};

const utc: Row[] = [
  {
    name: 'the 1st',
    every: '1 month',
    from: '01-01',
    until: '2029-01-01',
    bills: `
      2028-01 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00
      2028-02 | 02-01 → 03-01 | 100.00 | 11.00 | 111.00
      2028-03 | 03-01 → 04-01 | 100.00 | 11.00 | 111.00
      2028-04 | 04-01 → 05-01 | 100.00 | 11.00 | 111.00
      2028-05 | 05-01 → 06-01 | 100.00 | 11.00 | 111.00
      2028-06 | 06-01 → 07-01 | 100.00 | 11.00 | 111.00
      2028-07 | 07-01 → 08-01 | 100.00 | 11.00 | 111.00
      2028-08 | 08-01 → 09-01 | 100.00 | 11.00 | 111.00
      2028-09 | 09-01 → 10-01 | 100.00 | 11.00 | 111.00
      2028-10 | 10-01 → 11-01 | 100.00 | 11.00 | 111.00
      2028-11 | 11-01 → 12-01 | 100.00 | 11.00 | 111.00
      2028-12 | 12-01 → 2029-01-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'the 15th: what ends on the 15th is on the invoice of that month',
    every: '1 month',
    from: '01-15',
    until: '04-15',
    bills: `
      2028-02 | 01-15 → 02-15 | 100.00 | 11.00 | 111.00
      2028-03 | 02-15 → 03-15 | 100.00 | 11.00 | 111.00
      2028-04 | 03-15 → 04-15 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'the 29th: this February has one',
    every: '1 month',
    from: '01-29',
    until: '05-29',
    bills: `
      2028-02 | 01-29 → 02-29 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 → 03-29 | 100.00 | 11.00 | 111.00
      2028-04 | 03-29 → 04-29 | 100.00 | 11.00 | 111.00
      2028-05 | 04-29 → 05-29 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'the 30th: the last of February, and the 30th again in March',
    every: '1 month',
    from: '01-30',
    until: '05-30',
    bills: `
      2028-02 | 01-30 → 02-29 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 → 03-30 | 100.00 | 11.00 | 111.00
      2028-04 | 03-30 → 04-30 | 100.00 | 11.00 | 111.00
      2028-05 | 04-30 → 05-30 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'the 31st over the year: the last day of every month',
    every: '1 month',
    from: '01-31',
    bills: `
      2028-02 | 01-31 → 02-29 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 → 03-31 | 100.00 | 11.00 | 111.00
      2028-04 | 03-31 → 04-30 | 100.00 | 11.00 | 111.00
      2028-05 | 04-30 → 05-31 | 100.00 | 11.00 | 111.00
      2028-06 | 05-31 → 06-30 | 100.00 | 11.00 | 111.00
      2028-07 | 06-30 → 07-31 | 100.00 | 11.00 | 111.00
      2028-08 | 07-31 → 08-31 | 100.00 | 11.00 | 111.00
      2028-09 | 08-31 → 09-30 | 100.00 | 11.00 | 111.00
      2028-10 | 09-30 → 10-31 | 100.00 | 11.00 | 111.00
      2028-11 | 10-31 → 11-30 | 100.00 | 11.00 | 111.00
      2028-12 | 11-30 → 12-31 | 100.00 | 11.00 | 111.00
      2029-01 | 12-31 → 2029-01-31 | 100.00 | 11.00 | 111.00
      2029-02 | 2029-01-31 → 2029-02-28 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Periods end on the last of the month and the next begins there: fee and usage of one month meet on one invoice.
    name: 'the 31st in advance: the fee of what begins with the usage of what ends; half of June is half a fee',
    every: '1 month',
    from: '01-31',
    until: '06-15',
    timing: 'advance',
    bills: `
      2028-01 | 01-31 → 02-29 | 100.00 | - | 100.00
      2028-02 | 01-31 → 02-29 | - | 11.00 |
      2028-02 | 02-29 → 03-31 | 100.00 | - | 111.00
      2028-03 | 02-29 → 03-31 | - | 11.00 |
      2028-03 | 03-31 → 04-30 | 100.00 | - | 111.00
      2028-04 | 03-31 → 04-30 | - | 11.00 |
      2028-04 | 04-30 → 05-31 | 100.00 | - | 111.00
      2028-05 | 04-30 → 05-31 | - | 11.00 |
      2028-05 | 05-31 → 06-15 | 50.00 | - | 61.00
      2028-06 | 05-31 → 06-15 | - | 11.00 | 11.00`,
  },
  {
    // Cut from 31 December to 31 January, 31 days, of which 21 are left: 100 × 21 / 31 = 67.7419.
    name: 'from the 10th to the 31st: a stub first',
    every: '1 month',
    from: '01-10',
    until: '03-31',
    anchorDay: 31,
    bills: `
      2028-01 | 01-10 → 01-31 | 67.74 | 11.00 | 78.74
      2028-02 | 01-31 → 02-29 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 → 03-31 | 100.00 | 11.00 | 111.00`,
  },
  {
    // From 29 January to 29 February are 31 days; 19 of them: 100 × 19 / 31 = 61.2903.
    name: 'from the 10th to the 29th of February',
    every: '1 month',
    from: '02-10',
    until: '04-29',
    anchorDay: 29,
    bills: `
      2028-02 | 02-10 → 02-29 | 61.29 | 11.00 | 72.29
      2028-03 | 02-29 → 03-29 | 100.00 | 11.00 | 111.00
      2028-04 | 03-29 → 04-29 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'anchored on the 30th, from the 29th of February, which is its 30th: no stub',
    every: '1 month',
    from: '02-29',
    until: '04-30',
    anchorDay: 30,
    bills: `
      2028-03 | 02-29 → 03-30 | 100.00 | 11.00 | 111.00
      2028-04 | 03-30 → 04-30 | 100.00 | 11.00 | 111.00`,
  },
  {
    // 29 January to 29 February, 31 days = 744 h, of which 12½ days = 300 h: 100 × 300 / 744 = 40.3226.
    name: 'an end in the middle of a day',
    every: '1 month',
    from: '01-29',
    until: '02-10 12:00',
    bills: `
      2028-02 | 01-29 → 02-10 12:00 | 40.32 | 11.00 | 51.32`,
  },
  {
    name: 'two months from the 31st',
    every: '2 month',
    from: '2027-12-31',
    until: '10-31',
    bills: `
      2028-02 | 2027-12-31 → 02-29 | 100.00 | 11.00 | 111.00
      2028-04 | 02-29 → 04-30 | 100.00 | 11.00 | 111.00
      2028-06 | 04-30 → 06-30 | 100.00 | 11.00 | 111.00
      2028-08 | 06-30 → 08-31 | 100.00 | 11.00 | 111.00
      2028-10 | 08-31 → 10-31 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'half years from the 31st of August',
    every: '6 month',
    from: '2027-08-31',
    until: '2029-02-28',
    bills: `
      2028-02 | 2027-08-31 → 02-29 | 100.00 | 11.00 | 111.00
      2028-08 | 02-29 → 08-31 | 100.00 | 11.00 | 111.00
      2029-02 | 08-31 → 2029-02-28 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'quarters from the 30th of November',
    every: '1 quarter',
    from: '2027-11-30',
    until: '11-30',
    bills: `
      2028-02 | 2027-11-30 → 02-29 | 100.00 | 11.00 | 111.00
      2028-05 | 02-29 → 05-30 | 100.00 | 11.00 | 111.00
      2028-08 | 05-30 → 08-30 | 100.00 | 11.00 | 111.00
      2028-11 | 08-30 → 11-30 | 100.00 | 11.00 | 111.00`,
  },
  {
    // What begins on the 28th of February 2029 is a period of its own.
    name: 'a year from the 29th of February, in advance',
    every: '1 year',
    from: '02-29',
    timing: 'advance',
    bills: `
      2028-02 | 02-29 → 2029-02-28 | 100.00 | - | 100.00
      2029-02 | 02-29 → 2029-02-28 | - | 11.00 |
      2029-02 | 2029-02-28 → 2030-02-28 | 100.00 | - | 111.00`,
  },
  {
    // 2 March is day 0 of the second.
    name: 'ten days through the 29th of February',
    every: '10 day',
    from: '02-21',
    until: '03-12',
    bills: `
      2028-03 | 02-21 → 03-02 | 100.00 | 11.00 |
      2028-03 | 03-02 → 03-12 | 100.00 | 11.00 | 222.00`,
  },
  {
    name: 'weeks',
    every: '1 week',
    from: '02-17',
    until: '03-09',
    bills: `
      2028-02 | 02-17 → 02-24 | 100.00 | 11.00 | 111.00
      2028-03 | 02-24 → 03-02 | 100.00 | 11.00 |
      2028-03 | 03-02 → 03-09 | 100.00 | 11.00 | 222.00`,
  },
];

const payers: Row[] = [
  {
    name: 'invoiced from the 15th: January ends in the cycle that ends on 15 February',
    every: '1 month',
    from: '01-01',
    until: '03-01',
    payer: { billingCycle: { anchorDay: 15 } },
    bills: `
      2028-02 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00
      2028-03 | 02-01 → 03-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Cycles 31 January → 29 February → 31 March. February ends on the 29th, after the turn at its midnight.
    name: 'invoiced from the 31st',
    every: '1 month',
    from: '01-01',
    until: '03-01',
    payer: { billingCycle: { anchorDay: 31 } },
    bills: `
      2028-02 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00
      2028-03 | 02-01 → 03-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'invoiced by the quarter',
    every: '1 month',
    from: '01-01',
    until: '05-01',
    payer: { billingCycle: { unit: 'quarter' } },
    bills: `
      2028-03 | 01-01 → 02-01 | 100.00 | 11.00 |
      2028-03 | 02-01 → 03-01 | 100.00 | 11.00 |
      2028-03 | 03-01 → 04-01 | 100.00 | 11.00 | 333.00
      2028-06 | 04-01 → 05-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    // 31 January is a Monday: that week ends on 7 February. 29 February is in the week that ends on 6 March.
    name: 'invoiced by the week, from Mondays',
    every: '1 month',
    from: '01-01',
    until: '03-01',
    payer: { billingCycle: { unit: 'week' } },
    bills: `
      2028-02 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00
      2028-03 | 02-01 → 03-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Midnight UTC is 19:00 of the 31st in New York, and 05:45 of the 1st in Kathmandu.
    name: 'a month of UTC, invoiced in New York: still in January',
    every: '1 month',
    from: '01-01',
    until: '02-01',
    payer: { timeZone: 'America/New_York' },
    bills: `
      2028-01 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'a month of UTC, invoiced in Kathmandu: already in February',
    every: '1 month',
    from: '01-01',
    until: '02-01',
    payer: { timeZone: 'Asia/Kathmandu' },
    bills: `
      2028-02 | 01-01 → 02-01 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'a month of New York, invoiced in UTC: not before February',
    every: '1 month',
    zone: 'America/New_York',
    from: '01-01 05:00',
    until: '02-01 05:00',
    bills: `
      2028-02 | 01-01 05:00 → 02-01 05:00 | 100.00 | 11.00 | 111.00`,
  },
];

export const table: Row[] = [...utc, ...payers];
