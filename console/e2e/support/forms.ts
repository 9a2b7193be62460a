import type { Locator, Page } from 'playwright-core';

export const textbox = (form: Locator | Page, name: string): Locator =>
  form.getByRole('textbox', { name, exact: true });

/** Picks from a field that finds as one types. */
export async function pick(page: Page, form: Locator, label: string, text: string): Promise<void> {
  await form.getByRole('combobox', { name: label }).or(textbox(form, label)).fill(text);
  await page.getByRole('option', { name: text }).first().click();
}
