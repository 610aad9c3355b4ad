// What the portal needs of the bridge.
import type { BridgeNeeds } from "../shared/use_bridge";

export const needs: BridgeNeeds = { scopes: ["tokens", "certificates", "manage"], client: { name: "self-service-portal", version: "1.0" } };
