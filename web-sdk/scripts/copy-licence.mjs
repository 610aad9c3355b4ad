// The licence stands once, at the top of the repository; a package has to bring it along.
import { copyFileSync } from "node:fs";

copyFileSync(new URL("../../LICENSE", import.meta.url), new URL("../LICENSE", import.meta.url));
