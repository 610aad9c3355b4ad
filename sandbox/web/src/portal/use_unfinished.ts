// Orders of which a certificate is half-way onto a token: as the server knows it, and as the bridge does.
import { useEffect, useState } from "preact/hooks";
import type { Enrolment, UkeyBridge } from "ukey-bridge";
import type { Order } from "./api";
import { orderIn } from "./wizard/issue_on_token";

/** Of these orders. Without a bridge the server's word alone counts. */
export function useUnfinished(orders: Order[], bridge: UkeyBridge | undefined): Order[] {
  const [begun, setBegun] = useState<Enrolment[]>([]);
  useEffect(() => {
    let wanted = true;
    const look = () => {
      // A bridge in trouble is told about where it is needed.
      bridge?.enrolments().then((list) => wanted && setBegun(list), () => undefined);
    };
    look();
    const stops = bridge ? [bridge.on("tokenInserted", look), bridge.on("tokenRemoved", look)] : [];
    return () => {
      wanted = false;
      stops.forEach((stop) => stop());
    };
  }, [bridge]);
  return orders.filter(({ id, state, pending }) => state === "ready" && (pending.length > 0 || begun.some((one) => orderIn(one.reference) === id)));
}
