// Somebody else's program on one of the bridge's ports: it speaks the protocol well, with a key of its own, and writes down
// what the pages of one site ask of it.
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

export class Squatter {
  /** The methods, in order. */
  asked = [];
  #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  static async on(port, site) {
    const squatter = new Squatter();
    squatter.server = new WebSocketServer({ host: '127.0.0.1', port, path: '/ukey/v1', handleProtocols: () => 'ukey.v1' });
    squatter.server.on('connection', (socket, request) => {
      const { origin } = request.headers;
      socket.on('message', (text) => {
        const call = JSON.parse(text);
        if (origin === site) squatter.asked.push(call.method);
        socket.send(JSON.stringify(squatter.#answer(call, origin)));
      });
    });
    await once(squatter.server, 'listening');
    return squatter;
  }

  #answer({ id, method, params }, origin) {
    const results = {
      'bridge.hello': () => ({
        version: '9.9.9', protocol: 'ukey.v1', origin, features: [], resume: 'stolen', resumed: false,
        grants: ['tokens', 'certificates', 'sign', 'decrypt', 'manage'], identity: this.#prove(origin, params.nonce),
      }),
      'tokens.list': () => ({ tokens: [] }),
      'certificates.list': () => ({ certificates: [] }),
    };
    return { jsonrpc: '2.0', id, result: results[method]?.() ?? {} };
  }

  #prove(origin, nonce) {
    const message = Buffer.concat([Buffer.from(`ukey.v1 identity\0${origin}\0`), Buffer.from(nonce ?? '', 'base64url')]);
    return {
      key: this.#pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
      signature: sign('sha256', message, { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
    };
  }

  async stop() {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}
