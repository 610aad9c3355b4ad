import { errorFromAnswer, sdkError } from "./errors.js";
import type { Methods } from "./generated/protocol.js";
import { abortReason } from "./race.js";
import { Streams, type Transfer } from "./streams.js";

/** Name of a method of the protocol. */
export type MethodName = keyof Methods;

/** @internal Those whose content may come as a stream. */
export type StreamMethod = "envelope.seal" | "envelope.open" | "sign.data" | "signature.verify";

/** Options of every call. */
export interface CallOptions {
  /** Gives the call up: it rejects with the signal's `reason`, and the bridge closes its dialog. */
  signal?: AbortSignal | undefined;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * One open WebSocket that speaks JSON-RPC 2.0. Request ids count from 1 on each connection, so an answer can never be
 * taken for that of another connection.
 *
 * @internal
 */
export class Connection {
  onNotification: (method: string, params: unknown) => void = () => undefined;
  /** Called once, when the socket is gone, whichever side closed it. */
  onClose: () => void = () => undefined;

  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private open = true;
  private readonly streams: Streams;

  constructor(
    private readonly socket: WebSocket,
    private readonly locale: string,
  ) {
    socket.binaryType = "arraybuffer";
    const wire = {
      notify: (method: string, params: unknown) => this.sendMessage({ method, params }),
      sendBinary: (octets: Uint8Array) => {
        if (this.open) socket.send(octets as Uint8Array<ArrayBuffer>);
      },
    };
    this.streams = new Streams(wire, locale);
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => this.closed();
    socket.onerror = null; // `close` always follows.
  }

  get isOpen(): boolean {
    return this.open;
  }

  call<M extends MethodName>(method: M, params: Methods[M]["params"], options: CallOptions = {}): Promise<Methods[M]["result"]> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      if (!this.open) return reject(sdkError("connection-lost", this.locale));
      const id = ++this.lastId;
      const onAbort = () => {
        this.pending.delete(id);
        reject(abortReason(signal));
        // The answer of neither call matters any more.
        this.send(++this.lastId, "bridge.cancel", { request: id });
      };
      const settled = () => signal?.removeEventListener("abort", onAbort);
      this.pending.set(id, {
        resolve: (result) => {
          settled();
          resolve(result as Methods[M]["result"]);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      this.send(id, method, params);
    });
  }

  /** Closes the socket; calls without an answer fail with `connection-lost`. */
  close(): void {
    this.socket.close(1000);
    this.closed();
  }

  /** A call whose content comes and goes as streams; resolves with the method's result when that is whole. */
  transfer(method: StreamMethod, transfer: Transfer): Promise<object> {
    return this.streams.run(transfer, (params, signal) => this.call(method, params as Methods[typeof method]["params"], { signal }));
  }

  private send(id: number, method: string, params: unknown): void {
    this.sendMessage({ id, method, params });
  }

  private sendMessage(message: object): void {
    if (this.open) this.socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  private receive(data: unknown): void {
    if (data instanceof ArrayBuffer) return this.streams.receivedBinary(data);
    if (typeof data !== "string") return;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return this.close(); // Not our peer, or not in its right mind.
    }
    if (typeof message !== "object" || message === null) return;
    if ("method" in message && typeof message.method === "string") {
      const params = "params" in message ? message.params : undefined;
      if (!this.streams.notified(message.method, params)) this.onNotification(message.method, params);
    } else if ("id" in message && typeof message.id === "number") {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if ("error" in message) pending?.reject(errorFromAnswer((message.error ?? {}) as object));
      else pending?.resolve("result" in message ? message.result : undefined);
    }
  }

  private closed(): void {
    if (!this.open) return;
    this.open = false;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    this.streams.close();
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of pending) reject(sdkError("connection-lost", this.locale));
    this.onClose();
  }
}
