import { epochMs, type Instant } from '../lib/instant.ts';
import type { Money } from '../lib/money.ts';
import { escapeHtml } from '../lib/text.ts';
import type { MessageKind } from './rules.ts';

/** What a letter says, whatever it looks like. */
export type Letter = {
  readonly kind: MessageKind;
  readonly number: string;
  readonly sellerName: string;
  readonly recipientName: string;
  readonly total: Money;
  readonly amountDue: Money;
  readonly issuedAt: Instant;
  readonly dueAt: Instant;
  /** The payer's: dates are days there. */
  readonly timeZone: string;
  readonly locale: string;
  readonly remittanceInstructions: string | null;
  readonly now: Instant;
};

export type Composed = { readonly subject: string; readonly text: string; readonly html: string };

/** The same letter as plain text and as HTML without pictures, links or styles that mail programs would strip. */
export function compose(letter: Letter): Composed {
  const opening = openingOf(letter);
  const figures = figuresOf(letter);
  const remittance = isOwed(letter) ? letter.remittanceInstructions : null;
  return {
    subject: subjectOf(letter),
    text: textOf(letter, opening, figures, remittance),
    html: htmlOf(letter, opening, figures, remittance),
  };
}

type Figure = readonly [label: string, value: string];

const isOwed = ({ amountDue }: Letter) => /[1-9]/.test(amountDue.amount);

function subjectOf(letter: Letter): string {
  const { kind, number, sellerName } = letter;
  const document = `Invoice ${number} from ${sellerName}`;
  if (!isOwed(letter)) return document;
  const what = `${moneyText(letter.amountDue)} due ${dayText(letter, letter.dueAt)}`;
  return kind === 'invoice' ? `${document}: ${what}` : `Reminder: ${document}: ${what}`;
}

function openingOf(letter: Letter): string {
  const { kind, number, issuedAt, dueAt, now } = letter;
  const document = `invoice ${number} of ${dayText(letter, issuedAt)}`;
  if (kind === 'invoice') return `Please find attached ${document}.`;
  const due = dayText(letter, dueAt);
  return now > dueAt
    ? `We have not yet received your payment for ${document}, which was due on ${due}. A copy is attached. If you have paid in the meantime, please disregard this message.`
    : `This is a friendly reminder of ${document}, which is due on ${due}. A copy is attached.`;
}

function figuresOf(letter: Letter): Figure[] {
  const { number, total, amountDue, dueAt } = letter;
  const figures: Figure[] = [
    ['Invoice', number],
    ['Total', moneyText(total)],
  ];
  if (!isOwed(letter)) return [...figures, ['Amount due', 'nothing']];
  return [...figures, ['Amount due', moneyText(amountDue)], ['Due date', dayText(letter, dueAt)]];
}

function textOf(
  letter: Letter,
  opening: string,
  figures: readonly Figure[],
  remittance: string | null,
): string {
  const labelChars = Math.max(...figures.map(([label]) => label.length));
  return `${[
    `${letter.recipientName},`,
    opening,
    figures.map(([label, value]) => `  ${label.padEnd(labelChars)}   ${value}`).join('\n'),
    ...(remittance === null ? [] : [`How to pay:\n${remittance}`]),
    letter.sellerName,
  ].join('\n\n')}\n`;
}

function htmlOf(
  letter: Letter,
  opening: string,
  figures: readonly Figure[],
  remittance: string | null,
): string {
  const rows = figures.map(
    ([label, value]) =>
      `<tr><td style="padding-right:2em">${escapeHtml(label)}</td><td align="right"><b>${escapeHtml(value)}</b></td></tr>`,
  );
  const pay =
    remittance === null
      ? ''
      : `<p>How to pay:<br>${escapeHtml(remittance).replaceAll('\n', '<br>')}</p>\n`;
  return `<!doctype html>
<html lang="en"><body style="font-family:sans-serif">
<p>${escapeHtml(letter.recipientName)},</p>
<p>${escapeHtml(opening)}</p>
<table>${rows.join('')}</table>
${pay}<p>${escapeHtml(letter.sellerName)}</p>
</body></html>
`;
}

/** `1,234.50 USD`: no sign that several currencies share. */
export function moneyText({ amount, currency }: Money): string {
  const [whole = '', decimals] = amount.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${decimals === undefined ? '' : `.${decimals}`} ${currency}`;
}

/** `November 1, 2026`, the payer's day: with the month in letters, not to be taken for the day. */
function dayText({ locale, timeZone }: Letter, at: Instant): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  });
  return format.format(epochMs(at));
}

/** The same for every attempt, so that a copy sent twice can be told from another message. */
export function messageIdOf(id: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return `<${id}@${domain}>`;
}
