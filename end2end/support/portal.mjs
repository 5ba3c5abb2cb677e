// A portal of one's own: the released program with its demo, in a fresh folder, on a free port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { program, site } from './house.mjs';

/** Every portal that a story has started, by its origin. */
const running = new Map();

export class Portal {
  /** The portal at this address, if a story has started it. */
  static at(address) {
    return running.get(new URL(address).origin);
  }

  /** Starts one that answers, and has printed all it prints. */
  static async start() {
    const portal = new Portal();
    portal.data = await mkdtemp(join(tmpdir(), 'portal-'));
    portal.kill = () => portal.process.kill('SIGKILL');
    process.once('exit', portal.kill);
    await portal.#begin('127.0.0.1:0');
    portal.card = JSON.parse(await readFile(join(portal.data, 'demo.json'), 'utf8'));
    running.set(portal.address, portal);
    return portal;
  }

  /** What the browser of somebody who is signed in sends along, in one session a person. */
  async #cookie(who) {
    this.sessions ??= {};
    const { name, value } = await (this.sessions[who] ??= this.signIn(who));
    return `${name}=${value}`;
  }

  /** A new session of `dana`, `jo`, `ada`, `sam` or `ines`, as a cookie. */
  async signIn(who = 'dana') {
    const { email, password } = this.card.people.find((person) => person.email.startsWith(`${who}@`));
    const answer = await fetch(this.url('/sign-in'), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ email, password }),
      headers: { origin: this.address },
    });
    const [cookie] = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('__Host-session='));
    if (!cookie) throw new Error(`${email} can't sign in: ${answer.status} ${await answer.text()}`);
    const [name, value] = cookie.split(';')[0].split('=');
    return { name, value };
  }

  /** Stops it as an operator would, and clears up. */
  async stop() {
    running.delete(this.address);
    process.off('exit', this.kill);
    await this.#end();
    await rm(this.data, { recursive: true });
  }

  /** Stops it and starts it again, at the same address. */
  async restart() {
    await this.#end();
    await this.#begin(new URL(this.address).host);
  }

  async #begin(listen) {
    const flags = ['serve', '--data', this.data, '--listen', listen, '--demo', '--site', site];
    this.process = spawn(program.portal, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.said ??= '';
    this.process.stderr.on('data', (bytes) => (this.said += bytes));
    await this.#listening();
  }

  async #end() {
    if (this.process.exitCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
  }

  url(path) {
    return this.address + path;
  }

  /** `GET`, with the API key. */
  read(path) {
    return fetch(this.url(path), { headers: this.authority });
  }

  /** The JSON at a path. */
  async json(path) {
    const answer = await this.read(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** `POST /v1/actions` with a body that is sent as it is, if it is text or bytes. */
  send(body, headers = {}) {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return fetch(this.url('/v1/actions'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authority, ...headers },
      body: bytes,
    });
  }

  /** `POST` with this key, which must succeed. */
  async post(path, body, key) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url(path), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** `GET` of what this person sees in a browser, which must be there. */
  async look(path, who = 'dana') {
    const answer = await fetch(this.url(path), { headers: { cookie: await this.#cookie(who) } });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /**
   * Sends a form as a page does, which must be accepted. `fields` may be pairs. Gives the address that it leads to, if it leads
   * to one: what can be shown only once is shown at once.
   */
  async form(path, fields = {}, who = 'dana') {
    const answer = await fetch(this.url(path), {
      method: 'POST',
      headers: { origin: this.address, cookie: await this.#cookie(who) },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    if (![200, 303].includes(answer.status)) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.headers.get('location');
  }

  /** The answer to an action that must get a verdict. */
  async decide(body) {
    const answer = await this.send(body);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`no verdict: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** The tenant's pack. */
  async pack(tenant, query = '') {
    const answer = await this.read(`/v1/tenants/${tenant}/pack${query}`);
    if (!answer.ok) throw new Error(`no pack: ${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** How many receipts the tenant's log has. */
  async size(tenant) {
    return (await this.json(`/v1/tenants/${tenant}/receipts?limit=1`)).size;
  }

  get authority() {
    return { authorization: `Bearer ${this.card.api_key}` };
  }

  /** Reads what it prints until the line for a terminal, which comes last. */
  async #listening() {
    this.printed = [];
    for await (const line of createInterface({ input: this.process.stdout })) {
      this.printed.push(line);
      const address = line.match(/^listening on (http:\S+)$/);
      if (address) this.address = address[1];
      if (line.startsWith('curl ')) {
        this.curl = line;
        this.process.stdout.resume();
        return;
      }
    }
    throw new Error(`the portal ended before it listened: ${this.said}`);
  }
}
