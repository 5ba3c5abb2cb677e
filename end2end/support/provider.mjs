// An OpenID Connect provider: the real one of oidc-provider, in a process of its own.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const CLIENT = 'portal';

export class OpenIdProvider {
  constructor(port) {
    this.issuer = `http://localhost:${port}`;
    this.port = port;
    this.client = CLIENT;
    this.secret = 'a secret that nobody may read in a log';
  }

  /** One that is not there yet, and where it will be: by another name than the portal's, so that it is another site. */
  static async absent() {
    const place = createServer().listen(0, '127.0.0.1');
    await once(place, 'listening');
    const { port } = place.address();
    place.close();
    await once(place, 'close');
    return new OpenIdProvider(port);
  }

  /** Starts it, with new keys. `people` have their claims by the name with which they sign in. */
  async start(portal, people) {
    const { issuer, port, client, secret } = this;
    this.process = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.kill = () => this.process.kill('SIGKILL');
    process.once('exit', this.kill);
    this.process.send({ issuer, port, client, secret, portal, people });
    const [answer] = await Promise.race([once(this.process, 'message'), once(this.process, 'exit')]);
    if (answer !== 'ready') throw new Error(`the provider ended: ${answer}`);
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.kill();
    await gone;
    process.off('exit', this.kill);
  }
}

/** What the other process does. */
async function provide({ issuer, port, client, secret, portal, people }) {
  const { generateKeyPairSync, randomUUID } = await import('node:crypto');
  const { default: Provider } = await import('oidc-provider');
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [`${portal}/sign-in/return`] }],
    claims: { email: ['email', 'email_verified'] },
    cookies: { keys: [randomUUID()] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
    jwks: { keys: [{ ...key, kid: randomUUID(), use: 'sig', alg: 'RS256' }] },
    pkce: { required: () => true },
  });
  createServer(provider.callback()).listen(port, '127.0.0.1', () => process.send('ready'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.once('message', provide);
