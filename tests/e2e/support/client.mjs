// A page's side of the protocol without a browser: for what a test does to the daemon, not to a page.
import { once } from 'node:events';
import WebSocket from 'ws';

export class Client {
  #nextId = 1;
  #waiting = new Map();
  #subscribed;
  #arrivals = new Set();
  notifications = [];

  /** Connects and says hello; `host` is the bridge's own address where the way to it is another. */
  static async connect(port, origin, hello = {}, host = `127.0.0.1:${port}`) {
    const client = new Client();
    client.socket = new WebSocket(`ws://127.0.0.1:${port}/ukey/v1`, 'ukey.v1', { origin, headers: { Host: host } });
    client.socket.on('message', (data) => client.#receive(JSON.parse(data)));
    client.socket.on('close', () => client.#closed());
    await once(client.socket, 'open');
    client.hello = await client.call('bridge.hello', { client: { name: 'e2e', version: '1' }, locale: 'en', ...hello });
    return client;
  }

  #receive(message) {
    if (message.id === undefined) {
      this.notifications.push(message);
      for (const arrival of this.#arrivals) arrival(message);
      return;
    }
    const { resolve, reject } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) reject(Object.assign(new Error(message.error.message), message.error.data));
    else resolve(message.result);
  }

  #closed() {
    for (const { reject } of this.#waiting.values()) reject(Object.assign(new Error('closed'), { code: 'closed' }));
    this.#waiting.clear();
  }

  call(method, params = {}) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** The code with which a call fails; "none" when it does not. */
  async codeOf(method, params) {
    return this.call(method, params).then(() => 'none', (error) => error.code);
  }

  /** The token with that serial number or label. A list waits for no driver that is starting again: its tokens come as events. */
  async token(name) {
    const fits = (token) => token.serial === name || token.label === name;
    this.#subscribed ??= this.call('tokens.subscribe');
    await this.#subscribed;
    return new Promise((resolve, reject) => {
      let listed;
      const end = (settle, value) => {
        clearTimeout(patience);
        this.#arrivals.delete(arrival);
        settle(value);
      };
      const arrival = ({ method, params }) => {
        if (method === 'tokens.changed' && params.event === 'inserted' && fits(params.token)) end(resolve, params.token);
      };
      const patience = setTimeout(() => end(reject, new Error(`no token ${name} among ${JSON.stringify(listed)}`)), 20_000);
      this.#arrivals.add(arrival);
      this.call('tokens.list').then(({ tokens, drivers }) => {
        listed = { tokens, drivers };
        const found = tokens.find(fits);
        if (found) end(resolve, found);
      }, (error) => end(reject, error));
    });
  }

  async signingCertificate(token) {
    const { certificates } = await this.call('certificates.list', { token: token.id, usage: 'sign' });
    return certificates[0];
  }

  async close() {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}
