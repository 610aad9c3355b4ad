// A bridge for tests: a real WebSocket server that answers as ukeyd does, with handlers that a test may replace.
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { BridgeHelloParams, BridgeIdentity, Methods, Scope, Token } from "../src/generated/protocol.js";

type Handler = (params: never, client: FakeClient) => unknown;
export interface FakeClient {
  socket: WebSocket;
  hello?: BridgeHelloParams;
  /** Takes what comes on streams. */
  onBinary?: (octets: Buffer) => void;
  /** Takes `stream.credit` and `stream.abort`. */
  onStream?: (method: string, params: { stream: number; bytes?: number }) => void;
}

export interface ProtocolFailure {
  code: string;
  message?: string;
  retryable?: boolean;
  hint?: string;
  triesLeft?: number;
  reason?: string;
  pin?: "administrator";
  token?: string;
}

/** Thrown by a handler, becomes a JSON-RPC error. */
export class Failure extends Error {
  constructor(readonly data: ProtocolFailure) {
    super(data.message ?? data.code);
  }
}

/** The origin of the pages in these tests, as the bridge sees it. */
export const siteOrigin = "https://site.example";

/** The key of one installation of the bridge, and its proofs. */
export class Installation {
  private readonly pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly key = this.pair.publicKey.export({ type: "spki", format: "der" }).toString("base64url");

  prove(nonce: string, origin = siteOrigin): BridgeIdentity {
    const message = Buffer.concat([Buffer.from(`ukey.v1 identity\0${origin}\0`), Buffer.from(nonce, "base64url")]);
    const signature = sign("sha256", message, { key: this.pair.privateKey, dsaEncoding: "ieee-p1363" });
    return { key: this.key, signature: signature.toString("base64url") };
  }
}

/** The installation of this computer's user, which is the same after a restart. */
const usersInstallation = new Installation();

/** What a handler returns that never answers. */
export const never = Symbol("never");

export function token(id: string, more: Partial<Token> = {}): Token {
  return {
    id,
    driver: "soft",
    model: "Soft token",
    label: `Label ${id}`,
    serial: `S-${id}`,
    manufacturer: "Ukey",
    state: "ready",
    pin: { state: "ok", triesLeft: 10 },
    algorithms: ["sm2", "rsa2048"],
    deliveries: ["sm2-enveloped-key"],
    ...more,
  };
}

export class FakeBridge {
  readonly clients = new Set<FakeClient>();
  /** Everything that was asked, in order. */
  readonly calls: { method: string; params: unknown; id: unknown }[] = [];
  grants: Scope[] = ["tokens", "certificates", "sign"];
  version = "1.4.0";
  tokens: Token[] = [];
  /** Refuse the upgrade with 403, as for a foreign origin. */
  refuseUpgrade = false;
  /** How it proves who it is. */
  identity: (nonce: string) => BridgeIdentity | undefined = (nonce) => usersInstallation.prove(nonce);
  /** Upgrade without the subprotocol, as a stranger would. */
  subprotocol: string | false = "ukey.v1";
  private resumes = new Set<string>();
  private lastResume = 0;
  private readonly http: Server;
  private readonly handlers: Record<string, Handler> = {};

  private constructor() {
    this.http = createServer((request, response) => {
      const body = request.url === "/health" ? { name: "ukeyd", protocol: "ukey.v1", version: this.version } : {};
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(body));
    });
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => this.subprotocol });
    this.http.on("upgrade", (request, socket, head) => {
      if (this.refuseUpgrade || request.url !== "/ukey/v1") return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      sockets.handleUpgrade(request, socket, head, (client) => this.accept(client));
    });
    this.on("bridge.hello", (params: BridgeHelloParams, client) => {
      client.hello = params;
      const resume = `resume-${++this.lastResume}`;
      this.resumes.add(resume);
      const { version, grants } = this;
      const identity = params.nonce === undefined ? undefined : this.identity(params.nonce);
      return { version, protocol: "ukey.v1", origin: siteOrigin, grants, features: [], resume, identity };
    });
    this.on("bridge.resume", ({ resume }) => ({ resumed: this.resumes.delete(resume) }));
    this.on("bridge.confirmIdentity", () => ({}));
    this.on("tokens.subscribe", () => ({}));
    this.on("tokens.unsubscribe", () => ({}));
    this.on("tokens.list", () => ({ tokens: this.tokens }));
    this.on("bridge.cancel", () => ({}));
  }

  static async start(port = 0): Promise<FakeBridge> {
    const bridge = new FakeBridge();
    bridge.http.listen(port, "127.0.0.1");
    await once(bridge.http, "listening");
    return bridge;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  on<M extends keyof Methods>(method: M, handler: (params: Methods[M]["params"], client: FakeClient) => unknown): void {
    this.handlers[method] = handler as Handler;
  }

  callsOf(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }

  notify(method: string, params: unknown): void {
    for (const { socket } of this.clients) socket.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  sendText(text: string): void {
    for (const { socket } of this.clients) socket.send(text);
  }

  /** Cuts all connections without a closing handshake. */
  dropClients(): void {
    for (const { socket } of this.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.dropClients();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, "close");
  }

  private accept(socket: WebSocket): void {
    const client: FakeClient = { socket };
    this.clients.add(client);
    socket.on("close", () => this.clients.delete(client));
    socket.on("message", (data, isBinary) => {
      if (isBinary) return client.onBinary?.(data as Buffer);
      void this.answer(client, String(data));
    });
  }

  private async answer(client: FakeClient, text: string): Promise<void> {
    const { id, method, params } = JSON.parse(text) as { id: unknown; method: string; params: unknown };
    if (method.startsWith("stream.")) return client.onStream?.(method, params as { stream: number });
    this.calls.push({ method, params, id });
    const reply = (body: object) => client.socket.send(JSON.stringify({ jsonrpc: "2.0", id, ...body }));
    try {
      const handler = this.handlers[method];
      if (!handler) throw new Failure({ code: "bad-request" });
      const result = await handler(params as never, client);
      if (result !== never) reply({ result });
    } catch (error) {
      const data = error instanceof Failure ? error.data : { code: "internal" };
      reply({ error: { code: -32000, message: data.message ?? data.code, data: { retryable: false, hint: "", ...data } } });
    }
  }
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
