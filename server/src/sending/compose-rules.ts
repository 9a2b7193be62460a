import { escapeHtml } from '../lib/text.ts';
import { type Content, contentOf, type Letter } from './letter-rules.ts';

export type Composed = { readonly subject: string; readonly text: string; readonly html: string };

/** The same letter as plain text and as HTML without pictures, links or styles that mail programs would strip. */
export function compose(letter: Letter): Composed {
  const content = contentOf(letter);
  return {
    subject: content.subject,
    text: textOf(letter, content),
    html: htmlOf(letter, content),
  };
}

function textOf(letter: Letter, { opening, figures, remittance }: Content): string {
  const labelChars = Math.max(...figures.map(([label]) => label.length));
  return `${[
    `${letter.recipientName},`,
    opening,
    figures.map(([label, value]) => `  ${label.padEnd(labelChars)}   ${value}`).join('\n'),
    ...(remittance === null ? [] : [`How to pay:\n${remittance}`]),
    letter.sellerName,
  ].join('\n\n')}\n`;
}

function htmlOf(letter: Letter, { opening, figures, remittance }: Content): string {
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

/** The same for every attempt, so that a copy sent twice can be told from another message. */
export function messageIdOf(id: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return `<${id}@${domain}>`;
}
