// docs/protocol/openrpc.json is the single source of the protocol: it has to hang together.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  additionalProperties?: boolean;
  maxLength?: number;
  maxItems?: number;
  enum?: string[];
  const?: unknown;
  pattern?: string;
  description?: string;
}
interface Method {
  name: string;
  summary: string;
  "x-scope": string[];
  params: { name: string; required: boolean; schema: Schema }[];
  "x-params": Schema;
  result: { schema: Schema };
  errors: Schema[];
}
const document = JSON.parse(readFileSync(new URL("../../docs/protocol/openrpc.json", import.meta.url), "utf8")) as {
  methods: Method[];
  "x-notifications": { name: string; "x-params": Schema }[];
  components: { schemas: Record<string, Schema>; errors: Record<string, { code: number; data: { code: string } }> };
};
const { schemas, errors } = document.components;

function resolve(schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const found = schemas[schema.$ref.replace("#/components/schemas/", "")];
  if (!found) throw new Error(`nothing at ${schema.$ref}`);
  return found;
}

function* within(schema: Schema): Generator<Schema> {
  const target = resolve(schema);
  yield target;
  for (const inner of Object.values(target.properties ?? {})) yield* within(inner);
  if (target.items) yield* within(target.items);
  for (const inner of target.oneOf ?? []) if (inner.type || inner.$ref) yield* within(inner);
}

describe.each(document.methods.map((method) => [method.name, method] as const))("%s", (_name, method) => {
  it("params_asListAndAsObject_agree", () => {
    const whole = resolve(method["x-params"]);
    expect(method.params.map(({ name }) => name)).toEqual(Object.keys(whole.properties ?? {}));
    expect(method.params.filter(({ required }) => required).map(({ name }) => name)).toEqual(whole.required ?? []);
  });

  it("params_areClosedAndBounded_S31_S33", () => {
    for (const schema of within(method["x-params"])) {
      if (schema.type === "object") expect(schema.additionalProperties).toBe(false);
      if (schema.type === "string" && !schema.enum) expect(schema.maxLength).toBeGreaterThan(0);
      if (schema.type === "array") expect(schema.maxItems).toBeGreaterThan(0);
      expect(schema.pattern).toBeUndefined();
    }
  });

  it("params_haveNoFieldForASecret_S10", () => {
    for (const schema of within(method["x-params"])) {
      for (const name of Object.keys(schema.properties ?? {})) expect(name).not.toMatch(/pin|puk|password|secret/i);
    }
  });

  it("resultAndErrors_areThere", () => {
    resolve(method.result.schema);
    for (const { $ref } of method.errors) expect(errors[$ref?.replace("#/components/errors/", "") ?? ""]).toBeDefined();
    expect(method.summary).not.toBe("");
  });
});

describe("components", () => {
  it("errorCodes_areThoseOfTheTableWithOneNumberEach", () => {
    expect(schemas.ErrorCode?.enum).toEqual(Object.keys(errors));
    for (const [name, error] of Object.entries(errors)) expect(error.data.code).toBe(name);
    const numbers = Object.values(errors).map(({ code }) => code);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("schemas_areAllDescribedAndUsed", () => {
    const text = JSON.stringify(document);
    for (const [name, schema] of Object.entries(schemas)) {
      expect(text, name).toContain(`"#/components/schemas/${name}`);
      expect(schema.description ?? schema.const, name).toBeTruthy();
    }
  });
});
