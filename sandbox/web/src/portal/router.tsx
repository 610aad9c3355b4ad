// Addresses of the portal's views, on the browser's history.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

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

const navigated = "portal-navigated";

export function navigate(path: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event(navigated));
}

/** The path that is shown. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    window.addEventListener("popstate", follow);
    window.addEventListener(navigated, follow);
    return () => {
      window.removeEventListener("popstate", follow);
      window.removeEventListener(navigated, follow);
    };
  }, []);
  return path;
}

/** Where the token with that serial number is unlocked. */
export function unlockAddress(serial: string): string {
  return `/unlock/${encodeURIComponent(serial)}`;
}

interface LinkProps {
  to: string;
  class?: string;
  testId?: string;
  current?: boolean;
  children: ComponentChildren;
}

export function Link({ to, class: className, testId, current, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} class={className} data-testid={testId} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
