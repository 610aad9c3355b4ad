// Addresses within a site, on the browser's history.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

const navigated = "site-navigated";

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
