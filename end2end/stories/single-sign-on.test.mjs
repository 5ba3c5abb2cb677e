// Signing in at a company's own OpenID Connect provider, which is a real one in a process of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { awake, launch, open, quiet, tabTo, text, visit } from '../support/browser.mjs';
import { program, site } from '../support/house.mjs';
import { accessible, roomy, valid } from '../support/look.mjs';
import { OpenIdProvider } from '../support/provider.mjs';

const NAME = 'Northwind </a><script>alert(1)</script>';
const DANA = 'dana@northwind.example';
const PEOPLE = {
  dana: { email: 'Dana@Northwind.example', email_verified: true },
  eve: { email: DANA, email_verified: false },
  mallory: { email: DANA, email_verified: true },
  nameless: {},
  stranger: { email: 'stranger@elsewhere.example', email_verified: true },
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A portal that knows the provider, whether or not it is there, and has its owner. */
async function portalOf(story, provider) {
  const data = await mkdtemp(join(tmpdir(), 'portal-'));
  const flags = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--site', site, '--log', 'debug'];
  const openId = ['--oidc-issuer', provider.issuer, '--oidc-client', provider.client, '--oidc-name', NAME];
  const env = { ...process.env, PORTAL_OIDC_SECRET: provider.secret };
  const running = spawn(program.portal, [...flags, ...openId], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const portal = { printed: '', logged: '' };
  running.stderr.on('data', (bytes) => (portal.logged += bytes));
  story.after(async () => {
    const gone = once(running, 'exit');
    running.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true });
  });
  for await (const bytes of running.stdout.iterator({ destroyOnReturn: false })) {
    portal.printed += bytes;
    const link = portal.printed.match(/^set up (http:\S+)$/m);
    if (!link) continue;
    running.stdout.resume();
    portal.address = new URL(link[1]).origin;
    await setUp(link[1]);
    return portal;
  }
  throw new Error(`the portal printed no link: ${portal.logged}`);
}

async function setUp(link) {
  const page = await visit(browser, { javaScriptEnabled: false });
  await open(page, link);
  await page.getByLabel('Company').fill('Northwind');
  await page.getByLabel('Short name').fill('northwind');
  await page.getByLabel('Your name').fill('Dana');
  await page.getByLabel('E-mail address').fill(DANA);
  await page.getByLabel('Password').fill('seven quiet herons');
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await awake(page);
  await page.context().close();
}

/** A visitor's browser, at the sign-in page. The provider's own page asks for a font, which is not part of the story. */
async function visitor(story, portal, options = {}, path = '/sign-in') {
  const page = await visit(browser, options);
  await page.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  story.after(() => page.context().close());
  await open(page, portal.address + path);
  return page;
}

const toProvider = (page) => page.getByRole('link', { name: `Continue with ${NAME}` });

/** Signs in at the provider as this person, who is then asked to agree. */
async function nameOneself(page, person) {
  await toProvider(page).click();
  await page.getByPlaceholder('Enter any login').fill(person);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).waitFor();
}

/** The same, and agrees. */
async function signIn(page, person) {
  await nameOneself(page, person);
  await page.getByRole('button', { name: 'Continue' }).click();
  // What the provider's own pages were told by the browser is its affair.
  page.complaints = [];
}

/** Where the provider sends this person back to, which their browser does not open. */
async function caught(page, portal, person) {
  await nameOneself(page, person);
  const { request } = page.context();
  const agree = new URL(await page.locator('form').getAttribute('action'), page.url()).href;
  let answer = await request.post(agree, { form: { prompt: 'consent' }, maxRedirects: 0 });
  for (let hops = 0; hops < 5; hops += 1) {
    const onward = new URL(answer.headers().location, answer.url()).href;
    if (onward.startsWith(`${portal.address}/`)) return onward;
    answer = await request.get(onward, { maxRedirects: 0 });
  }
  throw new Error('the provider never sends anybody back');
}

const cookie = async (page, name) => (await page.context().cookies()).find((cookie) => cookie.name === `__Host-${name}`);

async function refused(page, sentence) {
  await awake(page);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  assert.match(await text(page, '.error-summary'), sentence);
  assert.equal(await cookie(page, 'session'), undefined, 'nobody is signed in');
}

for (const javaScriptEnabled of [true, false]) {
  test(`the owner signs in at the provider, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async (story) => {
    const provider = await OpenIdProvider.absent();
    story.after(() => provider.stop());
    const portal = await portalOf(story, provider);
    const page = await visitor(story, portal, { javaScriptEnabled }, '/receipts');
    await roomy(page, 'sign-in with a provider');
    await valid(await page.content(), 'sign-in with a provider');
    if (javaScriptEnabled) await accessible(page, 'sign-in with a provider');

    await toProvider(page).click();
    await refused(page, /can’t be reached at the moment/);
    await roomy(page, 'a provider that is away');
    if (javaScriptEnabled) await accessible(page, 'a provider that is away');
    await page.getByLabel('E-mail address').fill(DANA);
    await page.getByLabel('Password').fill('seven quiet herons');
    await page.keyboard.press('Enter');
    await awake(page);
    assert.equal(new URL(page.url()).pathname, '/receipts', 'the password works without the provider');
    const session = await cookie(page, 'session');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await awake(page);
    quiet(page);

    await provider.start(portal.address, PEOPLE);
    await open(page, `${portal.address}/receipts`);
    page.requests = [];
    if (javaScriptEnabled) await tabTo(page, 'main a.button');
    await signIn(page, 'dana');
    await awake(page);
    assert.equal(page.url(), `${portal.address}/receipts`);
    assert.match(await text(page, '.masthead'), /Dana, owner/);
    assert.notEqual((await cookie(page, 'session')).value, session.value);
    assert.equal(await cookie(page, 'departure'), undefined);
    const asked = new URL(page.requests.find((address) => address.startsWith(`${provider.issuer}/auth?`))).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    for (const word of ['code_challenge', 'nonce', 'state']) assert.equal(asked.get(word).length, 43, word);

    // Another person's account with the owner's address is not the owner, not even if the provider believes it.
    const other = await visitor(story, portal);
    await signIn(other, 'mallory');
    await refused(other, /belongs to another person/);

    // The provider comes back with new keys, and the owner with a new address: it is the same person.
    await provider.stop();
    await provider.start(portal.address, { dana: { email: 'dana@married.example', email_verified: false } });
    const later = await visitor(story, portal);
    await signIn(later, 'dana');
    await awake(later);
    assert.match(await text(later, '.masthead'), /Dana, owner/);
    quiet(later);

    for (const secret of [provider.secret, 'seven quiet herons']) {
      assert.ok(!(portal.printed + portal.logged).includes(secret), 'a secret is in the log');
    }
    const codes = [...page.requests, ...later.requests].flatMap((address) => new URL(address).searchParams.getAll('code'));
    assert.ok(codes.length >= 2);
    for (const code of codes) assert.ok(!portal.logged.includes(code), 'a code is in the log');
  });
}

test('nobody else gets in, whatever the provider says', async (story) => {
  const provider = await OpenIdProvider.absent();
  story.after(() => provider.stop());
  const portal = await portalOf(story, provider);
  await provider.start(portal.address, PEOPLE);
  for (const [person, sentence] of [
    ['stranger', /Nobody here has the e-mail address.*Ask your owner to invite you/],
    ['eve', /has not confirmed that your e-mail address is yours/],
    ['nameless', /has not confirmed that your e-mail address is yours/],
  ]) {
    const page = await visitor(story, portal);
    await signIn(page, person);
    await refused(page, sentence);
    quiet(page);
    await accessible(page, `${person} is refused`);
  }
  const page = await visitor(story, portal);
  await toProvider(page).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await refused(page, /did not sign you in/);
});

test('an answer counts once, in the browser that asked for it', async (story) => {
  const provider = await OpenIdProvider.absent();
  story.after(() => provider.stop());
  const portal = await portalOf(story, provider);
  await provider.start(portal.address, PEOPLE);
  const begunElsewhere = /begun in another window or browser/;

  // Someone else's answer signs nobody in, neither as them nor as oneself.
  const mallory = await visitor(story, portal);
  const answer = await caught(mallory, portal, 'dana');
  const victim = await visitor(story, portal, {}, '/sign-in?to=%2F%2Fevil.example');
  await victim.goto(answer);
  await refused(victim, begunElsewhere);
  await toProvider(victim).click();
  await victim.getByPlaceholder('Enter any login').waitFor();
  await victim.goto(answer);
  await refused(victim, begunElsewhere);

  // Nor does one that names another provider, or was changed on the way.
  for (const [word, value, sentence] of [
    ['iss', 'https://evil.example', /could not be accepted/],
    ['iss', undefined, /could not be accepted/],
    ['code', 'invented', /could not be accepted/],
    ['code', undefined, /could not be accepted/],
    ['state', 'invented', begunElsewhere],
  ]) {
    const page = await visitor(story, portal);
    const changed = new URL(await caught(page, portal, 'dana'));
    if (value) changed.searchParams.set(word, value);
    else changed.searchParams.delete(word);
    await page.goto(changed.href);
    await refused(page, sentence);
  }

  // The right one counts once, even for whoever has kept all of it.
  const dana = await visitor(story, portal, {}, '/sign-in?to=%2F%2Fevil.example');
  const hers = await caught(dana, portal, 'dana');
  const kept = await cookie(dana, 'departure');
  assert.ok(kept.httpOnly && kept.secure && kept.sameSite === 'Lax');
  await open(dana, hers);
  assert.equal(dana.url(), `${portal.address}/`, 'it leads nowhere else');
  await dana.getByRole('button', { name: 'Sign out' }).click();
  await awake(dana);
  await dana.context().addCookies([kept]);
  await dana.goto(hers);
  await refused(dana, begunElsewhere);
});
