import type { HolderCertificate, Order } from "../api";

/** What the wizard works on. */
export interface Task {
  order: Order;
  certificates: HolderCertificate[];
}
