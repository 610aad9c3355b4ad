/** @internal Typed listeners. A listener that throws does not keep the others from hearing. */
export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<(event: never) => void>>();

  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    // Each registration is one of its own, even of the same function.
    const own = (event: Events[Name]) => listener(event);
    set.add(own);
    return () => void set.delete(own);
  }

  count(name: keyof Events): number {
    return this.listeners.get(name)?.size ?? 0;
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as (event: Events[Name]) => void)(event);
      } catch (error) {
        // Surfaces in the console and window.onerror, as an error in any event handler does.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
