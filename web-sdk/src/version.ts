declare const __SDK_VERSION__: string | undefined;

/** Version of this package; the bundler fills it in. */
export const SDK_VERSION: string = typeof __SDK_VERSION__ === "string" ? __SDK_VERSION__ : "0.0.0";
