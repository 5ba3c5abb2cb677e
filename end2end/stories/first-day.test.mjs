// The first day: every page of the table is looked at while there is nothing to show yet, by somebody who has just come in.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { names, pages } from '../support/doors.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { unclaimed } from '../support/unclaimed.mjs';

/** A page that a demo alone has. */
const ONLY_DEMO = '/style';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('every page has something to say when there is nothing yet, and says what to do next', async (story) => {
  const link = await unclaimed(story);
  const page = await visit(browser);
  await open(page, link);
  await page.locator('#title').fill('Northwind CRM');
  await page.locator('#vendor').fill('northwind');
  await page.locator('#name').fill('Dana');
  await page.locator('#email').fill('dana@northwind.example');
  await page.locator('#password').fill('seven quiet herons');
  await Promise.all([page.waitForEvent('load'), page.locator('main button[type=submit]').click()]);
  await awake(page);
  for (const path of pages.filter((path) => names(path).length === 0 && path !== ONLY_DEMO)) {
    const response = await open(page, new URL(path, link).href);
    assert.equal(response.status(), 200, path);
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
    // A way on from here, unless it is a form.
    if ((await page.locator('main form').count()) === 0) assert.ok((await page.locator('main a').count()) > 0, `${path} leads nowhere`);
  }
  quiet(page);
  const missing = await open(page, new URL(ONLY_DEMO, link).href);
  assert.equal(missing.status(), 404);
  assert.match(await text(page, 'main'), /\S/);
});

test('whoever is not signed in is asked to, at every page', async (story) => {
  const link = await unclaimed(story);
  const page = await visit(browser);
  for (const path of pages.filter((path) => !/^\/(sign-in|set-up)/.test(path) && names(path).length === 0)) {
    await open(page, new URL(path, link).href);
    assert.equal(new URL(page.url()).pathname, '/sign-in', path);
  }
  quiet(page);
});
