import { describe, expect, it } from 'vitest';
import { OperatorError, readSettings, settingsHelp } from './settings.ts';

const read = (env: NodeJS.ProcessEnv) => readSettings(env, '/srv');
const from = 'Example Billing <billing@example.com>';

describe('mail', () => {
  it('is off without a server', () => expect(read({}).mail).toBeUndefined());

  it.each([
    'smtp://127.0.0.1:2525',
    'smtp://user:p%40ss@mail.example.com:587',
    'smtps://mail.example.com',
  ])('goes through %s', (smtpUrl) =>
    expect(read({ CUSTOMARY_SMTP_URL: smtpUrl, CUSTOMARY_MAIL_FROM: from }).mail).toEqual({
      smtpUrl,
      from,
    }),
  );

  it.each([
    ['another protocol', { CUSTOMARY_SMTP_URL: 'http://mail.example.com' }, 'CUSTOMARY_SMTP_URL'],
    ['no host', { CUSTOMARY_SMTP_URL: 'smtp://' }, 'CUSTOMARY_SMTP_URL'],
    ['a bare host', { CUSTOMARY_SMTP_URL: 'mail.example.com' }, 'CUSTOMARY_SMTP_URL'],
    ['no address', { CUSTOMARY_MAIL_FROM: 'Example Billing' }, 'CUSTOMARY_MAIL_FROM'],
    ['half an address', { CUSTOMARY_MAIL_FROM: 'Example <billing@>' }, 'CUSTOMARY_MAIL_FROM'],
    ['two addresses', { CUSTOMARY_MAIL_FROM: 'A <a@b.example> <c@d.example>' }, 'MAIL_FROM'],
    ['a line of its own', { CUSTOMARY_MAIL_FROM: 'A\r\nBcc: x <a@b.example>' }, 'MAIL_FROM'],
  ])('refuses %s, and names the setting', (_, env, name) => {
    const given = { CUSTOMARY_SMTP_URL: 'smtp://localhost', CUSTOMARY_MAIL_FROM: from, ...env };
    expect(() => read(given)).toThrow(OperatorError);
    expect(() => read(given)).toThrow(name);
  });

  it('needs a sender', () =>
    expect(() => read({ CUSTOMARY_SMTP_URL: 'smtp://localhost' })).toThrow(
      'CUSTOMARY_MAIL_FROM is not',
    ));

  it('never repeats a password', () => {
    const env = { CUSTOMARY_SMTP_URL: 'smpt://user:hunter2@host', CUSTOMARY_MAIL_FROM: from };
    expect(() => read(env)).toThrow(expect.not.stringContaining('hunter2'));
  });
});

it('lists what it reads', () => {
  const names = settingsHelp.map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['CUSTOMARY_SMTP_URL', 'CUSTOMARY_MAIL_FROM']));
});
