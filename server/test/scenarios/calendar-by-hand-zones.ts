import type { Row } from './calendar-by-hand-table.ts';

/** The same table: time zones, both changes of clocks, trials, changes on the way. */

const zones: Row[] = [
  {
    // Midnight of Kathmandu is 18:15 UTC of the day before.
    name: 'Kathmandu, +5:45, the 31st',
    zone: 'Asia/Kathmandu',
    every: '1 month',
    from: '01-30 18:15',
    until: '05-30 18:15',
    payer: { timeZone: 'Asia/Kathmandu' },
    bills: `
      2028-02 | 01-30 18:15 → 02-28 18:15 | 100.00 | 11.00 | 111.00
      2028-03 | 02-28 18:15 → 03-30 18:15 | 100.00 | 11.00 | 111.00
      2028-04 | 03-30 18:15 → 04-29 18:15 | 100.00 | 11.00 | 111.00
      2028-05 | 04-29 18:15 → 05-30 18:15 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'Kathmandu, the 1st, invoiced at home',
    zone: 'Asia/Kathmandu',
    every: '1 month',
    from: '01-31 18:15',
    until: '03-31 18:15',
    payer: { timeZone: 'Asia/Kathmandu' },
    bills: `
      2028-02 | 01-31 18:15 → 02-29 18:15 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 18:15 → 03-31 18:15 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Summer time from 26 March to 29 October. A whole fee, whether the month has an hour more or less.
    name: 'Berlin over the year',
    zone: 'Europe/Berlin',
    every: '1 month',
    from: '2027-12-31 23:00',
    until: '11-30 23:00',
    payer: { timeZone: 'Europe/Berlin' },
    bills: `
      2028-01 | 2027-12-31 23:00 → 01-31 23:00 | 100.00 | 11.00 | 111.00
      2028-02 | 01-31 23:00 → 02-29 23:00 | 100.00 | 11.00 | 111.00
      2028-03 | 02-29 23:00 → 03-31 22:00 | 100.00 | 11.00 | 111.00
      2028-04 | 03-31 22:00 → 04-30 22:00 | 100.00 | 11.00 | 111.00
      2028-05 | 04-30 22:00 → 05-31 22:00 | 100.00 | 11.00 | 111.00
      2028-06 | 05-31 22:00 → 06-30 22:00 | 100.00 | 11.00 | 111.00
      2028-07 | 06-30 22:00 → 07-31 22:00 | 100.00 | 11.00 | 111.00
      2028-08 | 07-31 22:00 → 08-31 22:00 | 100.00 | 11.00 | 111.00
      2028-09 | 08-31 22:00 → 09-30 22:00 | 100.00 | 11.00 | 111.00
      2028-10 | 09-30 22:00 → 10-31 23:00 | 100.00 | 11.00 | 111.00
      2028-11 | 10-31 23:00 → 11-30 23:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Daylight saving from 12 March to 5 November.
    name: 'New York, the 5th: into daylight saving, and out of it on the day itself',
    zone: 'America/New_York',
    every: '2 month',
    from: '01-05 05:00',
    until: '2029-01-05 05:00',
    payer: { timeZone: 'America/New_York' },
    bills: `
      2028-03 | 01-05 05:00 → 03-05 05:00 | 100.00 | 11.00 | 111.00
      2028-05 | 03-05 05:00 → 05-05 04:00 | 100.00 | 11.00 | 111.00
      2028-07 | 05-05 04:00 → 07-05 04:00 | 100.00 | 11.00 | 111.00
      2028-09 | 07-05 04:00 → 09-05 04:00 | 100.00 | 11.00 | 111.00
      2028-11 | 09-05 04:00 → 11-05 04:00 | 100.00 | 11.00 | 111.00
      2029-01 | 11-05 04:00 → 2029-01-05 05:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'days of Berlin: 24, 23 and 24 hours',
    zone: 'Europe/Berlin',
    every: '1 day',
    from: '03-24 23:00',
    until: '03-27 22:00',
    bills: `
      2028-03 | 03-24 23:00 → 03-25 23:00 | 100.00 | 11.00 |
      2028-03 | 03-25 23:00 → 03-26 22:00 | 100.00 | 11.00 |
      2028-03 | 03-26 22:00 → 03-27 22:00 | 100.00 | 11.00 | 333.00`,
  },
  {
    name: 'days of New York: 24, 25 and 24 hours',
    zone: 'America/New_York',
    every: '1 day',
    from: '11-04 04:00',
    until: '11-07 05:00',
    bills: `
      2028-11 | 11-04 04:00 → 11-05 04:00 | 100.00 | 11.00 |
      2028-11 | 11-05 04:00 → 11-06 05:00 | 100.00 | 11.00 |
      2028-11 | 11-06 05:00 → 11-07 05:00 | 100.00 | 11.00 | 333.00`,
  },
  {
    name: 'two weeks of Berlin, through the change in autumn',
    zone: 'Europe/Berlin',
    every: '2 week',
    from: '10-16 22:00',
    until: '11-13 23:00',
    bills: `
      2028-10 | 10-16 22:00 → 10-30 23:00 | 100.00 | 11.00 | 111.00
      2028-11 | 10-30 23:00 → 11-13 23:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // 02:30 is 01:30 UTC in winter, 00:30 in summer; on 26 March there is none, and 03:30 is meant.
    name: 'a time of day that Berlin skips',
    zone: 'Europe/Berlin',
    every: '1 month',
    from: '02-26 01:30',
    until: '04-26 00:30',
    bills: `
      2028-03 | 02-26 01:30 → 03-26 01:30 | 100.00 | 11.00 | 111.00
      2028-04 | 03-26 01:30 → 04-26 00:30 | 100.00 | 11.00 | 111.00`,
  },
  {
    // On 29 October 02:30 is at 00:30 and at 01:30 UTC: the first of the two.
    name: 'a time of day that Berlin has twice',
    zone: 'Europe/Berlin',
    every: '1 month',
    from: '09-29 00:30',
    until: '11-29 01:30',
    bills: `
      2028-10 | 09-29 00:30 → 10-29 00:30 | 100.00 | 11.00 | 111.00
      2028-11 | 10-29 00:30 → 11-29 01:30 | 100.00 | 11.00 | 111.00`,
  },
  {
    // March of Berlin has 743 hours; from the 20th on 12 days less one hour = 287: 100 × 287 / 743 = 38.6272.
    name: 'a stub with a day of 23 hours',
    zone: 'Europe/Berlin',
    every: '1 month',
    from: '03-19 23:00',
    until: '04-30 22:00',
    anchorDay: 1,
    payer: { timeZone: 'Europe/Berlin' },
    bills: `
      2028-03 | 03-19 23:00 → 03-31 22:00 | 38.63 | 11.00 | 49.63
      2028-04 | 03-31 22:00 → 04-30 22:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // October of Berlin has 745 hours; from the 20th on 12 days and one hour = 289: 100 × 289 / 745 = 38.7919.
    name: 'a stub with a day of 25 hours',
    zone: 'Europe/Berlin',
    every: '1 month',
    from: '10-19 22:00',
    until: '11-30 23:00',
    anchorDay: 1,
    payer: { timeZone: 'Europe/Berlin' },
    bills: `
      2028-10 | 10-19 22:00 → 10-31 23:00 | 38.79 | 11.00 | 49.79
      2028-11 | 10-31 23:00 → 11-30 23:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Samoa went from UTC−10 to UTC+14: the 29th of December 2011 was followed by the 31st. Four days, four fees.
    name: 'days of Apia, without the 30th of December',
    zone: 'Pacific/Apia',
    every: '1 day',
    from: '2011-12-28 10:00',
    until: '2012-01-01 10:00',
    bills: `
      2011-12 | 2011-12-28 10:00 → 2011-12-29 10:00 | 100.00 | 11.00 |
      2011-12 | 2011-12-29 10:00 → 2011-12-30 10:00 | 100.00 | 11.00 |
      2011-12 | 2011-12-30 10:00 → 2011-12-31 10:00 | 100.00 | 11.00 | 333.00
      2012-01 | 2011-12-31 10:00 → 2012-01-01 10:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // The 30th of December is the first instant after it; the 30th of January begins at 10:00 UTC of the 29th.
    name: 'the 30th of Apia',
    zone: 'Pacific/Apia',
    every: '1 month',
    from: '2011-11-30 10:00',
    until: '2012-01-29 10:00',
    bills: `
      2011-12 | 2011-11-30 10:00 → 2011-12-30 10:00 | 100.00 | 11.00 | 111.00
      2012-01 | 2011-12-30 10:00 → 2012-01-29 10:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // On 21 October 2012 clocks in São Paulo went from 24:00 to 01:00, which is 03:00 UTC.
    name: 'the 21st of São Paulo, whose day began at one',
    zone: 'America/Sao_Paulo',
    every: '1 month',
    from: '2012-09-21 03:00',
    until: '2012-11-21 02:00',
    bills: `
      2012-10 | 2012-09-21 03:00 → 2012-10-21 03:00 | 100.00 | 11.00 | 111.00
      2012-11 | 2012-10-21 03:00 → 2012-11-21 02:00 | 100.00 | 11.00 | 111.00`,
  },
];

const trials: Row[] = [
  {
    // Nine days to the 29th of February, five more: the 5th of March, on which all later periods turn.
    name: 'a trial of 14 days over the 29th of February',
    every: '1 month',
    from: '02-20',
    until: '05-05',
    trialDays: 14,
    bills: `
      never | 02-20 → 03-05 | - | free |
      2028-04 | 03-05 → 04-05 | 100.00 | 11.00 | 111.00
      2028-05 | 04-05 → 05-05 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Noon in New York is 17:00 UTC in winter and 16:00 in summer.
    name: 'a trial into daylight saving keeps its time of day',
    zone: 'America/New_York',
    every: '1 month',
    from: '03-01 17:00',
    until: '05-15 16:00',
    trialDays: 14,
    timing: 'advance',
    bills: `
      never | 03-01 17:00 → 03-15 16:00 | - | free |
      2028-03 | 03-15 16:00 → 04-15 16:00 | 100.00 | - | 100.00
      2028-04 | 03-15 16:00 → 04-15 16:00 | - | 11.00 |
      2028-04 | 04-15 16:00 → 05-15 16:00 | 100.00 | - | 111.00
      2028-05 | 04-15 16:00 → 05-15 16:00 | - | 11.00 | 11.00`,
  },
  {
    // The trial ends on 15 January. From 31 December to 31 January are 31 days, 16 of them left: 100 × 16 / 31 = 51.6129.
    name: 'a trial, then a stub up to the 31st; a set-up fee is due at the start',
    every: '1 month',
    from: '01-05',
    until: '02-29',
    trialDays: 10,
    anchorDay: 31,
    timing: 'setUp',
    bills: `
      2028-01 | 01-05 → 01-15 | 100.00 | free |
      2028-01 | 01-15 → 01-31 | - | 11.00 | 111.00
      2028-02 | 01-31 → 02-29 | - | 11.00 | 11.00`,
  },
];

const changes: Row[] = [
  {
    // From 15 April to 15 May are 30 days, 14 of them in the stub: 100 × 14 / 30 = 46.6667.
    name: 'from the 1st to the 15th',
    every: '1 month',
    from: '03-01',
    until: '06-15',
    change: { at: '04-10', patch: { anchorDay: 15 } },
    bills: `
      2028-03 | 03-01 → 04-01 | 100.00 | 11.00 | 111.00
      2028-04 | 04-01 → 05-01 | 100.00 | 11.00 | 111.00
      2028-05 | 05-01 → 05-15 | 46.67 | 11.00 | 57.67
      2028-06 | 05-15 → 06-15 | 100.00 | 11.00 | 111.00`,
  },
  {
    // From 29 February to 31 March are 31 days, 16 of them in the stub: 100 × 16 / 31 = 51.6129.
    name: 'from the 15th to the 31st, after a period that February is in',
    every: '1 month',
    from: '02-15',
    until: '04-30',
    change: { at: '02-20', patch: { anchorDay: 31 } },
    bills: `
      2028-03 | 02-15 → 03-15 | 100.00 | 11.00 |
      2028-03 | 03-15 → 03-31 | 51.61 | 11.00 | 173.61
      2028-04 | 03-31 → 04-30 | 100.00 | 11.00 | 111.00`,
  },
  {
    // July begins 4 hours later in New York; June there has 720: 100 × 4 / 720 = 0.5556.
    name: 'from UTC to New York: a stub of four hours',
    every: '1 month',
    from: '06-01',
    until: '08-01 04:00',
    change: { at: '06-10', patch: { timeZone: 'America/New_York' } },
    bills: `
      2028-06 | 06-01 → 07-01 | 100.00 | 11.00 | 111.00
      2028-07 | 07-01 → 07-01 04:00 | 0.56 | 11.00 | 11.56
      2028-08 | 07-01 04:00 → 08-01 04:00 | 100.00 | 11.00 | 111.00`,
  },
  {
    // Ten of the 31 days from 29 February to 31 March: 32.2581; the rest is what makes it a whole fee.
    name: 'another plan in the middle: two stubs, one fee',
    every: '1 month',
    from: '02-29',
    until: '04-30',
    anchorDay: 31,
    change: { at: '03-10', planNow: '1 month' },
    bills: `
      2028-03 | 02-29 → 03-10 | 32.26 | 11.00 |
      2028-03 | 03-10 → 03-31 | 67.74 | 11.00 | 122.00
      2028-04 | 03-31 → 04-30 | 100.00 | 11.00 | 111.00`,
  },
  {
    name: 'from months to quarters with the next period: the 31st stays the 31st',
    every: '1 month',
    from: '01-31',
    until: '11-30',
    change: { at: '02-10', planNext: '1 quarter' },
    bills: `
      2028-02 | 01-31 → 02-29 | 100.00 | 11.00 | 111.00
      2028-05 | 02-29 → 05-31 | 100.00 | 11.00 | 111.00
      2028-08 | 05-31 → 08-31 | 100.00 | 11.00 | 111.00
      2028-11 | 08-31 → 11-30 | 100.00 | 11.00 | 111.00`,
  },
];

export const zonesTable: Row[] = [...zones, ...trials, ...changes];
