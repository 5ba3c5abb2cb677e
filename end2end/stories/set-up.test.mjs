// The first owner: comes in by the link that the portal printed, signs out and in again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, text, visit } from '../support/browser.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { unclaimed } from '../support/unclaimed.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const javaScriptEnabled of [true, false]) {
  test(`the first owner sets the portal up and signs in, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async (story) => {
    const link = await unclaimed(story);
    const address = new URL('/', link).href;
    const page = await visit(browser, { javaScriptEnabled });
    // axe is a script itself; the page is the same without.
    const looksRight = async (what) => javaScriptEnabled && (await accessible(page, what));
    story.after(() => page.context().close());
    await open(page, link);
    await looksRight('set-up');
    await roomy(page, 'set-up');
    await valid(await page.content(), 'set-up');
    await page.getByLabel('Company').fill('Northwind </textarea><script>alert(1)</script>\u202egnp.exe');
    await page.getByLabel('Short name').fill('Not A Name');
    await page.getByLabel('Your name').fill('Dana <b>\u200b');
    await page.getByLabel('E-mail address').fill('dana@northwind.example');
    await page.getByLabel('Password').fill('seven quiet herons');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await awake(page);
    assert.match(await text(page, '.error-summary'), /The portal was not set up/);
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'dana@northwind.example');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await looksRight('a set-up that was refused');
    quiet(page, 422);
    page.complaints = [];
    await page.getByLabel('Short name').fill('northwind');
    await page.getByLabel('Password').fill('seven quiet herons');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await awake(page);
    assert.equal(page.url(), address);
    const masthead = await text(page, '.masthead');
    assert.match(masthead, /Northwind <\/textarea><script>alert\(1\)<\/script>U\+202Egnp\.exe/);
    assert.match(masthead, /Dana <b>U\+200B, owner/);
    await roomy(page, 'an empty overview');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await awake(page);
    await page.goto(new URL('/receipts', link).href);
    await awake(page);
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await looksRight('sign-in');
    await roomy(page, 'sign-in');
    await valid(await page.content(), 'sign-in');
    await page.getByLabel('E-mail address').fill('dana@northwind.example');
    await page.getByLabel('Password').fill('seven quiet heron');
    await page.keyboard.press('Enter');
    await awake(page);
    assert.match(await text(page, '.error-summary'), /No account has this e-mail address and this password/);
    await looksRight('a sign-in that was refused');
    await page.getByLabel('Password').fill('seven quiet herons');
    await page.keyboard.press('Enter');
    await awake(page);
    assert.equal(new URL(page.url()).pathname, '/receipts');

    await page.goto(link);
    await awake(page);
    assert.match(await text(page, 'h1'), /not good any more/);
    quiet(page, 409);
  });
}
