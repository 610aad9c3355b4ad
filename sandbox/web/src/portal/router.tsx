// Addresses of the portal's views.

export type Route =
  | { view: "home" | "apply" | "orders" | "certificates" | "download" | "outbox" | "clerk" | "unknown" }
  | { view: "order" | "issue" | "invoice"; order: number }
  | { view: "unlockSerial"; serial: string }
  | { view: "renew" | "change" | "reissue" | "unlock"; certificate: number };

const orderViews = { "": "order", "/issue": "issue", "/invoice": "invoice" } as const;
const services = ["renew", "change", "reissue", "unlock"] as const;
const plainViews = ["apply", "orders", "certificates", "download", "outbox", "clerk"] as const;

export function routeOf(path: string): Route {
  if (path === "/") return { view: "home" };
  const plain = plainViews.find((view) => path === `/${view}`);
  if (plain) return { view: plain };
  const order = /^\/orders\/(\d+)(\/issue|\/invoice)?$/.exec(path);
  if (order) return { view: orderViews[(order[2] ?? "") as keyof typeof orderViews], order: Number(order[1]) };
  const locked = /^\/unlock\/([^/]+)$/.exec(path);
  if (locked) return { view: "unlockSerial", serial: decodeURIComponent(locked[1] ?? "") };
  const certificate = /^\/certificates\/(\d+)\/(\w+)$/.exec(path);
  const service = services.find((each) => each === certificate?.[2]);
  return certificate && service ? { view: service, certificate: Number(certificate[1]) } : { view: "unknown" };
}

/** Where the token with that serial number is unlocked. */
export function unlockAddress(serial: string): string {
  return `/unlock/${encodeURIComponent(serial)}`;
}
