// The people of a vendor: invited, changed, helped back in, removed; and what each does with an account of their own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, tabTo, text, visit } from '../support/browser.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { Portal } from '../support/portal.mjs';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(() => Promise.all([browser?.close(), portal?.stop()]));

/** Presses a button and waits for the page that it leads to. */
async function press(page, name, heading) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await awake(page);
}

/** The link that a page tells once. */
const link = async (page) => (await page.locator('.command code').innerText()).trim();

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';
  const email = `kai-${javaScriptEnabled}@northwind.example`;
  const name = `Kai ${javaScriptEnabled} </td><script>`;

  test(`somebody is invited, joins, is changed, helped and removed, ${how}`, async () => {
    const looksRight = async (page, what) => {
      if (javaScriptEnabled) await accessible(page, what);
      await roomy(page, what);
    };
    const dana = await visit(browser, { javaScriptEnabled });
    await open(dana, portal.url('/members'));
    await dana.getByRole('link', { name: 'Invite a member' }).click();
    await awake(dana);
    await looksRight(dana, 'the form of an invitation');
    await press(dana, 'Make the link', 'Invite a member');
    assert.match(await text(dana, '#error-summary'), /Enter a name.*Choose a role/s);
    await dana.getByLabel('Name', { exact: true }).fill(name);
    await dana.getByLabel('E-mail address').fill(email);
    await dana.getByLabel('approver', { exact: true }).check();
    await dana.getByLabel('finance', { exact: true }).check();
    await press(dana, 'Make the link', `The invitation of ${name}`);
    await looksRight(dana, 'an invitation’s link');
    const invitation = await link(dana);

    const kai = await visit(browser, { javaScriptEnabled, as: null });
    await open(kai, invitation);
    await open(kai, invitation);
    assert.match(await text(kai, 'main'), /approver/);
    await looksRight(kai, 'an invitation');
    await valid(await kai.content(), 'an invitation');
    await kai.getByLabel('New password').fill('password1234567');
    await press(kai, 'Join and sign in', 'Join Northwind CRM');
    assert.match(await text(kai, '#error-summary'), /first that somebody would guess/);
    await kai.getByLabel('New password').fill('nine loud magpies');
    await kai.getByRole('button', { name: 'Join and sign in' }).click();
    await kai.waitForURL(portal.url('/'));
    await open(kai, portal.url('/approvals'));

    await open(dana, portal.url('/members'));
    await looksRight(dana, 'the members');
    await dana.getByRole('row', { name: email }).getByRole('link').click();
    await awake(dana);
    await looksRight(dana, 'a member');
    await dana.getByLabel('sales', { exact: true }).check();
    await press(dana, 'Save the change', 'Members');
    assert.equal((await kai.goto(portal.url('/approvals'))).status(), 403);

    await dana.getByRole('row', { name: email }).getByRole('link').click();
    await awake(dana);
    await dana.getByRole('button', { name: 'Make a link…' }).click();
    await press(dana, 'Make the link', `A new password for ${name}`);
    const reset = await link(dana);
    await kai.goto(portal.url('/members'));
    assert.match(kai.url(), /sign-in/);
    await open(kai, reset);
    await looksRight(kai, 'a reset link');
    await kai.getByLabel('New password').fill('eleven shy curlews');
    await kai.getByRole('button', { name: 'Save and sign in' }).click();
    await kai.waitForURL(portal.url('/'));
    await open(kai, reset);
    assert.match(await text(kai, 'main'), /not good any more/);
    await looksRight(kai, 'a spent link');

    await open(dana, portal.url('/members'));
    await dana.getByRole('row', { name: email }).getByRole('link').click();
    await awake(dana);
    await dana.getByRole('button', { name: 'Remove…' }).click();
    await press(dana, 'Remove the member', 'Members');
    assert.ok(!(await text(dana, 'main')).includes(email));
    await kai.goto(portal.url('/'));
    assert.match(kai.url(), /sign-in/);
    quiet(dana, 422);
  });

  test(`one’s own sessions end when one says so, ${how}`, async () => {
    const [here, there] = [await visit(browser, { javaScriptEnabled, as: 'ines' }), await visit(browser, { as: 'ines' })];
    await open(there, portal.url('/account'));
    await open(here, portal.url('/account'));
    await here.getByRole('button', { name: 'End the other sessions…' }).click();
    await press(here, 'End the other sessions', 'Your account');
    assert.match(await text(here, 'main'), /This one/);
    await there.goto(portal.url('/account'));
    assert.match(there.url(), /sign-in/);
    quiet(here);
  });
}

test('a demo’s people are on its sign-in page, each a button', async () => {
  const page = await visit(browser, { as: null });
  const response = await open(page, portal.url('/sign-in?to=%2Fmembers'));
  await valid(await response.text(), 'sign-in');
  await accessible(page, 'sign-in');
  await roomy(page, 'sign-in');
  await press(page, 'Sign in as Sam Okoye', 'Members');
  assert.equal(await page.getByRole('link', { name: 'Invite a member' }).count(), 0);
  quiet(page);
});

test('a password is changed by keyboard alone', async () => {
  const page = await visit(browser, { as: 'ada' });
  await open(page, portal.url('/account'));
  const { password } = portal.card.people.find(({ email }) => email.startsWith('ada@'));
  for (const [field, typed] of [['before', password], ['password', 'eleven shy curlews'], ['again', 'eleven shy curlews']]) {
    await tabTo(page, `#${field}`);
    await page.keyboard.type(typed);
  }
  await page.keyboard.press('Enter');
  await page.getByText('The password was changed').waitFor();
  quiet(page);
});

for (const path of ['/members', '/new/member', '/account']) {
  test(`${path} is for everybody`, async () => {
    const page = await visit(browser);
    const response = await open(page, portal.url(path));
    assert.equal(response.status(), 200);
    await valid(await response.text(), path);
    await accessible(page, path);
    await roomy(page, path);
    quiet(page);
  });
}
