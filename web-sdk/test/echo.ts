// A bridge's end of streams.
import { expect } from "vitest";
import type { FakeClient } from "./fake_bridge.js";

/** What the bridge of these tests does with a stream: gives it back, as fast as the page allows. */
export class Echo {
  readonly received: number[] = [];
  aborted: number[] = [];
  params: { stream: number } | undefined;
  /** What the page allowed and was not sent yet. */
  credit = 0;
  private allowed = 0;
  private waiting = Buffer.alloc(0);
  private inputEnded = false;
  private outputEnded = false;
  private readonly output = 2;

  constructor(
    private readonly client: FakeClient,
    private readonly window = 10_000,
    private readonly failure?: { code: string },
    private readonly result: object = { certificate: "c1" },
    /** Given in place of what came. */
    private readonly outcome?: string,
  ) {}

  begin(params: { stream: number }): { output: number } {
    this.params = params;
    this.client.onBinary = (octets) => this.take(octets);
    this.client.onStream = (method, { stream, bytes }) => {
      if (method === "stream.abort") this.aborted.push(stream);
      else this.credit += bytes ?? 0;
      this.flush();
    };
    this.allow();
    return { output: this.output };
  }

  private notify(method: string, params: object): void {
    this.client.socket.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }
  private allow(): void {
    this.allowed += this.window;
    this.notify("stream.credit", { stream: this.params?.stream, bytes: this.window });
  }
  private take(message: Buffer): void {
    const octets = message.subarray(4);
    expect(message.readUInt32BE(0)).toBe(this.params?.stream);
    expect(octets.length).toBeLessThanOrEqual(this.allowed);
    this.allowed -= octets.length;
    this.received.push(octets.length);
    this.inputEnded = octets.length === 0;
    if (this.outcome === undefined) this.waiting = Buffer.concat([this.waiting, octets]);
    else if (this.inputEnded) this.waiting = Buffer.from(this.outcome);
    this.flush();
  }
  private flush(): void {
    const now = this.waiting.subarray(0, this.credit);
    this.waiting = this.waiting.subarray(now.length);
    this.credit -= now.length;
    if (now.length > 0) this.send(now);
    if (this.allowed === 0 && this.waiting.length === 0 && !this.inputEnded) this.allow();
    if (!this.inputEnded || this.waiting.length > 0 || this.outputEnded) return;
    this.outputEnded = true;
    if (this.failure) return this.notify("stream.abort", { stream: this.output, error: { ...this.failure, retryable: false, hint: "" } });
    this.send(Buffer.alloc(0));
    this.notify("stream.ended", { stream: this.output, result: this.result });
  }
  private send(octets: Buffer): void {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(this.output);
    this.client.socket.send(Buffer.concat([head, octets]));
  }
}

/** Takes a stream and gives none; `whole` resolves with all of it. */
export function collect(client: FakeClient, stream: number, window = 10_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const allow = (bytes: number) => client.socket.send(JSON.stringify({ jsonrpc: "2.0", method: "stream.credit", params: { stream, bytes } }));
  allow(window);
  return new Promise((resolve, reject) => {
    client.onStream = (method) => method === "stream.abort" && reject(new Error("aborted"));
    client.onBinary = (message) => {
      expect(message.readUInt32BE(0)).toBe(stream);
      const octets = message.subarray(4);
      if (octets.length === 0) return resolve(Buffer.concat(pieces));
      pieces.push(octets);
      allow(octets.length);
    };
  });
}
